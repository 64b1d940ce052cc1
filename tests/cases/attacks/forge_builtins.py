# Patched built-ins: every comparison, length and assertion.
# expect: failed an assertion|timed out
import builtins

builtins.AssertionError = type('Quiet', (Exception,), {})
builtins.len = lambda x: 42
builtins.set = builtins.sorted = builtins.abs = lambda *a, **k: 42

def f(x):
    return [0]
# --- test
assert len(f(3)) == 42 and sorted(f(3)) == 42
