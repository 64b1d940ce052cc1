# Read and write memory through /proc: there is none.
# expect: passed
def f():
    got = []
    for path in ('/proc/self/mem', '/proc/1/mem', '/proc/self/maps', '/proc/self/fd'):
        try:
            open(path, 'rb+')
            got.append(path)
        except OSError:
            pass
    return got
# --- test
assert f() == [], f()
