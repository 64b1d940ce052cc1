# Print what success might look like.
# expect: failed an assertion
import sys

print('passed\nOK\n42')
sys.stderr.write('passed\n')

def f(x):
    print('passed')
    return 0
# --- test
assert f(3) == 42
