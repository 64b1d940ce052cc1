# Read address zero.
# expect: ended early
import ctypes

def f(x):
    return ctypes.string_at(0)
# --- test
assert f(3) == 42
