# Read files of the host: accounts, home, the run folder, other candidates' files.
# expect: passed
import os

def f():
    got = []
    for path in ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/root/.bashrc", "/home", "/var/log", "/sys", "/proc/self/status",
                 "/proc/1/environ", "/run", "/dev/mem", "/dev/shm", "@FOLDER@", "@FOLDER@/canary", "/usr/bin/env"):
        try:
            got.append((path, os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(10)))
        except OSError:
            pass
    return got + [entry for entry in os.listdir("/tmp")]
# --- test
assert f() == [], f()
