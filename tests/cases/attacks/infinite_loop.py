# Busy for ever.
# expect: timed out
def f(x):
    while True:
        pass
# --- test
assert f(3) == 42
