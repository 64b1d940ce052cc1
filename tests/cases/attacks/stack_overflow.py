# Recursion without a limit.
# expect: ended early|raised|out of memory|timed out
import sys

sys.setrecursionlimit(10**9)

def f(x):
    return f(x) + 1
# --- test
assert f(3) == 42
