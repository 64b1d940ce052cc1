"""Python functions over tables, dictionaries, calendars and amounts, put together from parts as in code_numbers.py."""
from code_numbers import COUNTS, Draft, given
from code_texts import words


def table(rng):
    width = rng.randint(1, 3)
    return [[rng.randint(0, 9) for _ in range(width)] for _ in range(rng.choice([0, 1, 2, 2, 3]))]


def square(rng):
    width = rng.randint(1, 3)
    return [[rng.randint(0, 9) for _ in range(width)] for _ in range(width)]


def wide(rng):
    return [[rng.randint(0, 9) for _ in range(3)] for _ in range(rng.choice([1, 2, 3]))]


def people(rng):
    return {name: rng.randint(5, 9) for name in rng.sample(["Al", "Bo", "Cy", "Di", "Ed", "Flo", "Gus"], rng.randint(2, 4))}


def tables(rng):
    """Rows, columns and corner lines of a table."""
    if rng.random() < 0.45:  # corner lines of a square
        s = rng.choice(["square", "square", "table", "grid"])
        line, e = rng.choice([("top left to the bottom right", "{s}[i][i]"), ("top left to the bottom right", "{s}[i][i]"),
                              ("top right to the bottom left", "{s}[i][-1 - i]"),
                              ("bottom left to the top right", "{s}[-1 - i][i]")])
        e = e.format(s=s)
        what = f"the numbers on the line from the {line} corner of a square table"
        loop = f"for i in range(len({s}))"
        doc, code, r = rng.choice([
            (f"Add up {what}.", f"return sum({e} {loop})", "int"), (f"Add up {what}.", f"return sum({e} {loop})", "int"),
            (f"List {what}.", f"return [{e} {loop}]", "List[int]"),
            (f"Return the largest of {what}.", f"return max({e} {loop})", "int"),
            (f"Return the smallest of {what}.", f"return min({e} {loop})", "int"),
            (f"Count the even ones of {what}.", f"return sum(1 {loop} if {e} % 2 == 0)", "int"),
            (f"Add up the squares of {what}.", f"return sum({e} ** 2 {loop})", "int"),
            (f"Sort {what}.", f"return sorted({e} {loop})", "List[int]"),
            (f"Return the mean of {what}.", f"return sum({e} {loop}) / len({s})", "float"),
            (f"Multiply {what}.", f"product = 1\n{loop}:\n\tproduct *= {e}\nreturn product", "int")])
        return Draft(rng.choice(["corner_line", "on_line", "line_numbers", "from_corner"]), f"{s}: List[List[int]]", r, [doc],
            code, [square])
    t = rng.choice(["table", "table", "rows", "grid"])
    same = rng.choice([["All rows have the same length."], ["All rows have the same length."], []])
    empty = f"if not {t}:\n\treturn []\n"
    kind, doc, code, r = rng.choice([
        ("c", "Return the {f} of each column of a table.", "[{c}(row[column] for row in {t}) for column in range(len({t}[0]))]",
        "List[int]"),
        ("r", "Return the {f} of each row of a table.", "[{c}(row) for row in {t}]", "List[int]"),
        ("c", "Turn the columns of a table into rows, {o}.",
        "[[row[column] for row in {t}] for column in range(len({t}[0]) - 1, -1, -1)]", "List[List[int]]"),
        ("c", "Turn the rows of a table into columns, {u}.",
        "[[row[column] for row in reversed({t})] for column in range(len({t}[0]))]", "List[List[int]]"),
        ("c", "Turn the rows of a table into sorted columns.",
        "[sorted(row[column] for row in {t}) for column in range(len({t}[0]))]", "List[List[int]]"),
        ("c", "Turn the {n} columns of a table into rows.", "[[row[column] for row in {t}] for column in range({m})]",
        "List[List[int]]"),
        ("r", "Turn every row of a table around.", "[row[::-1] for row in {t}]", "List[List[int]]"),
        ("r", "Sort every row of a table.", "[sorted(row) for row in {t}]", "List[List[int]]"),
        ("r", "Return the rows of a table, the last one first.", "{t}[::-1]", "List[List[int]]"),
        ("r", "Return the given column of a table.", "[row[column] for row in {t}]", "List[int]"),
        ("r", "Leave out the first column of a table.", "[row[1:] for row in {t}]", "List[List[int]]"),
        ("r", "Put all numbers of a table into one list.", "[number for row in {t} for number in row]", "List[int]"),
        ("r", "Add {k} to every number of a table.", "[[number + {k} for number in row] for row in {t}]", "List[List[int]]"),
        ("r", "Double every number of a table.", "[[2 * number for number in row] for row in {t}]", "List[List[int]]")])
    f, c = rng.choice([("total", "sum"), ("largest number", "max"), ("smallest number", "min")] + ([("length",
        "len")] if kind == "r" else []))
    k = rng.randint(1, 4)
    fields = {"f": f, "c": c, "t": t, "k": k, "o": "the last column first", "u": "read from the last row up",
        "n": ["first", "first two"][k % 2], "m": k % 2 + 1}
    given_column = "given column" in doc
    return Draft(rng.choice(["by_columns", "turned", "of_table", "new_table"] if kind == "c" else ["by_rows", "of_rows",
        "new_rows"]),
                 f"{t}: List[List[int]]" + (", column: int" if given_column else ""), r, [doc.format(**fields)] + same,
                 (empty if kind == "c" else "") + "return " + code.format(**fields),
                 [wide if "{n}" in doc else square if given_column or "columns" in doc else table] + ([lambda rng: 0] if given_column else []))


def groups(rng):
    """Dictionaries that give what belongs to each value."""
    d, owner, value, plural = rng.choice([("ages", "person", "age", "people"), ("ages", "person", "age", "people"),
        ("points", "player", "number of points", "players"),
                                          ("prices", "thing", "price", "things"), ("heights", "tree", "height", "trees")])
    begin = f"Given the {value} of each {owner}, return "
    over, order = rng.choice([(d, ""), (f"sorted({d})", "sorted "), (f"sorted({d})", "sorted "), (f"reversed({d})", "")])
    back = ", the last one first" if over.startswith("rev") else ""
    k = rng.randint(5, 8)
    forms = [
        (f"the {order}names of the {plural} of each {value}{back}.", "Dict[int, List[str]]",
        f"groups = {{}}\nfor name in {over}:\n\tgroups.setdefault({d}[name], []).append(name)\nreturn groups"),
        (f"the {order}names of the {plural} of each {value}{back}.", "Dict[int, List[str]]",
        f"groups = {{}}\nfor name in {over}:\n\tgroups.setdefault({d}[name], []).append(name)\nreturn groups"),
        (f"the {order}names of the {plural} of each {value} above {k}{back}.", "Dict[int, List[str]]",
        f"groups = {{}}\nfor name in {over}:\n\tif {d}[name] > {k}:\n\t\tgroups.setdefault({d}[name], []).append(name)\nreturn groups"),
        (f"the number of {plural} of each {value}.", "Dict[int, int]",
        f"counts = {{}}\nfor name in {d}:\n\tcounts[{d}[name]] = counts.get({d}[name], 0) + 1\nreturn counts"),
        (f"the {order}names of the {plural} whose {value} is {k}{back}.", "List[str]",
        f"return [name for name in {over} if {d}[name] == {k}]"),
        (f"the {order}names of the {plural} whose {value} is above {k}{back}.", "List[str]",
        f"return [name for name in {over} if {d}[name] > {k}]"),
        (f"the name of the {owner} with the highest {value}.", "str", f"return max({d}, key={d}.get)"),
        (f"the lengths of the names of each {value}.", "Dict[int, List[int]]",
        f"groups = {{}}\nfor name in {d}:\n\tgroups.setdefault({d}[name], []).append(len(name))\nreturn groups"),
        ("the total.", "int", f"return sum({d}.values())"), (f"the names, sorted by {value}.", "List[str]",
        f"return sorted({d}, key={d}.get)")]
    doc, r, code = rng.choice(forms)
    if rng.random() < 0.4:  # words instead of names
        key, said = rng.choice([("len(word)", "length"), ("word[0]", "first letter"), ("word[-1]", "last letter")])
        over, order = rng.choice([("words", ""), ("sorted(words)", "sorted ")])
        t = "int" if key.startswith("len") else "str"
        doc, r, code = rng.choice([
            (f"Return the {order}words of each {said}.", f"Dict[{t}, List[str]]",
            f"groups = {{}}\nfor word in {over}:\n\tgroups.setdefault({key}, []).append(word)\nreturn groups"),
            (f"Return the number of words of each {said}.", f"Dict[{t}, int]",
            f"counts = {{}}\nfor word in words:\n\tcounts[{key}] = counts.get({key}, 0) + 1\nreturn counts"),
            (f"Return the last word of each {said}.", f"Dict[{t}, str]",
            f"result = {{}}\nfor word in words:\n\tresult[{key}] = word\nreturn result")])
        return Draft(rng.choice(["group_words", "by_kind", "words_by"]), "words: List[str]", r, [doc], code, [words])
    return Draft(rng.choice([f"group_{d}", f"by_{d}", f"{plural}_by", f"of_{d}"]), f"{d}: Dict[str, int]", r, [begin + doc],
        code, [people])


def calendar(rng):
    """Days, hours and months that go around, and clocks that show them."""
    if rng.random() < 0.5:
        unit, of, n, first, names = rng.choice([
            ("day", "days", 7, "weekday first_day (0 is Monday, 6 is Sunday)",
            [("Mondays", "== 0"), ("Sundays", "== 6"), ("Saturdays", "== 5"), ("Fridays", "== 4"),
                ("Mondays and Tuesdays", "<= 1"),
                                                                                ("working days from Monday to Friday", "< 5"),
                                                                                ("Saturdays and Sundays", ">= 5"),
                                                                                ("Saturdays and Sundays", ">= 5"),
                                                                                ("Thursdays and Fridays", "in (3, 4)")]),
            ("hour", "hours", 24, "hour first_hour (0 to 23)", [("hours before noon", "< 12"), ("hours after noon", ">= 12"),
            ("hours of the night before six", "< 6"), ("midnights", "== 0")]),
            ("month", "months", 12, "month first_month (0 is January, 11 is December)",
            [("Januaries", "== 0"), ("Decembers", "== 11"), ("summer months from June to August", "in (5, 6, 7)"),
                ("months before July", "< 6")])])
        named, test = rng.choice(names)
        v, x = f"first_{unit}", f"(first_{unit} + offset) % {n}"
        loop = "for offset in range(length)"
        out = rng.choice(["count", "count", "count", "places", "any", "one", "list"])
        stretch = [f"The stretch begins {'on' if unit == 'day' else 'with'} {first} and is length {of} long."]
        if out == "one":
            doc = [f"Tell whether the {unit} that comes offset {of} after {first} is one of the {named}."]
            return Draft(f"is_{unit}_of", f"{v}: int, offset: int", "bool", doc, f"return {x} {test}",
                [lambda rng: rng.randint(0, n - 1), given])
        doc, code, r = {"count": (f"Count the {named} in a stretch of {of}.", f"return sum(1 {loop} if {x} {test})", "int"),
                        "places": (f"Return the places of the {named} in a stretch of {of}.",
                        f"return [offset {loop} if {x} {test}]", "List[int]"),
                        "any": (f"Tell whether there are {named} in a stretch of {of}.", f"return any({x} {test} {loop})",
                        "bool"),
                        "list": (f"List the {of} of a stretch as numbers.", f"return [{x} {loop}]", "List[int]")}[out]
        return Draft(rng.choice([f"count_{of}", f"stretch_{of}", f"{of}_in"]), f"{v}: int, length: int", r, [doc] + stretch,
            code, [lambda rng: rng.randint(0, n - 1), given])
    if rng.random() < 0.75:
        big, little, of, around, since = rng.choice([
            ("hours", "minutes", 60, 1440, "midnight"), ("minutes", "seconds", 60, 3600, "the full hour"),
            ("days", "hours", 24, 168, "Monday"), ("hours", "minutes", 60, 720, "noon"),
            ("weeks", "days", 7, 364, "the new year")])
        digits, d = rng.choice([("with two digits for {b} and {l}", ("%02d", "%02d")),
            ("with two digits for {b} and {l}", ("%02d", "%02d")), ("with two digits for {l}", ("%d", "%02d")),
                                ("without leading zeros", ("%d", "%d"))])
        sep, said = rng.choice([(":", "as a clock shows them"), (":", "as a clock shows them"),
            (":", f"as {big} and {little} with a colon between"), (".", "with a dot between"),
            (" ", f"as {big} and {little} with a space between"), ("-", "with a dash between")])
        goes = rng.random() < 0.5
        doc = [f"Write the {little} since {since} {said}, {digits.format(b=big, l=little)}."]
        again = {"midnight": "The clock starts again at {z} after a full day.",
            "the full hour": "The clock starts again at {z} after an hour.", "Monday": "It starts again at {z} after a week.",
                 "noon": "The clock starts again at {z} after half a day.",
                 "the new year": "It starts again at {z} after 52 weeks."}[since]
        doc += [again.format(z=f"{d[0]}{sep}{d[1]}" % (0, 0))] if goes else []
        rest = rng.choice(["rest", "rest", "left"])
        code = f"{big}, {rest} = divmod({little}{f' % {around}' if goes else ''}, {of})\nreturn \"{d[0]}{sep}{d[1]}\" % ({big}, {rest})"
        return Draft(rng.choice(["clock", "shown", "time_text", f"{big}_text", f"as_{big}"]), f"{little}: int", "str", doc,
            code, [lambda rng: rng.choice([rng.randint(0, 100), rng.randint(0, 3 * around), around])])
    a, b, c = rng.choice([(4, 100, 400), (4, 100, 400), (4, 10, 100), (3, 9, 27), (2, 10, 50), (5, 50, 200)])
    leap = "year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)"
    doc, r, code = rng.choice([
        (f"Tell whether a year is divisible by {a}. A year that is divisible by {b} must be divisible by {c} too.", "bool",
        f"return year % {a} == 0 and (year % {b} != 0 or year % {c} == 0)"),
        ("Return the number of days of a year of the Gregorian calendar.", "int", f"return 366 if {leap} else 365"),
        ("Return the number of days of February in a year of the Gregorian calendar.", "int",
        "if year % 100 == 0:\n\treturn 29 if year % 400 == 0 else 28\nreturn 29 if year % 4 == 0 else 28"),
        ("Tell whether a year of the Gregorian calendar is a leap year.", "bool", f"return {leap}"),
        ("Tell whether a year of the Gregorian calendar has 366 days.", "bool", f"return {leap}"),
        ("Tell whether a year of the Gregorian calendar has 365 days.", "bool",
        "if year % 100 == 0:\n\treturn year % 400 != 0\nreturn year % 4 != 0"),
        ("Tell whether a year of the Julian calendar has a leap day.", "bool", "return year % 4 == 0")])
    return Draft(rng.choice(["year_rule", "about_year", "year_days", "is_special"]), "year: int", r, [doc], code,
        [lambda rng: rng.choice([1900, 2000, 2024, 2023, 1996, 2100, rng.randint(1800, 2100)])])


def drawn(rng):
    """Lines of characters that get longer or shorter."""
    c, name = rng.choice([("*", "star"), ("*", "star"), ("*", "star"), ("-", "dash"), ("#", "cross"), ("o", "ring"),
        (".", "dot"), ("+", "plus sign")])
    many = name + ("es" if name in ("dash", "cross") else "s")
    step, begin = rng.choice([1, 1, 1, 2, 3]), rng.choice([1, 1, 1, 0, 2])
    figure = rng.choice(["a staircase", "stairs", "lines"])
    number = ["no", "one", "two", "three"]
    first = f"the first line has {number[begin]} {name if begin == 1 else many}"
    v = rng.choice(["height", "height", "lines", "size", "rows"])
    form = rng.choice(["up", "up", "up", "down", "right", "same", "long"])
    width = "width" if step == 1 and begin == 1 else f"{begin} + line" if step == 1 and begin else f"{step} * line" if begin == 0 and step > 1 else f"{begin} + {step} * line" if begin else "line"
    loop = f"for width in range(1, {v} + 1)" if width == "width" else f"for line in range({v})"
    width = f"({width})" if " " in width else width
    more = f"each line has {number[step]} {name if step == 1 else many} more"
    if form == "up":
        doc, code = f"Draw {figure}: {first}, and {more}.", f"return ['{c}' * {width} {loop}]"
    elif form == "down":
        doc, code = f"Draw {figure}: the first line has {v} {many}, and each line has one {name} less.", f"return ['{c}' * width for width in range({v}, 0, -1)]"
    elif form == "right":
        doc, code = f"Draw {figure} that ends on the right: the first line has one {name}, and each line has one {name} more. All lines have the same length, filled with spaces in front.", \
            f"return [' ' * ({v} - width) + '{c}' * width for width in range(1, {v} + 1)]"
    elif form == "same":
        k = rng.randint(2, 5)
        doc, code = f"Draw lines that have {COUNTS[k - 1]} {many} each.", f"return ['{c}' * {k} for line in range({v})]"
    else:
        doc, code = f"Draw {figure} as one text: {first}, and {more}. Lines end with a newline.", f"return ''.join('{c}' * {width} + '\\\\n' {loop})"
    return Draft(rng.choice([f"{name.split()[0]}_lines", "draw", "drawing", "figure", f"{name.split()[0]}_figure"]),
        f"{v}: int", "str" if form == "long" else "List[str]", [doc], code, [lambda rng: rng.randint(0, 4)])


def letter_worth(rng):
    """Letters that stand for numbers, added up by some rule."""
    named, worth = rng.choice([("Roman letters", "{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}")] * 2 + [
        ("game letters", "{'a': 1, 'b': 2, 'c': 3, 'd': 4, 'e': 1}"), ("coin letters", "{'p': 1, 'n': 5, 'd': 10, 'q': 25}"),
        ("Roman letters", "{'I': 1, 'V': 5, 'X': 10}")])
    letters = [k for k in eval(worth)]
    v = rng.choice(["letters", "numeral", "text", "code"])
    listed = ", ".join(letters[:-1]) + " and " + letters[-1]
    uses = [f"The {v} uses the letters {listed}."] if rng.random() < 0.7 else []
    rule = rng.choice(["sum", "skip", "double", "largest", "less", "greater"])
    head = f"worth = {worth}\n"
    loop = f"total = 0\nfor i, letter in enumerate({v}):\n\tvalue = worth[letter]\n"
    larger = f"i + 1 < len({v}) and worth[{v}[i + 1]] > value"
    doc, code = {
        "sum": (f"Add up what the {named} of a {v} stand for.",
        f"total = 0\nfor letter in {v}:\n\ttotal += worth[letter]\nreturn total"),
        "skip": (f"Add up what the {named} of a {v} stand for. A letter before a larger one does not count.",
        loop + f"\tif {larger}:\n\t\tcontinue\n\ttotal += value\nreturn total"),
        "double": (f"Add up what the {named} of a {v} stand for. A letter before a larger one counts twice.",
        loop + f"\tif {larger}:\n\t\ttotal += 2 * value\n\telse:\n\t\ttotal += value\nreturn total"),
        "largest": (f"Return the largest number that one of the {named} of a {v} stands for.",
        f"return max((worth[letter] for letter in {v}), default=0)"),
        "less": (f"Return how many of the {named} of a {v} stand before a larger one.",
        f"count = 0\nfor i, letter in enumerate({v}):\n\tvalue = worth[letter]\n\tif {larger}:\n\t\tcount += 1\nreturn count"),
        "greater": (f"Add up what the {named} of a {v} stand for. A letter before a smaller one is taken away.",
        loop + f"\tif {larger.replace('> value', '< value')}:\n\t\ttotal -= value\n\telse:\n\t\ttotal += value\nreturn total")}[rule]
    return Draft(rng.choice(["letters_worth", "value_of", "letter_sum"]), f"{v}: str", "int", [doc] + uses, head + code,
        [lambda rng: "".join(rng.choice(letters) for _ in range(rng.randint(0, 4)))])


def coins(rng):
    """Tables over amounts, filled from small to large."""
    kind, v, x = rng.choice([("coins", "coins", "coin"), ("stamps", "stamps", "stamp"), ("steps", "steps", "step"),
        ("weights", "weights", "weight")])
    c = rng.choice(["c", x])
    rng.randrange(2)  # decides nothing, but later draws stay those that the shipped model was trained on
    out = rng.choice(["largest", "ways", "can", "smallest_none", "list"])
    often = rng.choice([[f"Each kind of {x} may be used as often as needed."], []])
    best = f"best = [0] + [None] * amount\nfor value in range(1, amount + 1):\n\toptions = [best[value - {c}] for {c} in {v} if {c} <= value and best[value - {c}] is not None]\n\tif options:\n"
    doc, code, r = {
        "largest": ([f"Return the largest number of {kind} that add up to the amount."] + often + ["Return -1 if it cannot be done."], best + "\t\tbest[value] = max(options) + 1\nreturn -1 if best[amount] is None else best[amount]", "int"),
        "smallest_none": ([f"Return the smallest number of {kind} that add up to the amount."] + often + ["Return 0 if it cannot be done."], best + "\t\tbest[value] = min(options) + 1\nreturn best[amount] or 0", "int"),
        "ways": ([f"Return in how many ways {kind} can add up to the amount."] + often,
        f"ways = [1] + [0] * amount\nfor {c} in {v}:\n\tfor value in range({c}, amount + 1):\n\t\tways[value] += ways[value - {c}]\nreturn ways[amount]", "int"),
        "can": ([f"Tell whether {kind} can add up to the amount."] + often,
        f"can = [True] + [False] * amount\nfor value in range(1, amount + 1):\n\tcan[value] = any({c} <= value and can[value - {c}] for {c} in {v})\nreturn can[amount]", "bool"),
        "list": ([f"Return for each amount up to the given one the smallest number of {kind} that add up to it, or None."] + often, best + "\t\tbest[value] = min(options) + 1\nreturn best", "List[Optional[int]]")}[out]
    return Draft(rng.choice(["fewest", "pay", "amount_of", "made_of"]) + f"_{kind}", f"amount: int, {v}: List[int]", r, doc,
        code, [given, lambda rng: sorted(rng.sample([1, 2, 3, 4, 5], rng.randint(2, 3)))])


MAKERS = [(tables, 5), (groups, 4), (calendar, 5), (drawn, 3), (letter_worth, 2), (coins, 2)]
