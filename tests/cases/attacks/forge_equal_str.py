# Subclasses of plain types that are equal to everything.
# expect: failed an assertion
class S(str):
    def __eq__(self, other):
        return True

class I(int):
    def __eq__(self, other):
        return True

class L(list):
    def __eq__(self, other):
        return True

def f(x):
    return L([I(1), S('a')])
# --- test
assert f(3) == 42
