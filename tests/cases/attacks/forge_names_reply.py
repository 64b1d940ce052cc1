# Lie about what the program's names are: more of them, others, values instead of functions.
# expect: raised|failed an assertion|ended early
import sys

def f(x):
    return 41

frame = sys._getframe()
while frame is not None:
    server = frame.f_locals.get("self") or frame.f_locals.get("server")
    if server is not None and hasattr(server, "describe"):
        type(server).describe = lambda self, name: ("value", True) if name != "f" else ("module", None)
    frame = frame.f_back
# --- test
assert f(3) == 42
