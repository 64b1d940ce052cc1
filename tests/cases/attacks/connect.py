# Connect to this machine and to the world.
# expect: passed
import socket

def f():
    got = []
    for family, address in ((socket.AF_INET, ("127.0.0.1", @PORT@)), (socket.AF_INET, ("192.0.2.1", 80)),
                            (socket.AF_UNIX, "@FOLDER@/socket"), (socket.AF_UNIX, "\0abstract"),
                            (socket.AF_NETLINK, (0, 0))):
        try:
            s = socket.socket(family, socket.SOCK_STREAM)
            s.settimeout(0.5)
            s.connect(address)
            got.append(address)
        except OSError:
            pass
    return got
# --- test
assert f() == [], f()
