# A profiler that ends the process with success on the way out.
# expect: failed an assertion|ended early
import os, sys

def profile(frame, event, arg):
    if event == 'return' and frame.f_code.co_name == 'call':
        os._exit(0)

sys.setprofile(profile)

def f(x):
    return 0
# --- test
assert f(3) == 42
