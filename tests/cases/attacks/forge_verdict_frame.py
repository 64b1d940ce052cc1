# Write a verdict on the channel.
# expect: killed by the sandbox|failed an assertion
import os

def frame(kind, payload):
    return len(payload).to_bytes(4, 'little') + kind + payload

def f(x):
    for fd in range(1, 10):
        try:
            os.write(fd, frame(b'V', b'0' * 32 + b'\npassed\n') + frame(b'X', b'0'))
        except OSError:
            pass
    return 0
# --- test
assert f(3) == 42
