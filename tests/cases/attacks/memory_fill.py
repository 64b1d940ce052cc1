# More memory than there may be.
# expect: out of memory
def f(x):
    hoard = []
    while True:
        hoard.append(bytearray(10 << 20))
# --- test
assert f(3) == 42
