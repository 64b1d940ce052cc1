# Detach with two forks and a session of its own.
# expect: raised
import os, time

def f(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(0)
    return 42
# --- test
assert f(3) == 42
