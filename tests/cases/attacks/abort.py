# End by abort.
# expect: ended early
import os

def f(x):
    os.abort()
# --- test
assert f(3) == 42
