# Look for secrets in the environment and on the command line.
# expect: passed
import os, sys

def f():
    return list(os.environ) + sys.argv[1:] + [v for v in (os.getenv("HOME"), os.getenv("PATH")) if v]
# --- test
assert f() == [], f()
