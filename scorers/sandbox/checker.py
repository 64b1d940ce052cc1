# Runs the tests. This process never executes a line of the candidate: the functions that the test calls are proxies
# which ask the candidate's process and get plain data back. So an `assert` here is evaluated by an interpreter that
# the candidate has never been in, and the secret that proves success has never been in the candidate's process.
#
# It lives long and forks for each candidate; the fork inherits a fresh interpreter that has only imported modules.
import builtins
import random
import symtable
import sys
import math  # noqa: F401  so that forks find it loaded

IN_FD, OUT_FD = 3, 4
MAX_DETAIL = 300


class CandidateStopped(BaseException):
    """The candidate's process ended, or it raised something that ends programs (SystemExit)."""


class Unsupported(BaseException):
    """The test hands the candidate an object that cannot cross: a limit of ours, not a wrong answer."""


class Link:
    """The conversation with the candidate's process."""

    def __init__(self):
        self.remote = {}
        self.callbacks = []
        self.stopped = None  # (outcome, detail) once the conversation is over
        self.raised = None  # the last exception made from the candidate's report, and its real name

    def stop(self, outcome, detail):
        if self.stopped is None:
            self.stopped = (outcome, detail)
        raise CandidateStopped()

    def stand_in(self, kind, number):
        if number not in self.remote:
            maker = {"f": RemoteFunction, "g": RemoteIterator}.get(kind, RemoteObject)
            self.remote[number] = maker(self, number)
        return self.remote[number]

    def pack_handle(self, value):
        if isinstance(value, RemoteBase):
            return b"oo%d;" % object.__getattribute__(value, "_number")
        if callable(value) and not isinstance(value, type):
            self.callbacks.append(value)
            return b"ok%d;" % (len(self.callbacks) - 1)
        raise Unsupported(type(value).__name__)

    def receive(self):
        if self.stopped:
            raise CandidateStopped()
        kind, data = read_frame(IN_FD)
        if kind != b"R":
            self.stop("ended", "")
        try:
            reply = decode(data, self.stand_in)
            if type(reply) is not tuple or type(reply[0]) is not str:
                raise ValueError("not a reply")
        except MemoryError:
            self.stop("oom", "what it returned does not fit in memory")
        except BaseException as error:
            self.stop("broken", "it sent something that is not a reply: %s" % error)
        return reply

    def ask(self, *request, args=()):
        """Sends a request and returns the value of its answer, having applied changes to `args`."""
        if self.stopped:
            raise CandidateStopped()
        write_frame(OUT_FD, b"Q", encode(request, self.pack_handle))
        while True:
            reply = self.receive()
            if reply[0] != "callback":
                break
            write_frame(OUT_FD, b"Q", encode(self.run_callback(reply), self.pack_handle))
        try:
            if reply[0] == "ok":
                self.apply(reply[2], args)
                return reply[1]
            if reply[0] == "stop" and request[0] == "next":
                raise StopIteration
            if reply[0] == "large":
                self.stop("killed", "reply size: it returned %d bytes" % int(reply[1]))
            if reply[0] == "raised":
                error = self.exception(reply[1], reply[2])
                raise error
        except (IndexError, TypeError, AttributeError) as error:
            if self.raised is not None and error is self.raised[0]:
                raise
            self.stop("broken", "it sent a reply that makes no sense")
        self.stop("broken", "it sent a reply of no known kind")

    def run_callback(self, reply):
        try:
            return ("returned", self.callbacks[reply[1]](*reply[2], **reply[3]))
        except Exception as error:
            return ("threw", type(error).__name__)

    @staticmethod
    def apply(changes, args):
        for index, value in changes:
            target = args[index]
            if type(target) is not type(value):
                continue
            if type(target) in (list, bytearray):
                target[:] = value
            elif type(target) in (dict, set):
                target.clear()
                target.update(value)

    def exception(self, names, message):
        """The built-in exception nearest to what the candidate says it raised."""
        names = [name[:80] for name in names if type(name) is str and name[:80].isidentifier()]
        message = message if type(message) is str else ""
        shown = names[0] if names else "an exception"
        found = None
        for name in names:
            kind = getattr(builtins, name, None)
            if isinstance(kind, type) and issubclass(kind, Exception) and kind is not StopIteration:
                try:
                    found = kind(message)
                    break
                except TypeError:
                    continue
            if name in ("SystemExit", "KeyboardInterrupt", "GeneratorExit"):
                break
        if found is None:
            self.stopped = ("raised", line(shown + ": " + message))
            return CandidateStopped()
        self.raised = (found, line(shown + (": " + message if message else "")))
        return found


class RemoteBase:
    __slots__ = ("_link", "_number")

    def __init__(self, link, number):
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._link.ask("get", self._number, name)

    def __setattr__(self, name, value):
        self._link.ask("set", self._number, name, value)


class RemoteFunction(RemoteBase):
    __slots__ = ()

    def __call__(self, *args, **kwargs):
        return self._link.ask("call", self._number, args, kwargs, args=args)


class RemoteIterator(RemoteBase):
    __slots__ = ()

    def __iter__(self):
        return self

    def __next__(self):
        return self._link.ask("next", self._number)


class RemoteObject(RemoteBase):
    """An instance of the candidate's own class. Two are equal only when they are the same one: a comparison that the
    candidate would decide is no evidence."""

    __slots__ = ()

    def __iter__(self):
        return self._link.ask("iter", self._number)

    def __getitem__(self, key):
        return self._link.ask("item", self._number, key)

    def __len__(self):
        size = self._link.ask("len", self._number)
        return size if type(size) is int else -1

    def __contains__(self, value):
        return self._link.ask("in", self._number, value) is True

    def __bool__(self):
        return self._link.ask("bool", self._number) is True


def line(text):
    return "".join(c if c.isprintable() else "?" for c in text.replace("\n", " "))[:MAX_DETAIL]


def free_names(source):
    """(names the test uses but does not define, those of them it only ever takes attributes of, names its outermost
    statements use)."""
    import ast

    table = symtable.symtable(source, "<test>", "exec")
    defined = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    used = set()
    tables = [table]
    while tables:
        scope = tables.pop()
        tables.extend(scope.get_children())
        for symbol in scope.get_symbols():
            if symbol.is_referenced() and (scope is table or symbol.is_global()):
                used.add(symbol.get_name())
    called, dotted = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            dotted.add(node.value.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called.add(node.func.id)
    outermost = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    return sorted(used - defined), dotted - called, outermost


def bind(link, source, space):
    """Gives the test the names that only the candidate can mean. The test's own names come first, then the modules
    of the standard library, then built-ins; a built-in is the candidate's only when the test uses nothing else of
    the candidate, and only where the outermost statements use it (MBPP's task 126 asks for a function called `sum`)."""
    names, dotted, outermost = free_names(source)
    own = [name for name in names if not hasattr(builtins, name)]
    found = dict(zip(own, link.ask("names", own)))
    if all(kind == "missing" for kind, _ in found.values()):
        shadows = [name for name in names if hasattr(builtins, name) and name in outermost]
        found.update(zip(shadows, link.ask("names", shadows)))
    for name, (kind, value) in found.items():
        if kind == "module" or (kind != "missing" and name in dotted and name in sys.stdlib_module_names):
            if name in sys.stdlib_module_names:
                space[name] = __import__(name)
        elif kind != "missing":
            space[name] = value


def judge(link, test):
    """(outcome, detail). "passed" only when every statement of the test has run."""
    loaded = None
    try:
        loaded = link.receive()
        if loaded[0] == "syntax":
            return "syntax", line(str(loaded[1]))
        if loaded[0] == "raised":
            link.exception(loaded[1], loaded[2])
            if link.stopped:
                return link.stopped
            return outcome_of(link, link.raised[0])
        if loaded[0] != "ok":
            return "broken", "its first message makes no sense"
        code = compile(test, "<test>", "exec", dont_inherit=True)
        space = {"__name__": "__test__", "__builtins__": builtins}
        bind(link, test, space)
        exec(code, space)
    except BaseException as error:
        return outcome_of(link, error)
    return link.stopped or ("passed", "")


def outcome_of(link, error):
    if link.stopped:
        return link.stopped
    if isinstance(error, Unsupported):
        return "unsupported", "the test passes the candidate a %s, which cannot cross between processes" % error
    if isinstance(error, MemoryError):
        return "oom", "MemoryError"
    if link.raised is not None and error is link.raised[0]:
        return "raised", link.raised[1]
    if isinstance(error, AssertionError):
        return "assertion", line(str(error))
    return "raised", line("%s: %s" % (type(error).__name__, error))


def run_job(job):
    secret, test, cpu_seconds, memory_bytes = job
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    random.seed(0)  # The tests that draw inputs draw the same ones each time: same run, same verdicts.
    link = Link()
    outcome, detail = judge(link, test)
    if outcome == "passed" and link.stopped is None:
        write_frame(OUT_FD, b"V", ("%s\npassed\n" % secret).encode())
    else:
        write_frame(OUT_FD, b"V", ("\n%s\n%s" % (outcome, detail)).encode("utf-8", "replace"))


def main():
    sys.path[:] = [entry for entry in sys.path if entry]
    import ast  # noqa: F401  loaded once, here, for all forks
    import resource  # noqa: F401

    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(4300)
    write_frame(OUT_FD, b"H", greeting(sys.argv[2]))
    while True:
        kind, data = read_frame(IN_FD)
        if kind is None:
            break
        if kind != b"J":  # a message that came after the last job's verdict
            continue
        job = decode(data, None)
        child = posix.fork()
        if child == 0:
            run_job(job)
            posix._exit(0)
        _, status = posix.waitpid(child, 0)
        write_frame(OUT_FD, b"X", b"%d" % status)
    posix._exit(0)


main()
