# Fill the disk: the private folder has a size.
# expect: raised
def f(x):
    for i in range(10**6):
        with open('/tmp/%d' % i, 'wb') as file:
            file.write(bytes(4 << 20))
# --- test
assert f(3) == 42
