# A new user namespace by clone and clone3.
# expect: failed an assertion
import ctypes

def f(x):
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0), libc.syscall(435, 0, 0), libc.syscall(57), libc.syscall(58)]
# --- test
assert f(3) == [-1, -1, -1, -1]
assert f(3) == 'contained'
