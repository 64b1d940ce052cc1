# The same system calls by their numbers of another convention (x32), which a filter may not know.
# expect: passed|killed by the sandbox|ended early
import ctypes

def f():
    libc = ctypes.CDLL(None, use_errno=True)
    ptrace, socket = 101, 41
    return [n for n in (ptrace, socket) if libc.syscall(0x40000000 | n, 2, 1, 0, 0) >= 0]
# --- test
assert f() == [], f()
