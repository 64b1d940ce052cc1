# Change the locals and the code of the callers.
# expect: failed an assertion
import sys

def f(x):
    frame = sys._getframe()
    while frame:
        frame.f_globals['judge'] = frame.f_globals['outcome_of'] = lambda *a: ('passed', '')
        for name in list(frame.f_locals):
            if name in ('reply', 'result', 'request'):
                frame.f_locals[name] = ('ok', 42, [])
        frame = frame.f_back
    return 0
# --- test
assert f(3) == 42
