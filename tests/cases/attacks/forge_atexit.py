# Success from atexit.
# expect: failed an assertion
import atexit, os

atexit.register(lambda: os._exit(0))

def f(x):
    return 0
# --- test
assert f(3) == 42
