# A tracer that jumps over assertions and swallows exceptions.
# expect: failed an assertion|ended early
import sys, threading

def trace(frame, event, arg):
    if event == 'line':
        try:
            frame.f_lineno = frame.f_lineno + 1
        except ValueError:
            pass
    return trace

threading.settrace(trace)
sys.settrace(trace)

def f(x):
    return 0
# --- test
assert f(3) == 42
