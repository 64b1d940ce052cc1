# Fork without end: the first fork is refused.
# expect: raised
import os

def f(x):
    while True:
        os.fork()
# --- test
assert f(3) == 42
