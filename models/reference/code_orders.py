"""Python functions that depend on the order of a list, put together from parts as in code_numbers.py."""
from code_numbers import COUNTS, Draft, positive, small, upward


def seen(rng):
    """Lists read from left to right with a set of what has been read."""
    v, x, kind, source = rng.choice([("numbers", "number", "int", positive), ("values", "value", "int", positive),
                                     ("words", "word", "str", None), ("letters", "letter", "str", None),
                                     ("items", "item", "int", positive)])
    again = rng.random() < 0.6
    which = "has been read before" if again else "has not been read before"
    test = f"{x} in seen" if again else f"{x} not in seen"
    out = rng.choice(["first", "first", "list", "count", "place", "last", "total"])
    none = rng.choice(["none", "minus"])
    many = rng.choice([f"if no {x} comes twice", "if there is none"]) if again else "if there is none"
    head, add = f"seen = set()\nfor {x} in {v}:", f"\tseen.add({x})"
    begin = f"Read the {v} from left to right and return "
    if out == "first":
        if kind == "int" and none == "minus":
            return Draft("first_repeated", f"{v}: List[int]", "int", [begin + f"the first one that {which}.",
                f"Return -1 {many}."],
                         f"{head}\n\tif {test}:\n\t\treturn {x}\n{add}\nreturn -1", [source])
        place = rng.random() < 0.4
        if place:
            return Draft("place_of_first", f"{v}: List[{kind}]", "Optional[int]",
                         [begin + f"the place of the first one that {which}.", f"Return None {many}."],
                         f"seen = set()\nfor i, {x} in enumerate({v}):\n\tif {test}:\n\t\treturn i\n{add}\nreturn None",
                         [source or small_words])
        return Draft("first_new", f"{v}: List[{kind}]", f"Optional[{kind}]",
            [begin + f"the first one that {which}.", f"Return None {many}."],
                     f"{head}\n\tif {test}:\n\t\treturn {x}\n{add}\nreturn None", [source or small_words])
    if out == "place":
        return Draft("place_of_first", f"{v}: List[{kind}]", "int", [begin + f"the place of the first one that {which}.",
            f"Return -1 {many}."],
                     f"seen = set()\nfor i, {x} in enumerate({v}):\n\tif {test}:\n\t\treturn i\n{add}\nreturn -1",
                     [source or small_words])
    if out == "last":
        return Draft("last_repeated", f"{v}: List[{kind}]", f"Optional[{kind}]",
            [begin + f"the last one that {which}.", f"Return None {many}."],
                     f"seen = set()\nlast = None\nfor {x} in {v}:\n\tif {test}:\n\t\tlast = {x}\n{add}\nreturn last",
                     [source or small_words])
    if out == "list":
        name = "again" if again else "fresh"
        return Draft(f"all_{name}", f"{v}: List[{kind}]", f"List[{kind}]",
            [begin + f"all that {which.replace('has', 'have')}."],
                     f"seen = set()\n{name} = []\nfor {x} in {v}:\n\tif {test}:\n\t\t{name}.append({x})\n{add}\nreturn {name}",
                     [source or small_words])
    step = "count += 1" if out == "count" or kind == "str" else f"count += {x}"
    what = "how many" if step.endswith("1") else "the total of all that"
    which = which.replace("has", "have")
    return Draft("count_repeated", f"{v}: List[{kind}]", "int", [begin + f"{what} {which}."],
                 f"seen = set()\ncount = 0\nfor {x} in {v}:\n\tif {test}:\n\t\t{step}\n{add}\nreturn count",
                 [source or small_words])


def small_words(rng):
    return [rng.choice(["red", "sun", "hill", "cat", "bird"]) for _ in range(rng.choice([0, 2, 3, 4, 5]))]


def turned(rng):
    """A list or a text moved around its end."""
    t, v, one, kind, empty = rng.choice([("List[int]", "items", "item", positive, "[]"),
        ("List[int]", "items", "item", positive, "[]"),
                                         ("str", "text", "letter", None, "''"),
                                         ("List[int]", "values", "value", positive, "[]"),
                                         ("List[str]", "words", "word", small_words, "[]")])
    source = kind or (lambda rng: rng.choice(["", "boat", "river", "lamp", "paper", "sun"]))
    left, fixed, checked = rng.random() < 0.5, rng.random() < 0.3, rng.random() < 0.6
    side, falls, back = ("left", "front", "end") if left else ("right", "end", "front")
    n, p = rng.randint(1, 3), rng.choice(["steps", "places", "count", "times"])
    how = (f"{COUNTS[n - 1]} place{'s' if n > 1 else ''}" if fixed else "the given number of places")
    sentences = [f"Move every {one} {how} to the {side}."] + \
        ([f"{one.capitalize()}s that fall off the {falls} come back at the {back}."] if rng.random() < 0.7 else [])
    amount = str(n) if fixed else p
    cut = f"{amount} % len({v})" if left else f"-{amount} % len({v})"
    if not checked and fixed:
        code = f"return {v}[{n}:] + {v}[:{n}]" if left else f"return {v}[-{n}:] + {v}[:-{n}]"
    else:
        guard = f"if not {v}:\n\treturn {empty}\n"
        code = f"{guard}cut = {cut}\nreturn {v}[cut:] + {v}[:cut]"
    if rng.random() < 0.25:
        if not left:
            return turned(rng)
        sentences = [f"Move the first {one} of {'a text' if t == 'str' else 'a list'} {how.replace('place', 'time')} to the end."]
    if rng.random() < 0.2:  # what falls off does not come back
        sentences = [f"Move every {one} {how} to the {side}.", f"{one.capitalize()}s that fall off the {falls} are lost."]
        code = f"return {v}[{amount}:]" if left else f"return {v}[:len({v}) - {amount}]"
    name = rng.choice([f"move_{side}", f"shift_{side}", f"turned_{side}", "move_around"])
    return Draft(name, f"{v}: {t}" + ("" if fixed else f", {p}: int"), t, sentences, code,
        [source] + ([] if fixed else [small]))


def portions(rng):
    """A list or a text cut into portions, and what is made of each."""
    t, v, one, source = rng.choice([("List[int]", "items", "items", positive), ("List[int]", "numbers", "numbers", positive),
        ("List[int]", "values", "values", positive),
                                    ("str", "text", "letters", lambda rng: rng.choice(["boat", "river", "walking", "paper",
                                    "sun", ""]))])
    fixed, whole, over = rng.random() < 0.3, rng.random() < 0.3, rng.random() < 0.2
    n = rng.randint(2, 4)
    size, start = (str(n) if fixed else rng.choice(["size", "size", "width", "length"])), rng.choice(["start", "start", "begin",
        "i"])
    piece = f"{v}[{start}:{start} + {size}]"
    what = f"portions of {COUNTS[n - 1] + ' ' + one if fixed else 'the given ' + ('size' if size == 'size' else size)}"
    subject = "a text" if t == "str" else "a list"
    options = [("", piece, f"List[{t}]"), ("", piece, f"List[{t}]"), (", each turned around", f"{piece}[::-1]", f"List[{t}]"),
               (" and return the length of each", f"len({piece})", "List[int]"),
               (" and keep the first of each", f"{v}[{start}]", "List[int]" if t != "str" else "List[str]"),
               (", each sorted", f"sorted({piece})", f"List[{t}]")]
    if t != "str":
        options += [(" and add up each of them", f"sum({piece})", "List[int]"),
            (" and return the largest of each", f"max({piece})", "List[int]"),
                    (" and return the smallest of each", f"min({piece})", "List[int]")]
    else:
        options = [o for o in options if "sorted" not in o[0]] + [(", each with a capital letter", f"{piece}.capitalize()",
            "List[str]")]
    end, e, result = rng.choice(options)
    if over:
        sentences = [f"Return all {what} that stand together{end.replace(' and return', ', and')}." if not end else f"Take all {what} that overlap{end}."]
        loop = f"range(len({v}) - {size} + 1)"
    else:
        sentences = [f"Cut {subject} into {what}{end}."]
        if whole:
            sentences.append(rng.choice(["What is left over is dropped.", "A shorter rest is left out.",
                "The last portion is left out if it is shorter."]))
            loop = f"range(0, len({v}) - {size} + 1, {size})"
        else:
            sentences += rng.choice([["The last portion may be shorter."], ["The last one may be shorter."], []])
            loop = f"range(0, len({v}), {size})"
    return Draft(rng.choice(["cut", "pieces", "portions", "chunks"]) + f"_{v}",
        f"{v}: {t}" + ("" if fixed else f", {size}: int"), result, sentences,
                 f"return [{e} for {start} in {loop}]", [source] + ([] if fixed else [lambda rng: rng.randint(1, 3)]))


def merged(rng):
    """Two sorted lists read with two fingers."""
    a, b = rng.choice([("left", "right"), ("first", "second"), ("one", "other")])
    down = rng.random() < 0.6
    order = "downward" if down else "upward"
    op = ">" if down else "<"
    out = rng.choice(["merge", "merge", "once", "both", "only", "count"])
    source = (lambda rng: upward(rng)[::-1]) if down else upward
    head = f"i = j = 0\nwhile i < len({a}) and j < len({b}):\n"
    fin = f" + {a}[i:] + {b}[j:]"
    if out == "merge":
        strict = rng.choice(["", "="])
        code = f"merged = []\n{head}\tif {a}[i] {op}{strict} {b}[j]:\n\t\tmerged.append({a}[i])\n\t\ti += 1\n\telse:\n\t\tmerged.append({b}[j])\n\t\tj += 1\nreturn merged{fin}"
        doc = [f"Merge two lists that are sorted {order} into one list that is sorted {order}."] + rng.choice([["Numbers that occur several times are all kept."], []])
    elif out == "once":
        code = f"merged = []\n{head}\tif {a}[i] == {b}[j]:\n\t\tj += 1\n\telif {a}[i] {op} {b}[j]:\n\t\tmerged.append({a}[i])\n\t\ti += 1\n\telse:\n\t\tmerged.append({b}[j])\n\t\tj += 1\nreturn merged{fin}"
        doc = [f"Merge two lists that are sorted {order} into one list that is sorted {order}.",
            "Numbers that are in both lists are kept once."]
    elif out == "both":
        code = f"shared = []\n{head}\tif {a}[i] == {b}[j]:\n\t\tshared.append({a}[i])\n\t\ti += 1\n\t\tj += 1\n\telif {a}[i] {op} {b}[j]:\n\t\ti += 1\n\telse:\n\t\tj += 1\nreturn shared"
        doc = [f"Return the numbers that are in both of two lists that are sorted {order}."]
    elif out == "count":
        code = f"count = 0\n{head}\tif {a}[i] {op} {b}[j]:\n\t\tcount += 1\n\t\ti += 1\n\telse:\n\t\tj += 1\nreturn count"
        doc = [f"Read two lists that are sorted {order} in order, and count how often the next number is from the {a} one."]
        return Draft("count_turns", f"{a}: List[int], {b}: List[int]", "int", doc, code, [source, source])
    else:
        code = f"alone = []\n{head}\tif {a}[i] == {b}[j]:\n\t\ti += 1\n\telif {a}[i] {op} {b}[j]:\n\t\talone.append({a}[i])\n\t\ti += 1\n\telse:\n\t\tj += 1\nreturn alone + {a}[i:]"
        doc = [f"Return the numbers that are only in the {a} of two lists that are sorted {order}."]
    return Draft(rng.choice(["merged", "put_together", "two_sorted"]), f"{a}: List[int], {b}: List[int]", "List[int]", doc,
        code, [source, source])


MAKERS = [(seen, 4), (turned, 3), (portions, 4), (merged, 2)]
