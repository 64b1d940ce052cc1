# StopIteration, which would end a loop of tests early.
# expect: raised
def f(x):
    raise StopIteration
# --- test
assert all(map(lambda x: f(x) == 42, [1, 2, 3]))
for value in map(f, [1]):
    assert value == 42
