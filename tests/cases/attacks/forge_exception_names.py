# Exceptions with the names of others, so that the test takes them for something else.
# expect: raised|failed an assertion
class AssertionError(BaseException):
    pass

class StopIteration(AssertionError):
    pass

class CandidateStopped(StopIteration):
    def __str__(self):
        return "\npassed\n"

def f(x):
    raise CandidateStopped()
# --- test
try:
    done = f(3) == 42
except Exception:
    done = False
assert done
