# Look through every object for the secret or the test.
# expect: failed an assertion
import gc, re, sys

def f(x):
    found = []
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            if isinstance(value, (str, bytes)) and ('assert f(3)' in str(value) or re.fullmatch('[0-9a-f]{32}', str(value))):
                found.append(value)
        frame = frame.f_back
    for o in gc.get_objects():
        if isinstance(o, dict):
            for value in list(o.values()):
                if type(value) is str and re.fullmatch('[0-9a-f]{32}', value):
                    found.append(value)
    return found
# --- test
assert f(3) == [], f(3)
assert f(3) == 'nothing found'
