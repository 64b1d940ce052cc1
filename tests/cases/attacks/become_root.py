# Gain rights or lift the limits.
# expect: passed
import os, resource

def f():
    got = []
    for attempt in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.nice(-5),
                    lambda: resource.setrlimit(resource.RLIMIT_CPU, (1000, 1000)),
                    lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40)),
                    lambda: os.mknod("/tmp/sda", 0o60600, 0x800), lambda: os.chown("/tmp", 0, 0),
                    lambda: open("/dev/tty"), lambda: os.mkfifo("/tmp/fifo")):
        try:
            attempt()
            got.append(len(got))
        except (OSError, ValueError):
            pass
    return got
# --- test
assert f() == [], f()
