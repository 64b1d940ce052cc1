# Terminal escapes in the message of an exception.
# expect: raised
def f(x):
    raise ValueError('\x1b[2J\x00\n' * 50)
# --- test
assert f(3) == 42
