# sys.exit(0), which has passed for success elsewhere.
# expect: raised
import sys

def f(x):
    sys.exit(0)
# --- test
assert f(3) == 42
