# Replace the process by another interpreter.
# expect: ended early|killed by the sandbox|raised
import os, sys

def f(x):
    os.execv(sys.executable, [sys.executable, '-c', 'print(42)'])
# --- test
assert f(3) == 42
