# An iterator without end, for a test that wants a list.
# expect: timed out|out of memory|killed by the sandbox
import itertools

def f(x):
    return itertools.count()
# --- test
assert list(f(3)) == [42]
