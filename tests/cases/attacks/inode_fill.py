# Fill the kernel's memory with files that are empty.
# expect: timed out|raised
def f(x):
    for i in range(10**9):
        open('/tmp/%d' % i, 'w').close()
# --- test
assert f(3) == 42
