# Wait for a person.
# expect: raised|failed an assertion|ended early
def f(x):
    breakpoint()
    return input("the answer? ")
# --- test
assert f(3) == 42
