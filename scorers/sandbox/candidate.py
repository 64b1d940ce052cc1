# Runs one candidate and answers questions about it. This process is not trusted with anything: it holds no test, no
# secret and no verdict. It executes the program it is sent, then calls the program's functions with the arguments it
# is sent and returns what they returned, as plain data. Whatever a candidate does to this interpreter, all it can
# reach is the values that go back, which is what it is asked for anyway.
import sys

IN_FD, OUT_FD = 3, 4


class Gone(BaseException):
    """The other side has closed: there is nothing left to do."""


class Server:
    def __init__(self):
        self.globals = {}
        self.objects = []
        self.numbers = {}

    # Objects that cannot cross as data stay here under a number: functions (f), iterators (g), others (o).
    def keep(self, value):
        number = self.numbers.get(id(value))
        if number is None:
            number = len(self.objects)
            self.objects.append(value)
            self.numbers[id(value)] = number
        if callable(value):
            kind = b"f"
        else:
            kind = b"g" if hasattr(value, "__next__") else b"o"
        return b"o%s%d;" % (kind, number)

    def pack(self, value):
        return encode(value, self.keep)

    def unpack(self, data):
        return decode(data, self.resolve)

    def resolve(self, kind, number):
        if kind != "k":
            return self.objects[number]

        def call_back(*args, **kwargs):
            self.send(("callback", number, args, kwargs))
            return self.serve(inside_call=True)

        return call_back

    def send(self, reply):
        data = self.pack(reply)
        if len(data) > MAX_FRAME - 64:
            data = encode(("large", len(data)), self.keep)
        write_frame(OUT_FD, b"R", data)

    def send_raised(self, error):
        names = [kind.__name__ for kind in type(error).__mro__]
        try:
            message = str(error)[:300]
        except BaseException:
            message = ""
        self.send(("raised", names, message))

    def serve(self, inside_call=False):
        while True:
            kind, data = read_frame(IN_FD)
            if kind is None:
                raise Gone
            request = self.unpack(data)
            if inside_call and request[0] == "returned":
                return request[1]
            if inside_call and request[0] == "threw":
                raise RuntimeError(request[1])
            try:
                self.send(self.answer(request))
            except Gone:
                raise
            except BaseException as error:
                self.send_raised(error)

    def answer(self, request):
        operation, rest = request[0], request[1:]
        if operation == "names":
            return ("ok", [self.describe(name) for name in rest[0]], [])
        target = self.objects[rest[0]]
        if operation == "call":
            args, kwargs = rest[1], rest[2]
            before = [self.pack(v) if isinstance(v, (list, dict, set, bytearray, tuple)) else None for v in args]
            result = target(*args, **kwargs)
            changed = []
            for index, packed in enumerate(before):
                if packed is not None and self.pack(args[index]) != packed:
                    changed.append((index, args[index]))
            return ("ok", result, changed)
        if operation == "get":
            return ("ok", getattr(target, rest[1]), [])
        if operation == "set":
            return ("ok", setattr(target, rest[1], rest[2]), [])
        if operation == "next":
            for value in target:
                return ("ok", value, [])
            return ("stop",)
        if operation == "iter":
            return ("ok", iter(target), [])
        if operation == "item":
            return ("ok", target[rest[1]], [])
        if operation == "len":
            return ("ok", len(target), [])
        if operation == "in":
            return ("ok", rest[1] in target, [])
        if operation == "bool":
            return ("ok", bool(target), [])
        raise ValueError(operation)

    def describe(self, name):
        if name not in self.globals:
            return ("missing", None)
        value = self.globals[name]
        if type(value) is type(sys):
            return ("module", None)
        return ("call" if callable(value) else "value", value)

    def load(self, source):
        # A real module, because dataclasses, pickle and typing look their module up by name.
        module = type(sys)("__candidate__")
        sys.modules["__candidate__"] = module
        self.globals = module.__dict__
        try:
            code = compile(source, "<candidate>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            self.send(("syntax", "%s%s" % (getattr(error, "msg", str(error)), " (line %d)" % line if line else "")))
            return
        except BaseException as error:  # MemoryError, RecursionError of the compiler
            self.send_raised(error)
            return
        try:
            exec(code, self.globals)
        except BaseException as error:
            self.send_raised(error)
            return
        self.send(("ok", None, []))


def restrict(processes):
    """Limits that hold from here on."""
    try:
        import resource

        if processes:
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
    except (ImportError, ValueError, OSError):
        pass


def main():
    processes, landlock = int(sys.argv[1]), sys.argv[2]
    sys.argv = [""]
    sys.path[:] = [entry for entry in sys.path if entry]
    posix.environ.clear()
    sys.dont_write_bytecode = True
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(4300)
    restrict(processes)
    write_frame(OUT_FD, b"H", greeting(landlock))
    server = Server()
    kind, source = read_frame(IN_FD)
    if kind == b"P":
        try:
            server.load(source.decode("utf-8", "replace"))
            server.serve()
        except Gone:
            pass
    posix._exit(0)


main()
