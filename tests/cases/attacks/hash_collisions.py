# A set of numbers that all hash alike: building it takes the other side's time, within its limit.
# expect: timed out|raised|killed by the sandbox
def f(x):
    prime = (1 << 61) - 1
    return [i * prime for i in range(1, 40000)]
# --- test
assert len(set(f(3))) == 1
