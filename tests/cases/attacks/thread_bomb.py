# Threads without end: their number and their stacks are limited.
# expect: raised|out of memory|timed out
import threading, time

def f(x):
    while True:
        threading.Thread(target=time.sleep, args=(60,)).start()
# --- test
assert f(3) == 42
