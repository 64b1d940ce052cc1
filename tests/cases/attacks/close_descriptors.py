# Close every descriptor, the channel too.
# expect: ended early|killed by the sandbox
import os

def f(x):
    os.closerange(0, 1024)
    return 42
# --- test
assert f(3) == 42
