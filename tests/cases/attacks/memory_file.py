# Memory outside the address space, as an anonymous file.
# expect: raised
import os

def f(x):
    fd = os.memfd_create('hoard')
    while True:
        os.write(fd, bytes(1 << 20))
# --- test
assert f(3) == 42
