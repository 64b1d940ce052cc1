# Give the right answer and refuse to end: the verdict does not wait for it.
# expect: passed
import atexit, signal, threading, time

for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
atexit.register(time.sleep, 3600)
threading.Thread(target=time.sleep, args=(3600,)).start()

class Clings:
    def __del__(self):
        time.sleep(3600)

held = Clings()

def f(x):
    return 42
# --- test
assert f(3) == 42
