# Take over the program that answers: it can only answer.
# expect: failed an assertion|ended early
import sys

frame = sys._getframe()
while frame:
    server = frame.f_locals.get('self') or frame.f_locals.get('server')
    if type(server).__name__ == 'Server':
        type(server).send_raised = lambda self, error: self.send(('passed', '', ''))
        type(server).answer = lambda self, request: ('passed', 1, [])
    frame = frame.f_back

def f(x):
    raise ValueError
# --- test
assert f(3) == 42
