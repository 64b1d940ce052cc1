# An object that is equal to everything.
# expect: failed an assertion
class Any:
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __hash__ = None

def f(x):
    return Any()
# --- test
assert f(3) == 42
