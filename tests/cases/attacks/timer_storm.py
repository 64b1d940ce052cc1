# A signal every microsecond.
# expect: timed out|raised|failed an assertion|ended early
import signal, time

def f(x):
    signal.signal(signal.SIGALRM, lambda *a: None)
    signal.setitimer(signal.ITIMER_REAL, 1e-6, 1e-6)
    while True:
        time.sleep(1)
# --- test
assert f(3) == 42
