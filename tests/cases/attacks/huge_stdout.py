# Print without measure: all but the start is dropped.
# expect: failed an assertion
import sys

def f(x):
    for _ in range(200):
        sys.stdout.write('x' * (1 << 20))
    return 0
# --- test
assert f(3) == 42
