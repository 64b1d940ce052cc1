# Locks, leases and watches on files of the host, which are there for reading; big pipes.
# expect: passed
import fcntl, os, struct

def f():
    got = []
    host = os.open(os.__file__, os.O_RDONLY)
    folder = os.open(os.path.dirname(os.__file__), os.O_RDONLY)
    read, write = os.pipe()
    attempts = {
        "flock": lambda: fcntl.flock(host, fcntl.LOCK_EX | fcntl.LOCK_NB),
        "lease": lambda: fcntl.fcntl(host, fcntl.F_SETLEASE, fcntl.F_RDLCK),
        "watch": lambda: fcntl.fcntl(folder, fcntl.F_NOTIFY, fcntl.DN_ACCESS),
        "big pipe": lambda: fcntl.fcntl(write, 1031, 1 << 20),
        "write lock": lambda: fcntl.fcntl(host, fcntl.F_SETLK, struct.pack("hhllhh", fcntl.F_WRLCK, 0, 0, 0, 0, 0)),
    }
    for name, attempt in attempts.items():
        try:
            attempt()
            got.append(name)
        except (OSError, ValueError):
            pass
    return got
# --- test
assert f() == [], f()
