"""Python functions over texts and words, put together from parts as in code_numbers.py."""
from code_numbers import Draft, positive

WORDS = ["red", "river", "Hill", "boat", "stone", "Bird", "blue", "cat", "dog", "tree", "Lake", "sun", "rain", "wind", "apple",
    "bread",
         "milk", "door", "Lamp", "paper", "green", "big", "old", "walking", "singing", "cart", "King", "radar", "eye",
         "running"]
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def words(rng):
    return rng.sample(WORDS, rng.choice([0, 2, 3, 3, 4]))


def sentence(rng):
    return " ".join(words(rng))


def word(rng):
    return rng.choice(WORDS + [""])


def long_word(rng):
    return rng.choice([w for w in WORDS if len(w) > 3])


def letter(rng):
    return rng.choice("abcdrstl")


def size(rng):
    return rng.randint(2, 5)


def chosen_words(rng):
    """What a sentence or a list has of words that begin, end, are long ... ; with or without regard to capital letters."""
    source, t, fill = rng.choice([("sentence", "str", sentence), ("sentence", "str", sentence), ("text", "str", sentence),
        ("words", "List[str]", words),
                                  ("words", "List[str]", words), ("line", "str", sentence)])
    listed = t != "str"
    low = rng.random() < 0.45
    given_name = rng.choice(["letter", "letter", "start", "ending", "part"])
    g = f"{given_name}.lower()" if low else given_name
    k = str(rng.randint(2, 5))
    which, test, needs = rng.choice([
        ("begin with the given {n}", f"word.startswith({g})", 1), ("begin with the given {n}", f"word.startswith({g})", 1),
        ("end with the given {n}", f"word.endswith({g})", 1),
        ("contain the given {n}", f"{g} in word", 1), ("do not contain the given {n}", f"{g} not in word", 1),
        ("do not begin with the given {n}", f"not word.startswith({g})", 1),
        ("begin and end with the given {n}", f"word.startswith({g}) and word.endswith({g})", 1),
        (f"have {k} letters", f"len(word) == {k}", 0), (f"have more than {k} letters", f"len(word) > {k}", 0),
        ("are as long as size says", "len(word) == size", 2), ("are longer than size", "len(word) > size", 2),
        ("are shorter than size", "len(word) < size", 2),
        ("begin with a vowel", "word[0] in 'aeiou'", 0), ("end with a vowel", "word[-1] in 'aeiou'", 0),
        ("read the same backwards", "word == word[::-1]", 0),
        ("begin and end with the same letter", "word[0] == word[-1]", 0)])
    low = low and "have" not in test and "len" not in test
    which = which.format(n=given_name)
    case = rng.choice([", large or small", ", with large and small letters taken as equal"]) if low else ""
    over = source if listed else f"{source}.split()"
    if low and not listed:
        over = f"{source}.lower().split()"
    elif low:
        test = test.replace("word.", "word.lower().").replace("in word", "in word.lower()").replace("word[", "word.lower()[")
    parameter, inputs = {0: ("", []), 1: (f", {given_name}: str", [letter]), 2: (", size: int", [size])}[needs]
    whole = f"of a {source if not listed else 'list'}"
    out = rng.choice(["count", "count", "count", "list", "first", "any", "all", "letters", "joined"])
    what = f"the words {whole} that {which}{case}"
    for_ = f"for word in {over}"
    doc, code, result = {
        "count": (rng.choice([f"Count {what}.", f"Return how many words {whole} {which}{case}.",
        f"Return the number of {what[4:]}."]), f"return sum(1 {for_} if {test})", "int"),
        "list": (rng.choice([f"Return {what}.", f"List {what}."]), f"return [word {for_} if {test}]", "List[str]"),
        "first": (f"Return the first word {whole} that {singular(which)}{case}, or an empty text.",
        f"{for_}:\n\tif {test}:\n\t\treturn word\nreturn ''", "str"),
        "any": (f"Tell whether a {source.rstrip('s') if not listed else 'list'} has words that {which}{case}.",
        f"return any({test} {for_})", "bool"),
        "all": (f"Tell whether all words {whole} {which}{case}.", f"return all({test} {for_})", "bool"),
        "letters": (f"Return the total length of {what}.", f"return sum(len(word) {for_} if {test})", "int"),
        "joined": (f"Join {what} with spaces between.", f"return ' '.join(word {for_} if {test})", "str")}[out]
    extra = ["Words are separated by spaces."] if not listed and rng.random() < 0.5 else []
    return Draft(rng.choice([f"{out}_words", "which_words", f"words_{out}", "chosen"]), f"{source}: {t}{parameter}", result,
        [doc] + extra, code, [fill] + inputs)


def singular(which):
    head, rest = which.split(" ", 1)
    return {"have": "has", "are": "is", "do": "does"}.get(head, head + "s") + " " + rest.replace(" and end", " and ends")


def words_changed(rng):
    """Every word of a text written in another way, or the parts of a name joined in another way."""
    sep, named = rng.choice([("_", "underscores"), ("-", "dashes"), (".", "dots"), (" ", "spaces"), (",", "commas")])
    glue, glued = rng.choice([("", "without anything between"), ("_", "with underscores"), ("-", "with dashes"),
        (" ", "with spaces"), (".", "with dots")])
    call, said = rng.choice([("capitalize()", "begins with a capital letter"), ("capitalize()", "begins with a capital letter"),
        ("upper()", "is written in capital letters"),
                             ("lower()", "is written in small letters"), ("[::-1]", "is turned around")])
    e = "part" + ("" if call[0] == "[" else ".") + call
    part = rng.choice(["part", "word", "piece"])
    e = e.replace("part", part)
    parts = f"{part}s of a name that are separated by {named}"
    v = rng.choice(["name", "name", "text", "label"])
    parts = parts.replace("a name", f"a {v}")
    form = rng.choice(["all", "after", "after", "first", "last", "sorted", "backwards"])
    join = f"Join the {parts}" + (f" {glued}" if glue else "") + "."
    if form == "all":
        doc, code = [join, f"Every {part} {said}."], f"return '{glue}'.join({e} for {part} in {v}.split('{sep}'))"
    elif form == "after":
        doc = [join, f"Every {part} after the first {said}."]
        code = f"first, *others = {v}.split('{sep}')\nreturn " + (f"'{glue}'.join([first] + [{e} for {part} in others])" if glue else f"first + ''.join({e} for {part} in others)")
    elif form == "first":
        e = e.replace(part, "first")
        doc, code = [join,
            f"Only the first {part} {said}."], f"first, *others = {v}.split('{sep}')\nreturn '{glue}'.join([{e}] + others)"
    elif form == "last":
        e = e.replace(part, "last")
        doc, code = [join,
            f"Only the last {part} {said}."], f"*others, last = {v}.split('{sep}')\nreturn '{glue}'.join(others + [{e}])"
    elif form == "sorted":
        doc, code = [join[:-1] + " in sorted order."], f"return '{glue}'.join(sorted({v}.split('{sep}')))"
    else:
        doc, code = [join[:-1] + ", the last one first."], f"return '{glue}'.join({v}.split('{sep}')[::-1])"
    return Draft(rng.choice(["join_parts", "other_name", "new_name", "rename", "as_label"]), f"{v}: str", "str", doc, code,
                 [lambda rng: sep.join(w.lower() for w in rng.sample(WORDS, rng.choice([1, 2, 3])))])


def pairs(rng):
    """Two sequences compared place by place."""
    t, what, fill, units = rng.choice([("str", "two texts", long_word, "letters"), ("str", "two words", long_word, "letters"),
        ("List[int]", "two lists", positive, "numbers")])
    a, b = rng.choice([("first", "second"), ("left", "right"), ("one", "other")])
    x, y = rng.choice([("a", "b"), ("x", "y")])
    relation, op = rng.choice([("different {u}", "!="), ("different {u}", "!="), ("the same {u}", "==")] +
                              ([] if t == "str" else [("the larger number in the first", ">"),
                              ("the smaller number in the first", "<")]))
    relation = relation.format(u=units[:-1] if relation.startswith("the same") else units)
    has = f"{what} of equal length have {relation}" if "in the first" not in relation else f"the first of {what} of equal length has {relation[:-13]}"
    out = rng.choice(["count", "count", "places", "any", "all", "first", "pairs", "total"])
    zipped = f"zip({a}, {b})"
    test = f"{x} {op} {y}"
    doc, code, r = {
        "count": (rng.choice([f"Count the places at which {has}.", f"Return at how many places {has}."]),
        f"return sum(1 for {x}, {y} in {zipped} if {test})", "int"),
        "places": (rng.choice([f"Return the places at which {has}.", f"List the places at which {has}."]),
        f"return [i for i, ({x}, {y}) in enumerate({zipped}) if {test}]", "List[int]"),
        "any": (f"Tell whether there is a place at which {has}.", f"return any({test} for {x}, {y} in {zipped})", "bool"),
        "all": (f"Tell whether at every place {has}.", f"return all({test} for {x}, {y} in {zipped})", "bool"),
        "first": (f"Return the first place at which {has}, or -1.",
        f"for i, ({x}, {y}) in enumerate({zipped}):\n\tif {test}:\n\t\treturn i\nreturn -1", "int"),
        "pairs": (f"Return what {a} has at the places at which {has}.", f"return [{x} for {x}, {y} in {zipped} if {test}]",
        f"List[{'str' if t == 'str' else 'int'}]"),
        "total": (f"Return the share of the places at which {has}.",
        f"if not {a}:\n\treturn 0.0\nreturn sum(1 for {x}, {y} in {zipped} if {test}) / len({a})", "float")}[out]
    first = []  # until the second is made after it

    def same_length(rng):
        if not first:
            first.append(fill(rng))
            return first[0]
        other = list(first.pop())
        for i in range(len(other)):
            if rng.random() < 0.4:
                other[i] = letter(rng) if t == "str" else rng.randint(0, 9)
        return "".join(other) if t == "str" else other
    return Draft(rng.choice([f"{out}_places", "compare_places", "place_by_place", "beside"]), f"{a}: {t}, {b}: {t}", r, [doc],
        code, [same_length, same_length])


def swapped(rng):
    """Neighbours exchanged two by two, from some place on."""
    t, v, one, fill = rng.choice([("str", "text", "letter", word), ("str", "word", "letter", word),
        ("List[int]", "items", "item", positive), ("List[int]", "numbers", "number", positive)])
    start, gap = rng.choice([(0, 1), (0, 1), (1, 1), (0, 2), (2, 1)])
    names = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"]
    act = rng.choice(["swap", "swap", "swap", "copy", "back"])
    n1, n2 = names[start], names[start + gap]
    m1, m2 = names[start + 2 if gap == 1 else 4], names[start + 3 if gap == 1 else 6]
    verb, code, join = {"swap": ("Swap", "{w}[i], {w}[i + {g}] = {w}[i + {g}], {w}[i]", "with"),
        "copy": ("Replace", "{w}[i] = {w}[i + {g}]", "by"),
                        "back": ("Overwrite", "{w}[i + {g}] = {w}[i]", "")}[act]
    if act == "back":
        doc = f"Overwrite the {n2} {one} with the {n1}, the {m2} with the {m1}, and so on."
    else:
        doc = f"{verb} the {n1} {one} {join} the {n2}, the {m1} {join} the {m2}, and so on."
    w = "letters" if t == "str" else "result"
    extra = rng.choice([[f"A last {one} without a partner stays where it is."],
        [f"A last {one} without a partner stays as it is."], []])
    extra += [f"The first {one} stays where it is."] if start == 1 else []
    end = "return ''.join(letters)" if t == "str" else "return result"
    body = f"{w} = list({v})\nfor i in range({start}, len({w}) - {gap}, {2 * gap}):\n\t{code.format(w=w, g=gap)}\n{end}"
    return Draft(rng.choice(["exchange", "swap_two", "mix_up", f"swap_{v}", f"change_{v}"]), f"{v}: {t}", t, [doc] + extra,
        body, [fill])


def shared(rng):
    """The beginning or the ending that two words have in common: itself, its length, or what is left without it."""
    begin = rng.random() < 0.5
    a, b = rng.choice([("first", "second"), ("one", "other"), ("left", "right")])
    end = "beginning" if begin else "ending"
    here = "{w}[length]" if begin else "{w}[-1 - length]"
    test = f"{here.format(w=a)} == {here.format(w=b)}"
    out = rng.choice(["text", "text", "length", "rest", "rest", "any"])
    owner = rng.choice([a, b])
    doc, value, r = {
        "text": (f"Return the longest {end} that both words have in common.",
        f"{a}[:length]" if begin else f"{a}[len({a}) - length:]", "str"),
        "length": (f"Return the length of the longest {end} that both words have in common.", "length", "int"),
        "rest": (f"Return what is left of the {owner} word without the longest {end} that both words have in common.",
                 f"{owner}[length:]" if begin else f"{owner}[:len({owner}) - length]", "str"),
        "any": (f"Tell whether both words have an {end} in common.".replace("an b", "a b"), "length > 0", "bool")}[out]
    wrap = rng.random() < 0.5
    head = f"while (length < min(len({a}), len({b}))\n\t\t\tand {test}):" if wrap else f"while length < min(len({a}), len({b})) and {test}:"
    return Draft(rng.choice([f"common_{end}", f"same_{end}", "in_common", "both_words"]), f"{a}: str, {b}: str", r, [doc],
        f"length = 0\n{head}\n\tlength += 1\nreturn {value}", [long_word, long_word])


def letter_sets(rng):
    """Which letters of a set a text has or lacks."""
    low = rng.random() < 0.7
    chars, named = rng.choice([("aeiou", "five vowels"), ("aeiou", "vowels a, e, i, o and u"), ("0123456789", "ten digits"),
        (ALPHABET, "26 English letters"), (ALPHABET, "26 English letters"),
                               (ALPHABET, "letters of the alphabet"), ("abc", "letters a, b and c"), ("", "given letters"),
                               ("xyz", "letters x, y and z"), (ALPHABET[:13], "first 13 letters of the alphabet")])
    source = "letters" if not chars else f"'{chars}'"
    v = rng.choice(["text", "word", "sentence"])
    case = rng.choice([", large or small", ", with large and small letters taken as equal"]) if low else ""
    own = f"{v}.lower()" if low else v
    out = rng.choice(["all", "all", "any", "none", "missing", "found", "count", "lacking"])
    doc, code, r = {
        "all": (f"Tell whether a {v} contains each of the {named}{case}.",
        f"return all(letter in present for letter in {source})", "bool"),
        "any": (f"Tell whether a {v} contains one of the {named}{case}.",
        f"return any(letter in present for letter in {source})", "bool"),
        "none": (f"Tell whether a {v} contains none of the {named}{case}.",
        f"return all(letter not in present for letter in {source})", "bool"),
        "missing": (f"Return those of the {named} that a {v} does not contain{case}.",
        f"return [letter for letter in {source} if letter not in present]", "List[str]"),
        "found": (f"Return those of the {named} that a {v} contains{case}.",
        f"return [letter for letter in {source} if letter in present]", "List[str]"),
        "count": (f"Count those of the {named} that a {v} contains{case}.",
        f"return sum(1 for letter in {source} if letter in present)", "int"),
        "lacking": (f"Tell whether a {v} lacks one of the {named}{case}.",
        f"return any(letter not in present for letter in {source})", "bool")}[out]
    parameter, inputs = (", letters: str", [lambda rng: "".join(rng.sample("abdeilnorst", 3))]) if not chars else ("", [])
    if rng.random() < 0.25 and out not in ("all",):
        code = code.replace("present", own)
        return Draft(rng.choice(["has_letters", f"letters_{out}", "which_letters"]), f"{v}: str{parameter}", r, [doc], code,
            [sentence] + inputs)
    return Draft(rng.choice(["has_letters", f"letters_{out}", "which_letters", f"{v}_letters"]), f"{v}: str{parameter}", r,
        [doc], f"present = set({own})\n{code}", [sentence] + inputs)


MAKERS = [(chosen_words, 6), (words_changed, 4), (pairs, 4), (swapped, 3), (shared, 3), (letter_sets, 4)]
