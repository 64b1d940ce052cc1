# An object whose length, members and truth contradict each other.
# expect: failed an assertion|ended early|raised
class Odd:
    n = 0
    def __len__(self):
        return 1
    def __getitem__(self, i):
        return 42
    def __iter__(self):
        return iter([42])
    def __contains__(self, x):
        return True
    def __bool__(self):
        return True
    def __eq__(self, other):
        return True

def f(x):
    return Odd()
# --- test
assert f(3) == [42]
