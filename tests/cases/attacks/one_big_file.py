# One file larger than a file may be.
# expect: raised
def f(x):
    with open('/tmp/big', 'wb') as file:
        while True:
            file.write(bytes(1 << 20))
# --- test
assert f(3) == 42
