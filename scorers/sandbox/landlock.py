# Applies Landlock to this process, for good: landlock.h says what for and how the argument is written. Both programs
# begin with this file, after wire.py.
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1


def system_call(*arguments):
    """syscall(2) of the C library. ctypes' own module does, and is loaded in a fraction of the time of ctypes."""
    import _ctypes

    return _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "syscall"), arguments)


def restrict_files(argument, call=system_call):
    ruleset, *rules = argument.split("\n")
    ruleset = bytes.fromhex(ruleset)
    number = call(CREATE_RULESET, ruleset, len(ruleset), 0)
    if number < 0:
        raise OSError("no ruleset can be made")
    try:
        for rule in rules:
            access, path = rule.split(" ", 1)
            place = posix.open(path, posix.O_PATH | posix.O_CLOEXEC)
            try:
                packed = int(access, 16).to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
                if call(ADD_RULE, number, PATH_BENEATH, packed, 0) != 0:
                    raise OSError("the rule for %s is refused" % path)
            finally:
                posix.close(place)
        if call(RESTRICT_SELF, number, 0) != 0:
            raise OSError("it cannot be applied")
    finally:
        posix.close(number)


def greeting(argument):
    """What a program says first: 1 when Landlock is in force, 0 when it is not asked for, or why it is not."""
    if not argument:
        return b"0"
    try:
        restrict_files(argument)
    except BaseException as error:
        return ("Landlock: %s" % error).encode("utf-8", "replace")
    return b"1"
