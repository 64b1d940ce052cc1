# Write outside the private folder.
# expect: passed
import os

def f():
    got = []
    for path in ("/x", "/usr/x", "/usr/bin/x", os.__file__, "/dev/x", "/etc/x", "@FOLDER@/canary", "/tmp/../x"):
        try:
            open(path, "w").write("owned")
            got.append(path)
        except OSError:
            pass
    return got
# --- test
assert f() == [], f()
