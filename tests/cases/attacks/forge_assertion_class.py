# An exception class that is called AssertionError and claims odd ancestors.
# expect: raised
class AssertionError(BaseException):
    pass

class SystemExit(AssertionError):
    pass

def f(x):
    raise SystemExit(0)
# --- test
assert f(3) == 42
