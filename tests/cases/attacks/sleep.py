# Idle for ever.
# expect: timed out
import time

def f(x):
    time.sleep(3600)
# --- test
assert f(3) == 42
