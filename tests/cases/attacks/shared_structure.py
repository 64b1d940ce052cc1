# A small object that is a giant one when it is written out.
# expect: timed out|out of memory|raised|killed by the sandbox
def f(x):
    out = [1]
    for _ in range(12):
        out = [out] * 12
    return out
# --- test
assert f(3) == 42
