# Busy for ever before there is anything to test.
# expect: timed out
while True:
    pass
# --- test
assert f(3) == 42
