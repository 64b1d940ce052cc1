# Define the test's own function first.
# expect: failed an assertion
def check(candidate):
    pass

def f(x):
    return 0
# --- test
def check(candidate):
    assert candidate(3) == 42

check(f)
