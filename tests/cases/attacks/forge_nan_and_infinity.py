# Numbers that compare oddly.
# expect: failed an assertion
def f(x):
    return float('nan')
# --- test
assert f(3) == f(3)
