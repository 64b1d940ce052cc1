# A number with millions of digits.
# expect: failed an assertion|timed out
def f(x):
    return 1 << (20 << 20)
# --- test
assert f(3) == 42
