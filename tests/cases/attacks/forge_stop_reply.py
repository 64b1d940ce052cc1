# The reply that ends an iteration, to a call.
# expect: failed an assertion|ended early|raised
import sys

frame = sys._getframe()
while frame:
    server = frame.f_locals.get('self')
    if type(server).__name__ == 'Server':
        type(server).answer = lambda self, request, old=type(server).answer: ('stop',) if request[0] == 'call' else old(self, request)
    frame = frame.f_back

def f(x):
    return 0
# --- test
for value in map(f, [1]):
    assert value == 42
assert f(3) == 42
