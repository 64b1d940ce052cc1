# Ignore every signal that can be ignored, then stay busy.
# expect: timed out
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass

def f(x):
    while True:
        pass
# --- test
assert f(3) == 42
