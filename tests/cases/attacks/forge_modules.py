# A module of the test's shadowed by a class, and a patched original.
# expect: failed an assertion
import math as real

real.isclose = lambda *a, **k: True

class math:
    isclose = staticmethod(lambda *a, **k: True)

def f(x):
    return 0.0
# --- test
assert math.isclose(f(3), 42)
