# A list inside a list inside a list …
# expect: raised
def f(x):
    out = []
    for _ in range(10**5):
        out = [out]
    return out
# --- test
assert f(3) == 42
