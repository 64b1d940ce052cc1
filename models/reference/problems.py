"""Word problems for the training text, worked step by step and closed by `#### n`.

Each family is a small story with drawn names, things and numbers. eq() writes a sum the way GSM8K does:
4*8 = <<4*8=32>>32. Problems whose numbers are those of a miniature problem are thrown away by contamination.py.
"""
NAMES = [("Anna", "she"), ("Ben", "he"), ("Clara", "she"), ("David", "he"), ("Emma", "she"), ("Felix", "he"),
         ("Gina", "she"), ("Henry", "he"), ("Ida", "she"), ("Jonas", "he"), ("Kate", "she"), ("Leo", "he"),
         ("Maria", "she"), ("Nick", "he"), ("Olga", "she"), ("Paul", "he"), ("Rosa", "she"), ("Sam", "he"),
         ("Tina", "she"), ("Victor", "he"), ("Wendy", "she"), ("Yusuf", "he"), ("Mia", "she"), ("Tom", "he")]
THINGS = ["apples", "pears", "eggs", "books", "cards", "coins", "stickers", "marbles", "pencils", "flowers", "shells",
          "sweets", "cookies", "beads", "stones", "oranges", "candles", "rolls", "roses", "pens", "cups", "tins",
          "seeds", "bottles", "plants", "tickets", "toys", "stamps", "buttons", "nuts"]
HOLDERS = ["bags", "boxes", "rows", "packs", "baskets", "trays", "piles", "shelves", "bowls", "jars"]
PEOPLE = ["friends", "children", "cousins", "guests", "pupils", "sisters"]
UNITS = ["km", "metres", "litres", "kg", "grams", "minutes", "cm", "hours"]
PLACES = ["shop", "garden", "farm", "school", "market", "kitchen", "library", "museum", "bakery", "hall", "room"]
GONE = ["breaks", "eats", "loses", "gives away", "throws away", "lends out", "sells", "uses", "takes away", "drops"]
REMAIN = ["are left", "remain", "are still there", "are there now", "stay"]
GOODS = ["pen", "book", "ticket", "cake", "cup", "shirt", "ball", "hat", "lamp", "plate", "kite", "chair", "jacket"]


def eq(a, op, b, money=""):
    value = {"+": a + b, "-": a - b, "*": a * b, "/": a // b}[op]
    return f"{a}{op}{b} = {money}<<{a}{op}{b}={value}>>{value}", value


class Story:
    def __init__(self, rng):
        self.rng = rng
        self.name, self.he = rng.choice(NAMES)
        self.He = self.he.capitalize()
        self.thing, self.other = rng.sample(THINGS, 2)
        self.holder = rng.choice(HOLDERS)
        self.one = {"shelves": "shelf", "boxes": "box"}.get(self.holder, self.holder[:-1])
        self.people = rng.choice(PEOPLE)
        self.verb = rng.choice(["has", "buys", "finds", "picks", "gets", "counts"])

    def small(self, low=2, high=12):
        return self.rng.randint(low, high)

    def number(self, low=5, high=60):
        top = self.rng.choice([high, high // 2 + low])
        return self.rng.randint(low, top)

    def pick(self, *texts):
        return self.rng.choice(texts)


def groups_minus(s):
    a, b = s.small(), s.small()
    c = s.rng.randint(1, a * b - 1)
    q = s.pick(f"{s.name} {s.verb} {a} {s.holder} with {b} {s.thing} in each {s.one}. {s.He} gives {c} {s.thing} away. "
               f"How many {s.thing} does {s.name} have left?",
               f"{s.name} has {a} {s.holder}. Each {s.one} holds {b} {s.thing}. {s.He} sells {c} {s.thing}. "
               f"How many {s.thing} are left?",
               f"A shop has {a} {s.holder} of {b} {s.thing} each. It sells {c} {s.thing}. How many {s.thing} are left?",
               f"There are {a} {s.holder} with {b} {s.thing} each. If {c} {s.thing} are taken, how many are left?",
               f"A {s.pick(*PLACES)} has {a} {s.holder} of {s.thing} with {b} {s.thing} in each {s.one}. {s.name} "
               f"{s.pick(*GONE)} {c} of them. How many {s.thing} {s.pick(*REMAIN)}?",
               f"{s.name} {s.verb} {a} {s.holder} of {b} {s.thing} and {s.pick(*GONE)} {c} {s.thing}. How many {s.thing} "
               f"{s.pick(*REMAIN, f'does {s.he} still have', f'does {s.he} have now')}?")
    e1, v = eq(a, "*", b)
    e2, w = eq(v, "-", c)
    return q, [f"The {s.holder} hold {e1} {s.thing}.", f"There are {e2} {s.thing} left."], w


def groups_plus(s):
    a, b, c = s.small(), s.small(), s.number(2, 40)
    q = s.pick(f"{s.name} has {a} {s.holder} with {b} {s.thing} each and {c} more {s.thing} on the table. How many "
               f"{s.thing} does {s.name} have?",
               f"A farmer has {a} {s.holder} of {b} {s.thing} and {c} other {s.thing}. How many {s.thing} are there?")
    e1, v = eq(a, "*", b)
    e2, w = eq(v, "+", c)
    return q, [f"The {s.holder} hold {e1} {s.thing}.", f"In total there are {e2} {s.thing}."], w


def twice(s):
    a, k = s.number(3, 30), s.rng.choice([2, 2, 3, 4])
    word = {2: "twice", 3: "three times", 4: "four times"}[k]
    day1, day2 = s.pick(("Monday", "Tuesday"), ("Friday", "Saturday"), ("the first day", "the second day"))
    q = s.pick(f"{s.name} reads {a} pages on {day1} and {word} as many on {day2}. How many pages does {s.he} read in "
               "all?", f"{s.name} sells {a} {s.thing} on {day1} and {word} as many on {day2}. How many {s.thing} does "
               f"{s.he} sell on the two days together?").replace("on the", "on the")
    thing = "pages" if "pages" in q else s.thing
    verb = "reads" if "pages" in q else "sells"
    e1, v = eq(a, "*", k)
    e2, w = eq(a, "+", v)
    return q, [f"On {day2} {s.he} {verb} {e1} {thing}.", f"Together {s.he} {verb} {e2} {thing}."], w


def two_costs(s):
    a, b, c, d = s.small(2, 15), s.small(2, 15), s.small(2, 9), s.small(2, 9)
    g1, g2 = s.rng.sample(GOODS, 2)
    change = s.rng.random() < 0.4
    q = f"A {g1} costs ${a} and a {g2} costs ${b}. {s.name} buys {c} {g1}s and {d} {g2}s"
    e1, v = eq(c, "*", a, "$")
    e2, w = eq(d, "*", b, "$")
    e3, t = eq(v, "+", w, "$")
    steps = [f"The {g1}s cost {e1}.", f"The {g2}s cost {e2}.", f"Together that is {e3}."]
    if not change:
        return q + f". How much does {s.he} pay?", steps, t
    note = next(n for n in (20, 50, 100, 200, 500) if n >= t)
    e4, u = eq(note, "-", t, "$")
    return q + f" and pays with ${note}. How much change does {s.he} get?", steps + [f"The change is {e4}."], u


def share(s):
    k, each, kept = s.small(2, 8), s.small(2, 12), s.small(2, 12)
    a = k * each + kept
    q = f"{s.name} {s.verb} {a} {s.thing}. {s.He} keeps {kept} and shares the rest equally among {k} {s.people}. " \
        f"How many {s.thing} does each one get?"
    e1, v = eq(a, "-", kept)
    e2, w = eq(v, "/", k)
    return q, [f"{s.He} shares {e1} {s.thing}.", f"Each one gets {e2} {s.thing}."], w


def on_and_off(s):
    a, b, c = s.number(20, 90), s.number(2, 19), s.number(2, 30)
    place, what = s.pick(("bus", "people"), ("train", "people"), ("ship", "boxes"), ("truck", "sacks"),
                         ("library", "books"), ("pond", "ducks"), ("tree", "birds"))
    out, into = s.pick(("leave", "come"), ("go", "are added"))
    q = f"There are {a} {what} in a {place}. Then {b} {what} {out} and {c} {what} {into}. How many {what} are in the " \
        f"{place} now?"
    e1, v = eq(a, "-", b)
    e2, w = eq(v, "+", c)
    return q, [f"After {b} {what} {out} there are {e1} {what}.", f"Then there are {e2} {what}."], w


def weeks_to_save(s):
    k, w, have = s.small(2, 15), s.small(2, 10), s.number(5, 60)
    cost = k * w + have
    g = s.rng.choice(GOODS)
    q = f"A {g} costs ${cost}. {s.name} has ${have} and saves ${k} a week. After how many weeks can {s.he} buy the {g}?"
    e1, v = eq(cost, "-", have, "$")
    e2, u = eq(v, "/", k)
    return q, [f"{s.He} still needs {e1}.", f"That takes {e2} weeks."], u


def per_day(s):
    a, b, d = s.small(2, 12), s.small(2, 12), s.small(2, 10)
    u = s.rng.choice(UNITS[:6])
    q = s.pick(f"{s.name} uses {a} {u} in the morning and {b} {u} in the evening of each day. How many {u} does "
               f"{s.he} use in {d} days?",
               f"{s.name} uses {a} {u} in the morning and {b} {u} later on each of {d} days. How many {u} does {s.he} use "
               "in all?",
               f"On each of {d} days {s.name} needs {a} {u} before noon and {b} {u} after noon. How many {u} is that in all?")
    e1, v = eq(a, "+", b)
    e2, w = eq(v, "*", d)
    return q, [f"Each day {s.he} uses {e1} {u}.", f"In {d} days {s.he} uses {e2} {u}."], w


def cut_off(s):
    k, each = s.small(2, 9), s.small(2, 15)
    a = k * each + s.number(3, 50)
    u = s.rng.choice(["metres", "cm"])
    what = s.pick("rope", "ribbon", "wire", "board")
    q = f"A {what} is {a} {u} long. {s.name} cuts off {k} pieces of {each} {u} each. How many {u} " \
        f"{s.pick('are left', f'of {what} are left', f'of {what} are there still', 'does the rest have')}?"
    e1, v = eq(k, "*", each)
    e2, w = eq(a, "-", v)
    return q, [f"The pieces are {e1} {u} long together.", f"{e2} {u} are left."], w


def part_of(s):
    d, k = s.pick((2, 2), (3, 3), (4, 4), (5, 5), (10, 10)), s.small(2, 15)
    d = d[0]
    word = {2: "Half", 3: "One third", 4: "One quarter", 5: "One fifth", 10: "One tenth"}[d]
    a = d * k
    q = s.pick(f"There are {a} {s.people} in a room. {word} of them wear hats. How many {s.people} do not wear hats?",
               f"{s.name} has {a} {s.thing}. {word} of them are red. How many {s.thing} are not red?")
    who, what = (s.people, "wear hats") if "hats" in q else (s.thing, "are red")
    e1, v = eq(a, "/", d)
    e2, w = eq(a, "-", v)
    return q, [f"{e1} {who} {what}.", f"So {e2} {who} {'do not wear hats' if 'hats' in q else 'are not red'}."], w


def lower_price(s):
    d, k = s.rng.choice([2, 4, 5, 10]), s.small(2, 20)
    g = s.rng.choice(GOODS)
    word = {2: "half", 4: "one quarter", 5: "one fifth", 10: "one tenth"}[d]
    a = d * k
    q = f"A {g} costs ${a}. In a sale the price is {word} lower. What does the {g} cost in the sale?"
    e1, v = eq(a, "/", d, "$")
    e2, w = eq(a, "-", v, "$")
    return q, [f"The price is {e1} lower.", f"In the sale the {g} costs {e2}."], w


def ages(s):
    a, b, k = s.number(4, 25), s.small(2, 9), s.rng.choice([2, 3, 4])
    word = {2: "twice", 3: "three times", 4: "four times"}[k]
    older = s.rng.random() < 0.6 or a <= b + 1
    q = f"{s.name} is {a} years old. The brother of {s.name} is {b} years {'older' if older else 'younger'}, and the " \
        f"uncle is {word} as old as the brother. How old is the uncle?"
    e1, v = eq(a, "+" if older else "-", b)
    e2, w = eq(v, "*", k)
    return q, [f"The brother is {e1} years old.", f"The uncle is {e2} years old."], w


def used_daily(s):
    k, d = s.small(2, 12), s.small(2, 12)
    a = k * d + s.number(2, 40)
    what, u = s.pick(("tank", "litres of water"), ("sack", "kg of rice"), ("jar", s.thing), ("box", s.thing))
    q = f"A {what} holds {a} {u}. Each day {k} {u.split(' ')[0]} are used. How many {u} are left after {d} days?"
    e1, v = eq(k, "*", d)
    e2, w = eq(a, "-", v)
    return q, [f"In {d} days {e1} {u} are used.", f"There are {e2} {u} left."], w


def last_days(s):
    k, d, n = s.small(2, 8), s.small(2, 12), s.small(2, 5)
    each = k * d
    q = f"A box holds {each} {s.thing}. A family uses {k * n} {s.thing} a day. How many days do {n} boxes last?"
    e1, v = eq(n, "*", each)
    e2, w = eq(v, "/", k * n)
    return q, [f"{n} boxes hold {e1} {s.thing}.", f"They last {e2} days."], w


def work_pay(s):
    h1, h2, p = s.small(2, 9), s.small(2, 9), s.small(5, 25)
    q = f"{s.name} earns ${p} an hour. {s.He} works {h1} hours on Monday and {h2} hours on Tuesday. How much does " \
        f"{s.he} earn in all?"
    e1, v = eq(h1, "+", h2)
    e2, w = eq(v, "*", p, "$")
    return q, [f"{s.He} works {e1} hours.", f"{s.He} earns {e2}."], w


def profit(s):
    p, n, c = s.small(2, 12), s.number(5, 30), s.number(3, 30)
    if n * p <= c:
        c = 2
    g = s.rng.choice(GOODS)
    q = s.pick(f"{s.name} sells {n} {g}s for ${p} each. {s.He} spent ${c}. What is the profit?",
               f"{s.name} sells {g}s for ${p} each. {s.He} sells {n} {g}s and spent ${c} on {s.thing}. What is the profit?",
               f"{s.name} gets ${p} for a {g}. {s.He} sells {n} {g}s and has paid ${c} for {s.thing} and {s.other}. How "
               f"much profit does {s.he} make?")
    e1, v = eq(n, "*", p, "$")
    e2, w = eq(v, "-", c, "$")
    return q, [f"{s.He} takes in {e1}.", f"The profit is {e2}."], w


def more_than(s):
    a, b = s.number(5, 50), s.small(2, 15)
    c = s.rng.randint(2, a + b)
    q = f"{s.name} catches {a} fish on Monday and {b} more than that on Tuesday. {s.He} gives {c} fish away. How many " \
        f"fish does {s.he} keep?"
    e1, v = eq(a, "+", b)
    e2, w = eq(a, "+", v)
    e3, x = eq(w, "-", c)
    return q, [f"On Tuesday {s.he} catches {e1} fish.", f"In all {s.he} catches {e2} fish.", f"{s.He} keeps {e3} fish."], x


def two_groups(s):
    a, b, c, d = s.small(), s.small(), s.small(), s.small()
    q = s.pick(f"{s.name} has {a} {s.holder} of {b} white {s.thing} and {c} {s.holder} of {d} red {s.thing}. How many "
               f"{s.thing} does {s.he} have?",
               f"{s.name} fills {a} {s.holder} with {b} {s.thing} each and {c} {s.holder} with {d} {s.thing} each. How "
               f"many {s.thing} are that?")
    e1, v = eq(a, "*", b)
    e2, w = eq(c, "*", d)
    e3, x = eq(v, "+", w)
    return q, [f"The first {s.holder} hold {e1} {s.thing}.", f"The other {s.holder} hold {e2} {s.thing}.",
               f"In total there are {e3} {s.thing}."], x


def free_places(s):
    a, b = s.small(2, 20), s.small(4, 40)
    c = s.rng.randint(1, a * b - 1)
    what, unit, seat = s.pick(("hall", "rows", "seats"), ("train", "coaches", "seats"), ("hotel", "floors", "rooms"),
                              ("car park", "rows", "places"))
    q = f"A {what} has {a} {unit} with {b} {seat} each. If {c} {seat} are taken, how many {seat} are free?"
    e1, v = eq(a, "*", b)
    e2, w = eq(v, "-", c)
    return q, [f"The {what} has {e1} {seat}.", f"{e2} {seat} are free."], w


def three_days(s):
    a, b, c, d = s.small(2, 20), s.small(2, 9), s.small(2, 9), s.small(2, 6)
    q = f"A hen lays {a} eggs a week. How many eggs do {b} hens lay in {d} weeks?" if s.rng.random() < 0.3 else \
        f"One {s.pick('cow', 'worker', 'machine', 'ferry', 'baker')} makes {a} {s.thing} a day. How many {s.thing} " \
        f"do {b} of them make in {d} days?"
    thing = "eggs" if "hens" in q else s.thing
    e1, v = eq(b, "*", a)
    e2, w = eq(v, "*", d)
    unit = "week" if "hens" in q else "day"
    return q, [f"In one {unit} they make {e1} {thing}.", f"In {d} {unit}s they make {e2} {thing}."], w


def packs(s):
    k, n, p = s.small(2, 10), s.small(2, 9), s.small(2, 12)
    q = f"A pack of {k} {s.thing} costs ${p}. How much do {k * n} {s.thing} cost?"
    e1, v = eq(k * n, "/", k)
    e2, w = eq(v, "*", p, "$")
    return q, [f"{k * n} {s.thing} are {e1} packs.", f"They cost {e2}."], w


def fixed_and_hourly(s):
    f, p, h = s.number(5, 50), s.small(5, 30), s.small(2, 8)
    who = s.pick("painter", "gardener", "driver", "cleaner", "teacher")
    q = f"A {who} charges ${f} to come and ${p} for each hour. How much do {h} hours of work cost?"
    e1, v = eq(h, "*", p, "$")
    e2, w = eq(f, "+", v, "$")
    return q, [f"The work costs {e1}.", f"In all it costs {e2}."], w


def times_then_lose(s):
    a, k = s.number(3, 20), s.rng.choice([2, 3, 4, 5])
    b = s.rng.randint(1, a * k - 1)
    other = s.rng.choice([n for n, _ in NAMES if n != s.name])
    q = f"{s.name} has {k} times as many {s.thing} as {other}. {other} has {a} {s.thing}. {s.name} loses {b} {s.thing}. " \
        f"How many {s.thing} does {s.name} have now?"
    e1, v = eq(k, "*", a)
    e2, w = eq(v, "-", b)
    return q, [f"At first {s.name} has {e1} {s.thing}.", f"Now {s.name} has {e2} {s.thing}."], w


def big_units(s):
    a, b = s.small(2, 9), s.rng.choice([50, 100, 150, 200, 250, 300, 400, 500])
    c = s.rng.choice([50, 100, 200, 300, 400, 500, 600]) % (a * b) or 10
    u = s.pick("grams of flour", "sheets of paper", "metres of wire", "grams of sugar")
    q = f"{s.name} has {a} packs with {b} {u} each and uses {c} {u.split(' ')[0]}. How many {u} are left?"
    e1, v = eq(a, "*", b)
    e2, w = eq(v, "-", c)
    return q, [f"{s.name} has {e1} {u}.", f"{e2} {u} are left."], w


def rows_of(s):
    k, n = s.small(2, 10), s.small(2, 12)
    a = s.rng.randint(1, k * n - 1)
    b = k * n - a
    q = f"{s.name} collects {a} {s.thing} on Saturday and {b} on Sunday. {s.He} puts them into {k} equal piles. How many " \
        f"{s.thing} are in each pile?"
    e1, v = eq(a, "+", b)
    e2, w = eq(v, "/", k)
    return q, [f"{s.He} has {e1} {s.thing}.", f"Each pile has {e2} {s.thing}."], w


FAMILIES = [groups_minus, groups_minus, groups_plus, twice, two_costs, share, on_and_off, weeks_to_save, per_day, cut_off,
            part_of, lower_price, ages, used_daily, last_days, work_pay, profit, more_than, two_groups, free_places,
            three_days, packs, fixed_and_hourly, times_then_lose, big_units, rows_of]


def problem(rng):
    """(question, worked answer)."""
    question, steps, answer = rng.choice(FAMILIES)(Story(rng))
    return question, "\n".join(steps) + f"\n#### {answer}"


def drill(rng, count):
    """Lines of sums, for practice."""
    lines = []
    for _ in range(count):
        op = rng.choice("+-*/+-*")
        if op in "*/":
            a, b = rng.randint(2, 12), rng.choice([rng.randint(2, 12), rng.randint(2, 12), rng.randint(2, 20)])
            if rng.random() < 0.5:
                a, b = b, a
            if op == "/":
                a = a * b
        else:
            a, b = rng.randint(2, rng.choice([20, 60, 120])), rng.randint(2, rng.choice([10, 30, 60]))
            if op == "-":
                a, b = max(a, b), min(a, b)
        lines.append((f"{a}{op}{b}=", str(eq(a, op, b)[1])))
    return lines


if __name__ == "__main__":
    import random
    for seed in range(4):
        print(*problem(random.Random(seed)), sep="\nAnswer: ")
