# The system call mount, made directly (numbers of x86-64).
# expect: killed by the sandbox
import ctypes

def f(x):
    ctypes.CDLL(None).syscall(165, b'none', b'/tmp', b'tmpfs', 0, 0)
    return 42
# --- test
assert f(3) == 42
