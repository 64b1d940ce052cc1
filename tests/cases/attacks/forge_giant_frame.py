# A frame that says it has four gigabytes.
# expect: killed by the sandbox|ended early
import os

def f(x):
    os.write(4, b'\xff\xff\xff\xffR')
    while True:
        os.write(4, bytes(1 << 16))
# --- test
assert f(3) == 42
