# Busy in C code, where Python does not look for signals.
# expect: timed out
def f(x):
    return 7 ** (10 ** 9)
# --- test
assert f(3) == 42
