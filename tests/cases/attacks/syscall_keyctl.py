# The system call keyctl, made directly (numbers of x86-64).
# expect: killed by the sandbox
import ctypes

def f(x):
    ctypes.CDLL(None).syscall(250, 0, 0, 0)
    return 42
# --- test
assert f(3) == 42
