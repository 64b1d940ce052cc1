# The system call userfaultfd, made directly (numbers of x86-64).
# expect: killed by the sandbox
import ctypes

def f(x):
    ctypes.CDLL(None).syscall(323, 0)
    return 42
# --- test
assert f(3) == 42
