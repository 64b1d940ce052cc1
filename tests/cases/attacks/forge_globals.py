# The test's helpers redefined as globals.
# expect: failed an assertion
set = sorted = abs = len = isinstance = lambda *a, **k: 42

def f(x):
    return [0]
# --- test
assert abs(f(3)[0] - 7) == 42 and len(f(3)) == 42
