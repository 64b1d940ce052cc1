"""Python functions over lists of numbers, put together from parts: what is taken, under which condition, what becomes of it.

A maker draws its parts and returns a Draft. Nearly every combination of parts is another function, so that a model has
to read the docstring; the combinations that miniature problems ask for are thrown away by contamination.py.
"""
from typing import NamedTuple

NUMBERS = [("numbers", "number"), ("values", "value"), ("scores", "score"), ("prices", "price"), ("heights", "height"),
           ("items", "item"), ("points", "point"), ("ages", "age"), ("sizes", "size"), ("results", "value"),
           ("steps", "step")]
COUNTS = ["one", "two", "three", "four", "five"]


class Draft(NamedTuple):
    name: str
    parameters: str
    result: str
    sentences: list  # of the docstring
    body: str        # lines, each level of indentation a tab
    inputs: list     # functions of a random generator, one per parameter


def numbers(rng):
    return [rng.randint(-3, 12) for _ in range(rng.choice([0, 1, 2, 3, 4, 4, 5]))]


def positive(rng):
    return [rng.randint(0, 9) for _ in range(rng.choice([0, 1, 3, 4, 5, 5, 6]))]


def runs(rng):
    return [rng.choice([1, 1, 2, 3, 5]) for _ in range(rng.choice([0, 2, 4, 5, 6, 7]))]


def scores(rng):
    return [rng.randint(1, 12) for _ in range(rng.randint(4, 6))]


def small(rng):
    return rng.randint(1, 5)


def given(rng):
    return rng.randint(0, 9)


def tall(rng):
    return rng.randint(8, 12)


def upward(rng):
    return sorted(positive(rng))


class Taken:
    """Numbers of a list that meet a condition, perhaps none: a phrase, a test in Python and the parameter it needs."""

    def __init__(self, rng, always=False, plain=0.4):
        self.many, self.one = rng.choice(NUMBERS)
        self.parameter, self.inputs, self.test = "", [], ""
        self.phrase = f"{self.many}"
        if not always and rng.random() < plain:
            return
        k = rng.randint(2, 9)
        word, x = str(k), self.one
        if rng.random() < 0.4:
            name, word = rng.choice([("limit", "the limit"), ("given", "the given number"), ("wanted", "the wanted number")])
            self.parameter, self.inputs, k = f", {name}: int", [small], name
        phrase, test = rng.choice([
            ("{p} above {w}", "{x} > {k}"), ("{p} larger than {w}", "{x} > {k}"), ("{p} below {w}", "{x} < {k}"),
            ("{p} smaller than {w}", "{x} < {k}"), ("{p} of at least {w}", "{x} >= {k}"), ("{p} of at most {w}", "{x} <= {k}"),
            ("{p} divisible by {w}", "{x} % {k} == 0"), ("{p} that are not divisible by {w}", "{x} % {k} != 0"),
            ("{p} equal to {w}", "{x} == {k}"), ("{p} different from {w}", "{x} != {k}"),
            ("even {p}", "{x} % 2 == 0"), ("odd {p}", "{x} % 2 == 1"), ("positive {p}", "{x} > 0"),
            ("negative {p}", "{x} < 0"), ("{p} other than zero", "{x} != 0")])
        self.phrase, self.test = phrase.format(p=self.many, w=word), test.format(x=x, k=k)
        if "{k}" not in test:
            self.parameter, self.inputs = "", []

    def when(self):
        return f" if {self.test}" if self.test else ""


def changed(rng, x, plain=0.4):
    """(words before the numbers, expression, end of a name) of what becomes of each number."""
    k = rng.randint(2, 6)
    return ("", x, "") if rng.random() < plain else rng.choice([
        ("the squares of ", f"{x} * {x}", "squares"), ("the doubles of ", f"2 * {x}", "doubles"),
        ("the halves, rounded down, of ", f"{x} // 2", "halves"), ("the last digits of ", f"{x} % 10", "digits"),
        (f"{k} times ", f"{k} * {x}", "times"), ("the sizes without sign of ", f"abs({x})", "sizes"),
        (f"the distances to {k} of ", f"abs({x} - {k})", "distances"), (f"the remainders by {k} of ", f"{x} % {k}", "rests"),
        ("the cubes of ", f"{x} ** 3", "cubes"), ("the opposites of ", f"-{x}", "opposites")])


def gathered(rng):
    """One figure, or a list, from the numbers that meet a condition."""
    t = Taken(rng)
    before, expression, end = changed(rng, t.one)
    body = f"{expression} for {t.one} in {t.many}{t.when()}"
    what = f"{before}the {t.phrase}" if before else f"the {t.phrase}"
    kind = rng.choice(["total", "count", "list", "largest", "smallest", "any", "sorted", "mean", "place", "different"])
    result, inputs, name = "int", [numbers] + t.inputs, f"{kind}_{end or t.many}"
    if kind == "total":
        docs, code = [f"Add up {what}.", f"Return the total of {what}.", f"Return the sum of {what}."], f"return sum({body})"
    elif kind == "count":
        t = t if t.test else Taken(rng, always=True)
        docs = [f"Count the {t.phrase}.", f"Return how many {t.phrase} there are.", f"Return the number of {t.phrase}."]
        code, inputs, name = f"return sum(1 for {t.one} in {t.many}{t.when()})", [numbers] + t.inputs, f"count_{t.many}"
    elif kind in ("list", "sorted"):
        result = "List[int]"
        order, wrap = ("", "[{}]") if kind == "list" else rng.choice([(", sorted upward", "sorted({})"),
                                                                      (", sorted downward", "sorted([{}], reverse=True)")])
        if not t.test and expression == t.one and not order:
            return gathered(rng)
        docs, code = [f"Return {what}{order}.", f"List {what}{order}."], "return " + wrap.format(body)
    elif kind in ("largest", "smallest"):
        docs = [f"Return the {kind} of {what}. Return 0 if there is none."]
        code = f"return {'max' if kind == 'largest' else 'min'}(({body}), default=0)"
    elif kind == "any":
        t = t if t.test else Taken(rng, always=True)
        result, inputs = "bool", [numbers] + t.inputs
        every = rng.random() < 0.5
        docs = [f"Tell whether all of the {t.many} are {t.phrase}."] if every else \
            [f"Tell whether there are {t.phrase}.", f"Tell whether a list has {t.phrase}."]
        code = f"return {'all' if every else 'any'}({t.test} for {t.one} in {t.many})"
        name = f"has_{t.many}" if not every else f"all_{t.many}"
    elif kind == "mean":
        result, docs = "float", [f"Return the mean of {what}. Return 0.0 if there is none."]
        code = f"kept = [{body}]\nif not kept:\n\treturn 0.0\nreturn sum(kept) / len(kept)"
    elif kind == "place":
        t = t if t.test else Taken(rng, always=True)
        result, inputs, name = "List[int]", [numbers] + t.inputs, f"places_of_{t.many}"
        docs = [f"Return the places of the {t.phrase}.", f"List the places at which there are {t.phrase}."]
        code = f"return [i for i, {t.one} in enumerate({t.many}){t.when()}]"
    else:
        docs, code = [f"Return how many different ones there are among {what}."], f"return len(set({body}))"
    return Draft(name, f"{t.many}: List[int]{t.parameter}", result, [rng.choice(docs)], code, inputs)


def running(rng):
    """A list with what has been gathered up to each place."""
    t = Taken(rng, plain=0.5)
    x = t.one
    before, expression, end = changed(rng, x, 0.5)
    word, start, line = rng.choice([
        ("total", "0", "total += {e}"), ("total", "0", "total += {e}"), ("total", "0", "total += {e}"),
        ("product", "1", "product *= {e}"), ("product", "1", "product *= {e}"), ("count", "0", "count += 1"),
        ("largest", "0", "largest = max(largest, {e})"), ("smallest", "99", "smallest = min(smallest, {e})")])
    if word == "count":
        before, expression = "", x
    what = before + ("all " if not before else "") + ("the " if before else "") + t.phrase
    verb = {"count": "the number of", "largest": "the largest of", "smallest": "the smallest of"}.get(word, f"the {word} of")
    docs = [f"Return a list whose entry at each place is {verb} {what} up to that place.",
            f"For each place return {verb} {what} up to it.", f"Return {verb} {what} so far, at each place."]
    extra = [f"The {word} begins with {start}."] if word in ("largest", "smallest") else []
    many = word + "s" if word not in ("largest", "smallest") else "result"
    step = f"\tif {t.test}:\n\t\t{line.format(e=expression)}" if t.test else f"\t{line.format(e=expression)}"
    last = f"\t{many}.append({word})"
    if rng.random() < 0.25:  # what came before the place, without it
        docs, step, last = [f"Return a list whose entry at each place is {verb} {what} before that place."], last, step
    code = f"{many} = []\n{word} = {start}\nfor {x} in {t.many}:\n{step}\n{last}\nreturn {many}"
    return Draft(f"running_{many}", f"{t.many}: List[int]{t.parameter}", "List[int]", [rng.choice(docs)] + extra, code,
                 [numbers] + t.inputs)


def distances(rng):
    """How each number relates to another one: the one beside it, a given one, the one at the same place elsewhere."""
    v, x = rng.choice(NUMBERS[:6])
    how, sign, e = rng.choice([("how far {x} lies from {o}, without a sign", "abs", "abs({a} - {b})"),
                               ("how far {x} lies from {o}, without a sign", "abs", "abs({a} - {b})"),
                               ("how much larger {x} is than {o}", "", "{a} - {b}"),
                               ("how much smaller {x} is than {o}", "", "{b} - {a}"),
                               ("the sum of {x} and {o}", "", "{a} + {b}"),
                               ("the product of {x} and {o}", "", "{a} * {b}"),
                               ("the larger one of {x} and {o}", "", "max({a}, {b})"),
                               ("the smaller one of {x} and {o}", "", "min({a}, {b})"),
                               ("the mean of {x} and {o}", "", "({a} + {b}) / 2"),
                               ("whether {x} is equal to {o}", "", "{a} == {b}")])
    k = rng.randint(1, 9)
    other, loop, a, b, parameter, inputs = rng.choice([
        ("the one after it", f"for before, after in zip({v}, {v}[1:])", "before", "after", "", []),
        ("the one after it", f"for before, after in zip({v}, {v}[1:])", "before", "after", "", []),
        ("the one before it", f"for before, after in zip({v}, {v}[1:])", "after", "before", "", []),
        ("the one two places after it", f"for before, after in zip({v}, {v}[2:])", "before", "after", "", []),
        ("the given one", f"for {x} in {v}", x, "given", ", given: int", [given]),
        (str(k), f"for {x} in {v}", x, str(k), "", []),
        ("the first one", f"for {x} in {v}", x, f"{v}[0]", "", []), ("the last one", f"for {x} in {v}", x, f"{v}[-1]", "", []),
        ("the largest one", f"for {x} in {v}", x, f"max({v})", "", []),
        ("the one at the same place of another list", f"for a, b in zip({v}, others)", "a", "b", ", others: List[int]",
        [numbers])])
    if other == "the one after it" and sign == "abs":
        a, b = b, a  # a distance has no direction; written as it is usually written
    expression = e.format(a=a, b=b)
    out = rng.choice(["list", "list", "list", "total", "largest", "smallest"])
    how = how.format(x=f"each {x}" if out == "list" else f"a {x}", o=other)
    kind = "bool" if "whether" in how else "float" if "/" in e else "int"
    if out == "list" or kind != "int":
        how = how.replace(f"a {x}", f"each {x}")
        doc, result, code = f"Return {how}.", f"List[{kind}]", f"return [{expression} {loop}]"
        doc = rng.choice([doc, f"Return a list of {how}."]) if "whether" not in how else doc
    elif out == "total":
        doc, result, code = f"Add up {how.replace('a ' + x, 'each ' + x)}.", "int", f"return sum({expression} {loop})"
    else:
        doc = f"Return the {out} of what each {x} gives: {how.replace('a ' + x, 'each ' + x)}. Return 0 if there is none."
        result, code = "int", f"return {'max' if out == 'largest' else 'min'}(({expression} {loop}), default=0)"
    return Draft(rng.choice(["distances", "differences", "comparisons", "beside", "relations", f"{x}_steps"]),
                 f"{v}: List[int]{parameter}", result, [doc], code, [numbers] + inputs)


def stretch(rng):
    """The longest stretch, the number of stretches, of values that belong together."""
    v, x = rng.choice(NUMBERS[:5])
    pairwise = rng.random() < 0.6
    phrase, test = rng.choice([
        ("equal {v} that stand next to each other", "== {v}[i - 1]"), ("equal {v} that stand next to each other",
        "== {v}[i - 1]"),
        ("{v} that are each larger than the one before", "> {v}[i - 1]"),
        ("{v} that are each smaller than the one before", "< {v}[i - 1]"), ("{v} that grow by one", "== {v}[i - 1] + 1"),
        ("{v} that grow by two", "== {v}[i - 1] + 2"), ("{v} that fall by one", "== {v}[i - 1] - 1"),
        ("{v} that are different from the one before", "!= {v}[i - 1]"), ("{v} that do not get smaller", ">= {v}[i - 1]"),
        ("{v} that do not get larger", "<= {v}[i - 1]"), ("{v} that are twice the one before",
        "== 2 * {v}[i - 1]")]) if pairwise else \
        rng.choice([("even {v}", "% 2 == 0"), ("odd {v}", "% 2 == 1"), ("{v} above 2", "> 2"), ("{v} below 3", "< 3"),
                    ("{v} equal to 1", "== 1"), ("{v} different from 1", "!= 1"), ("{v} of at least 2", ">= 2")])
    phrase, test = phrase.format(v=v), test.format(v=v)
    out = rng.choice(["longest", "longest", "last", "count", "all"] if pairwise else ["longest", "last", "all", "longest"])
    begin = "1" if pairwise else "0"
    condition = f"i > 0 and {x} {test}" if pairwise else f"{x} {test}"
    loop = f"for i, {x} in enumerate({v}):" if pairwise else f"for {x} in {v}:"
    grow = f"{loop}\n\tif {condition}:\n\t\tcurrent += 1\n\telse:\n\t\tcurrent = {begin}"
    if out == "longest":
        doc = rng.choice([f"Return the length of the longest stretch of {phrase}.",
            f"Return how long the longest stretch of {phrase} is."])
        extra = rng.choice([["An empty list has a longest stretch of 0."], ["An empty list has a longest run of 0."], []])
        code = f"best = 0\ncurrent = 0\n{grow}\n\tbest = max(best, current)\nreturn best"
        return Draft(rng.choice(["longest_stretch", "longest_row", "best_run"]), f"{v}: List[int]", "int", [doc] + extra, code,
            [runs])
    if out == "last":
        code = f"current = 0\n{grow}\nreturn current"
        return Draft("last_stretch", f"{v}: List[int]", "int",
            [f"Return the length of the stretch of {phrase} at the end of a list."], code, [runs])
    if out == "count":
        code = f"count = 0\nfor i, {x} in enumerate({v}):\n\tif {condition}:\n\t\tcount += 1\nreturn count"
        phrase = phrase.replace(" that are each", " that are").replace(" that stand next to each other", " beside each other")
        return Draft("count_" + v, f"{v}: List[int]", "int", [f"Count the places with {phrase}."], code, [runs])
    code = f"lengths = []\ncurrent = 0\n{grow}\n\tlengths.append(current)\nreturn lengths"
    return Draft("stretch_lengths", f"{v}: List[int]", "List[int]",
                 [f"For each place return the length of the stretch of {phrase} that ends there."], code, [runs])


def limits(rng):
    """Numbers brought between, or left out beyond, one bound or two, that are given or fixed."""
    v, x = rng.choice(NUMBERS[:6])
    fixed = rng.random() < 0.4
    low, high = (str(rng.randint(0, 3)), str(rng.randint(6, 10))) if fixed else rng.choice([("low", "high"), ("bottom", "top"),
        ("least", "most")])
    side, form = rng.choice(["low", "high", "both", "both"]), rng.choice(["clip", "clip", "clip", "zero", "drop", "count",
        "total"])
    single = form in ("clip", "zero") and rng.random() < 0.3
    every = f"a {x}" if single else f"every {x}"
    parts = [f"{every} below {low} by {low}", f"{every} above {high} by {high}"]
    clip = {"low": f"max({x}, {low})", "high": f"min({x}, {high})", "both": f"min(max({x}, {low}), {high})"}[side]
    inside = {"low": f"{x} >= {low}", "high": f"{x} <= {high}", "both": f"{low} <= {x} <= {high}"}[side]
    names = {"low": f"of at least {low}", "high": f"of at most {high}", "both": f"from {low} to {high}"}[side]
    parameter = "" if fixed else "".join(f", {n}: int" for n, s in ((low, "low"), (high, "high")) if side in (s, "both"))
    inputs = [] if fixed else [f for f, s in ((small, "low"), (tall, "high")) if side in (s, "both")]
    wrong = {"low": f"below {low}", "high": f"above {high}", "both": f"below {low} or above {high}"}[side]
    if form == "clip":
        doc = "Replace " + {"low": parts[0], "high": parts[1], "both": " and ".join(parts)}[side] + "."
        value = clip
    elif form == "zero":
        doc, value = f"Replace {every} {wrong} by 0.", f"{x} if {inside} else 0"
    elif form == "drop":
        doc, value = rng.choice([f"Leave out every {x} {wrong}.",
            f"Keep only the {v} {names}."]), f"{x} for {x} in {v} if {inside}"
    elif form == "count":
        doc, value = f"Count the {v} {names}.", f"sum(1 for {x} in {v} if {inside})"
    else:
        doc, value = f"Add up the {v} {names}.", f"sum({x} for {x} in {v} if {inside})"
    if form in ("count", "total"):
        return Draft(f"{form}_inside", f"{v}: List[int]{parameter}", "int", [doc], f"return {value}", [numbers] + inputs)
    if form == "drop":
        return Draft("only_inside", f"{v}: List[int]{parameter}", "List[int]", [doc], f"return [{value}]", [numbers] + inputs)
    name = rng.choice(["limited", "bring_inside", "bounded", "clip"]) + ("" if single else f"_{v}")
    if single:
        return Draft(name, f"{x}: int{parameter}", "int", [doc], f"return {value}", [given] + inputs)
    return Draft(name, f"{v}: List[int]{parameter}", "List[int]", [doc], f"return [{value} for {x} in {v}]", [numbers] + inputs)


def middle(rng):
    """What a sorted list gives when some of its ends are left out."""
    v, x = rng.choice(NUMBERS[:6])
    first, last = rng.choice([(1, 1), (1, 1), (1, 0), (0, 1), (2, 1), (1, 2), (2, 2), (0, 2), (2, 0)])
    parts = [f"{COUNTS[n - 1]} {end} {x}{'s' if n > 1 else ''}" for n, end in ((first, "lowest"), (last, "highest")) if n]
    cut = f"[{first or ''}:{-last if last else ''}]"
    out, code, result = rng.choice([("mean", "sum(kept) / len(kept)", "float"), ("mean", "sum(kept) / len(kept)", "float"),
                                    ("total", "sum(kept)", "int"), ("largest", "max(kept)", "int"),
                                    ("smallest", "min(kept)", "int"),
                                    ("number", "len(kept)", "int"), ("product of the ends", "kept[0] * kept[-1]", "int")])
    what = f"the {out} of the others" if "ends" not in out else "the product of the first and the last of the others"
    docs = [f"Leave out {' and '.join(parts)} and return {what}.",
        f"Return {what.replace('the others', f'all {v}').replace('of the others', '')} "
            f"without {' and '.join(parts)}."]
    extra = [f"There are always at least {COUNTS[min(4, first + last)]} {v}."] if rng.random() < 0.5 else []
    return Draft(f"{out.split(' ')[0]}_of_{rng.choice(['rest', 'others', 'kept'])}", f"{v}: List[int]", result,
                 [rng.choice(docs[:1] * 3 + docs[1:])] + extra, f"kept = sorted({v}){cut}\nreturn {code}", [scores])


MAKERS = [(gathered, 6), (running, 5), (distances, 4), (stretch, 4), (limits, 4), (middle, 2)]
