# An answer larger than an answer may be.
# expect: out of memory|killed by the sandbox|timed out
def f(x):
    return 'x' * (100 << 20)
# --- test
assert f(3) == 42
