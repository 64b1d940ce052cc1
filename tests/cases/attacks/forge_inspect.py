# Rewrite the test through inspect: it is not there.
# expect: raised|failed an assertion
import inspect

def f(x):
    for info in inspect.stack():
        check = info.frame.f_globals.get('check')
        if check:
            check.__code__ = (lambda candidate: None).__code__
    return 0
# --- test
def check(candidate):
    assert candidate(3) == 42

check(f)
