# A list that contains itself.
# expect: raised
def f(x):
    out = []
    out.append(out)
    return out
# --- test
assert f(3) == 42
