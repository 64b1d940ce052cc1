# An exception that no `except Exception` catches.
# expect: raised
class Quiet(BaseException):
    pass

def f(x):
    raise Quiet
# --- test
try:
    f(3)
except Exception:
    pass
assert f(3) == 42
