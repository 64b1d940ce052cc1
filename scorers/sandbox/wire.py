# What crosses between the process that runs a candidate and the process that checks it: frames of plain data, and
# nothing that could carry code. Both programs begin with this file.
#
# A value is a tag and its content: N T F, i<hex>; f<repr>; c<repr>,<repr>; s<bytes>:<utf-8> b<bytes>:<raw>
# a<bytes>:<bytearray>, r<start>,<stop>,<step>; (hex), l t S Z d <count>; followed by the members (list, tuple, set,
# frozenset, dict), o<kind><number>; for an object that stays where it is. Subclasses are flattened to the plain type
# when they are written, so a str with an __eq__ of its own arrives as a str. The reader builds plain types only,
# keeps its own stack (depth costs memory, never recursion) and refuses what it does not know.
import posix

MAX_FRAME = 8 << 20


def encode(value, handle):
    """The bytes of a value; handle(value) writes what is not plain data (or raises)."""
    out = []
    put = out.append
    str_encode, int_format, list_iter = str.encode, int.__format__, list.__iter__
    tuple_iter, dict_items, float_repr = tuple.__iter__, dict.items, float.__repr__

    def walk(v):
        kind = type(v)
        if v is None:
            put(b"N")
        elif v is True:
            put(b"T")
        elif v is False:
            put(b"F")
        elif issubclass(kind, int):
            put(b"i%s;" % int_format(v, "x").encode())
        elif issubclass(kind, str):
            raw = str_encode(v, "utf-8", "surrogatepass")
            put(b"s%d:" % len(raw))
            put(raw)
        elif issubclass(kind, float):
            put(b"f%s;" % float_repr(v).encode())
        elif issubclass(kind, list):
            put(b"l%d;" % list.__len__(v))
            for member in list_iter(v):
                walk(member)
        elif issubclass(kind, tuple):
            put(b"t%d;" % tuple.__len__(v))
            for member in tuple_iter(v):
                walk(member)
        elif issubclass(kind, dict):
            put(b"d%d;" % dict.__len__(v))
            for key, member in dict_items(v):
                walk(key)
                walk(member)
        elif issubclass(kind, (set, frozenset)):
            base = set if issubclass(kind, set) else frozenset
            put(b"%s%d;" % (b"S" if base is set else b"Z", base.__len__(v)))
            for member in base.__iter__(v):
                walk(member)
        elif issubclass(kind, (bytes, bytearray)):
            raw = bytes(v)
            put(b"%s%d:" % (b"b" if issubclass(kind, bytes) else b"a", len(raw)))
            put(raw)
        elif kind is complex:
            put(b"c%s,%s;" % (float_repr(v.real).encode(), float_repr(v.imag).encode()))
        elif kind is range:
            put(b"r%x,%x,%x;" % (v.start, v.stop, v.step))
        else:
            put(handle(v))

    walk(value)
    return b"".join(out)


def decode(data, handle):
    """The value of those bytes; handle(kind, number) stands for what stayed behind. ValueError when malformed."""
    size, pos, stack = len(data), 0, []

    def until(mark, start):
        end = data.find(mark, start, start + MAX_FRAME)
        if end < 0:
            raise ValueError("a field without an end")
        return end

    while True:
        if pos >= size:
            raise ValueError("the value ends too early")
        tag = data[pos : pos + 1]
        pos += 1
        if tag == b"N":
            value = None
        elif tag == b"T":
            value = True
        elif tag == b"F":
            value = False
        elif tag in b"sba":
            end = until(b":", pos)
            length = int(data[pos:end])
            pos = end + 1 + length
            if length < 0 or pos > size:
                raise ValueError("a text longer than its frame")
            raw = bytes(data[end + 1 : pos])
            value = raw.decode("utf-8", "surrogatepass") if tag == b"s" else raw if tag == b"b" else bytearray(raw)
        else:
            end = until(b";", pos)
            field = data[pos:end]
            pos = end + 1
            if tag == b"i":
                value = int(field, 16)
            elif tag == b"f":
                value = float(field)
            elif tag == b"c":
                real, imag = field.split(b",")
                value = complex(float(real), float(imag))
            elif tag == b"r":
                value = range(*(int(part, 16) for part in field.split(b",")))
            elif tag == b"o":
                value = handle(field[:1].decode("ascii"), int(field[1:]))
            elif tag in b"ltSZd":
                count = int(field) * (2 if tag == b"d" else 1)
                if count < 0 or count > size:
                    raise ValueError("a count that cannot be")
                if count:
                    stack.append((tag, count, []))
                    continue
                value = build(tag, [])
            else:
                raise ValueError("an unknown tag")
        while stack:
            tag, count, members = stack[-1]
            members.append(value)
            if len(members) < count:
                break
            stack.pop()
            value = build(tag, members)
        else:
            if pos != size:
                raise ValueError("bytes after the value")
            return value


def build(tag, members):
    if tag == b"l":
        return members
    if tag == b"t":
        return tuple(members)
    if tag == b"S":
        return set(members)
    if tag == b"Z":
        return frozenset(members)
    return dict(zip(members[0::2], members[1::2]))


def read_exactly(fd, count):
    parts = []
    while count:
        part = posix.read(fd, min(count, 1 << 16))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_frame(fd):
    """(kind, payload) of the next frame, or (None, b"") at the end."""
    head = read_exactly(fd, 5)
    if head is None:
        return None, b""
    body = read_exactly(fd, int.from_bytes(head[:4], "little"))
    return (None, b"") if body is None else (head[4:], body)


def write_frame(fd, kind, payload):
    data = memoryview(len(payload).to_bytes(4, "little") + kind + payload)
    while data:
        data = data[posix.write(fd, data) :]
