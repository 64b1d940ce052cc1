# Change the arguments so that they equal the answer.
# expect: failed an assertion
def f(xs):
    xs[:] = [0]
    return [0]
# --- test
given = [3, 1]
wanted = sorted(given)
assert f(given) == wanted
