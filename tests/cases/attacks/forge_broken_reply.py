# Bytes that are no reply, with lengths that lie.
# expect: ended early|killed by the sandbox
import os

def f(x):
    reply = b't999999999;s99999999:'
    os.write(4, len(reply).to_bytes(4, 'little') + b'R' + reply)
    return 42
# --- test
assert f(3) == 42
