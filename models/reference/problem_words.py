"""Words of the word problems, and the small language that their texts are written in.

[x|y]        one of the two
{a}          the value of a;  {#a} the same, at times as a word
{v=a*b}      the sum as GSM8K writes it, 4*8 = <<4*8=32>>32, and v becomes 32;  {$v=a*b} the same with money
A draw "a:2..12; c:1..a-1; n=a*c; u,v ~ km,walks|litres,drinks" gives the values; a:G names a range of RANGES.
"""
import re

NAMES = [("Anna", "she"), ("Ben", "he"), ("Clara", "she"), ("David", "he"), ("Emma", "she"), ("Felix", "he"),
         ("Gina", "she"), ("Henry", "he"), ("Ida", "she"), ("Jonas", "he"), ("Kate", "she"), ("Leo", "he"),
         ("Maria", "she"), ("Nick", "he"), ("Olga", "she"), ("Paul", "he"), ("Rosa", "she"), ("Sam", "he"),
         ("Tina", "she"), ("Victor", "he"), ("Wendy", "she"), ("Yusuf", "he"), ("Mia", "she"), ("Tom", "he"),
         ("Eva", "she"), ("Hugo", "he"), ("Lena", "she"), ("Peter", "he"), ("Nina", "she"), ("Max", "he"),
         ("Julia", "she"), ("Oscar", "he"), ("Carla", "she"), ("Tim", "he"), ("Zoe", "she"), ("Ivan", "he"),
         ("Dora", "she"), ("Erik", "he"), ("Rita", "she"), ("Noah", "he"), ("Ana", "she"), ("Omar", "he")]
ROLES = ["baker", "farmer", "teacher", "gardener", "cook", "painter", "builder", "driver", "nurse", "shopkeeper", "girl",
         "boy", "florist", "fisherman", "postman", "waiter", "tailor", "librarian", "student", "doctor"]
THINGS = """apples pears eggs books cards coins stickers marbles pencils flowers shells sweets cookies beads stones oranges
candles rolls roses pens cups tins seeds bottles plants tickets toys stamps buttons nuts tulips melons plums bananas balls
photos cakes loaves lemons bricks tiles plates chairs dolls bulbs crayons letters socks hats tomatoes onions potatoes
magazines biscuits muffins grapes badges keys nails screws ribbons notebooks erasers puzzles masks kites""".split()
COLOURS = ["red", "white", "blue", "green", "yellow", "small", "large", "old", "new", "black"]
HOLDERS = [("bags", "bag", "in"), ("boxes", "box", "in"), ("rows", "row", "in"), ("packs", "pack", "in"),
           ("baskets", "basket", "in"), ("trays", "tray", "on"), ("piles", "pile", "in"), ("shelves", "shelf", "on"),
           ("bowls", "bowl", "in"), ("jars", "jar", "in"), ("crates", "crate", "in"), ("plates", "plate", "on"),
           ("drawers", "drawer", "in"), ("cartons", "carton", "in"), ("sacks", "sack", "in"), ("tables", "table", "on"),
           ("vases", "vase", "in"), ("buckets", "bucket", "in")]
PEOPLE = ["friends", "children", "cousins", "guests", "pupils", "sisters", "neighbours", "classmates", "brothers"]
GOODS = ["pen", "book", "ticket", "cake", "cup", "shirt", "ball", "hat", "lamp", "plate", "kite", "chair", "jacket", "toy",
         "notebook", "sandwich", "pizza", "coat", "bun", "table", "doll", "plant", "bag", "belt", "game", "phone", "bike"]
DAYS = [("Monday", "Tuesday", "Wednesday"), ("Thursday", "Friday", "Saturday"), ("Friday", "Saturday", "Sunday"),
        ("the first day", "the second day", "the third day"), ("Tuesday", "Wednesday", "Thursday")]
PLACES = ["shop", "garden", "farm", "school", "market", "kitchen", "library", "museum", "bakery", "hall", "stall"]
FRACTIONS = [("half", 2), ("one third", 3), ("one quarter", 4), ("one fifth", 5), ("one tenth", 10), ("a third", 3),
             ("a quarter", 4), ("half", 2), ("50 percent", 2), ("25 percent", 4), ("10 percent", 10), ("20 percent", 5)]
TIMES = [("twice", 2), ("twice", 2), ("twice", 2), ("three times", 3), ("four times", 4), ("3 times", 3), ("4 times", 4),
         ("5 times", 5), ("double", 2)]
WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
EXTRA = ["It is a sunny day.", "It is a rainy day.", "{name} likes {his} work.", "The {place} is open all day.",
         "It is a long day.", "{name} does this every year.", "{name} has a dog.", "{name} is in a hurry.",
         "The weather is good.", "A friend watches {name}.", "{name} lives near the {place}."]
RELATIVES = ["brother", "sister", "mother", "father", "friend", "aunt", "uncle", "cousin", "neighbour"]

RANGES = {"S": lambda r: r.randint(2, 12),
          "G": lambda r: r.randint(2, 12) if r.random() < 0.72 else r.choice([r.randint(10, 30), r.randint(12, 60),
                                                                              10 * r.randint(2, 9)]),
          "N": lambda r: r.randint(2, 10) if r.random() < 0.8 else r.randint(10, 20),
          "B": lambda r: r.randint(5, r.choice([20, 40, 60])),
          "H": lambda r: r.choice([r.randint(20, 100), 10 * r.randint(2, 20), 5 * r.randint(5, 30)]),
          "P": lambda r: r.randint(2, 12) if r.random() < 0.75 else r.choice([15, 18, 20, 25, 30, 35, 40, 45, 50, 60]),
          "R": lambda r: r.choice([50, 100, 150, 200, 250, 300, 400, 500]),
          "D": lambda r: r.choice([2, 2, 3, 4, 5, 6, 7, 8, 9, 10])}


def singular(word):
    known = {"shelves": "shelf", "loaves": "loaf", "tomatoes": "tomato", "potatoes": "potato", "boxes": "box",
             "children": "child", "people": "person"}
    return known.get(word, word[:-1])


def plural(word):
    return word + ("es" if word.endswith(("x", "ch", "sh")) else "s")


def value_of(a, op, b):
    if op == "/" and a % b:
        raise ValueError(f"{a}/{b}")
    return {"+": a + b, "-": a - b, "*": a * b, "/": a // b}[op]


def eq(a, op, b, money=""):
    value = value_of(a, op, b)
    return f"{a}{op}{b} = {money}<<{a}{op}{b}={value}>>{value}", value


def compiled(draws):
    """The draws of a family, ready to be evaluated."""
    found = []
    for draw in filter(None, (d.strip() for d in draws.split(";"))):
        if "~" in draw:
            names, texts = draw.split("~")
            found.append(("text", [n.strip() for n in names.split(",")],
                          [[int(p) if p.strip().isdigit() else p.strip() for p in t.split(",")] for t in texts.split("|")]))
        elif ":" in draw:
            name, span = draw.split(":")
            if ".." in span:
                low, high = span.split("..")
                found.append(("span", name, (compile(low.strip(), draw, "eval"), compile(high.strip(), draw, "eval"))))
            else:
                found.append(("range", name, RANGES[span.strip()]))
        else:
            name, value = draw.split("=", 1)
            found.append(("value", name.strip(), compile(value.strip(), draw, "eval")))
    return found


def drawn(draws, env, rng):
    for kind, name, what in draws:
        if kind == "text":
            env.update(zip(name, rng.choice(what)))
        elif kind == "range":
            env[name] = what(rng)
        elif kind == "value":
            env[name] = eval(what, {"__builtins__": {}}, env)
        else:
            low, high = (eval(w, {"__builtins__": {}}, env) for w in what)
            env[name] = rng.randint(low, high)  # a ValueError where the span is empty: drawn again


CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([^{}]*)\}")
SUM = re.compile(r"(\$?)(\w+)=(.+)")
START = re.compile(r"(^|[.?!] )([a-z])")
AN = re.compile(r"\b([Aa]) (?=[aeiouAEIOU]|hour)")


def tidy(text):
    return AN.sub(r"\1n ", START.sub(lambda m: m[1] + m[2].upper(), text))


def expand(text, env, rng):
    while "[" in text:
        text = CHOICE.sub(lambda m: rng.choice(m[1].split("|")), text)

    def filled(match):
        slot = match[1]
        if slot[0] == "#":
            value = env[slot[1:]]
            return WORDS[value] if env["words"] and value <= 12 else str(value)
        if "=" not in slot:
            return str(env[slot])
        money, name, terms = SUM.match(slot).groups()
        values = [str(env.get(t, t)) for t in re.split(r"([-+*/])", terms)]
        result = int(values[0])
        for op, b in zip(values[1::2], values[2::2]):
            result = value_of(result, op, int(b))
        if result < 2:  # a sum that comes to 1 would want other words
            raise ValueError(terms)
        env[name] = env["answer"] = result
        line = "".join(values)
        return f"{line} = {money}<<{line}={result}>>{result}"
    return tidy(SLOT.sub(filled, text))


def cast(rng):
    """Who and what a problem is about."""
    (name, he), (other, other_he), (third, third_he) = rng.sample(NAMES, 3)
    his = "his" if he == "he" else "her"
    a_name = the_name = name
    if rng.random() < 0.25:
        role = rng.choice(ROLES)
        a_name, the_name = "a " + role, "the " + role
        he, his = {"girl": ("she", "her"), "boy": ("he", "his"), "fisherman": ("he", "his"), "postman": ("he", "his")}.get(
            role, (he, his))
    cs, c, inn = rng.choice(HOLDERS)
    ts, ts2 = rng.sample(THINGS, 2)
    while ts == cs:
        ts = rng.choice(THINGS)
    g, g2 = rng.sample(GOODS, 2)
    col, col2 = rng.sample(COLOURS, 2)
    d1, d2, d3 = rng.choice(DAYS)
    fr, fd = rng.choice(FRACTIONS)
    tw, tk = rng.choice(TIMES)
    return {"S": a_name, "s": the_name, "name": the_name, "he": he, "his": his, "him": "him" if he == "he" else "her",
            "other": other, "ohe": other_he, "third": third, "cs": cs, "box": c, "in": inn, "ts": ts, "t": singular(ts),
            "ts2": ts2, "g": g, "gs": plural(g), "g2": g2, "gs2": plural(g2), "col": col, "col2": col2, "d1": d1, "d2": d2,
            "d3": d3, "fr": fr, "fd": fd, "tw": tw, "tk": tk, "people": rng.choice(PEOPLE), "place": rng.choice(PLACES),
            "relative": rng.choice(RELATIVES), "words": rng.random() < 0.12}
