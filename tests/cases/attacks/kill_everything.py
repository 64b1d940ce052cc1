# Signal every process there is, the first one too.
# expect: ended early
import os, signal

def f(x):
    for pid in (1, os.getppid(), -1):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    for pid in range(2, 70000):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    return 42
# --- test
assert f(3) == 42
