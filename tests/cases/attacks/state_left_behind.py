# Passes only when run second: nothing that the first run leaves is there.
# expect: passed
import os

def f():
    found = [os.path.join(d, n) for d, _, names in os.walk("/tmp") for n in names]
    for path in ("/tmp/mark", "/tmp/.mark", "/usr/lib/mark"):
        try:
            open(path, "w").write("seen")
        except OSError:
            pass
    return found
# --- test
assert f() == [], f()
