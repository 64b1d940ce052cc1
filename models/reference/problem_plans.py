"""Word problems put together from parts: what there is at first, what happens to it, what is asked.

chain: one quantity that changes; shopping: prices; one_step: a single sum.
Each gives (question, steps), texts in the language of problem_words.py.
"""
# (at first, [what takes x away], [what adds x], asked, what stands in the steps)
PERSON = (["{S} has {x} {ts}."],
          ["{he} gives {x} {ts} to {his} {relative}", "{he} loses {x} of them", "{he} sells {x} {ts}", "{x} {ts} break",
           "{his} {relative} takes {x} {ts}", "{he} gives {x} away", "{he} uses {x} of them", "{he} throws {x} {ts} away"],
          ["{he} buys {x} [more|new|other] {ts}", "{his} {relative} gives {him} {x} [more|{ts}|more {ts}]",
           "{he} finds {x} {ts}",
           "{he} gets {x} [more|new ones]", "{x} {ts} come in the post"],
          ["How many {ts} does {s} have [now|in the end|then|]?", "How many {ts} are [left|there now|there in the end]?"],
           "{ts}")
VEHICLE = (["There are {x} {us} on a {what}.", "A {what} starts with {x} {us}.", "A {what} [carries|has] {x} {us}."],
           ["[at the {nth} stop|at one stop|then|in one village] {x} {us} get off", "[at the {nth} stop|then] {x} of them "
            "leave"],
           ["[at the {nth} stop|at one stop|then|in one village] {x} [new|other|more] {us} get on",
            "[at the {nth} stop|then] {x} {us} come in"],
           ["How many {us} are on the {what} [now|then|in the end]?", "How many {us} [stay|remain] on the {what}?"], "{us}")
STORE = (["There are {x} {us} in a {what}.", "A {what} has {x} {us}."],
         ["{x} {us} are taken [out|away]", "[{x} of them|{x} {us}] go away", "[on {d1}|later] {x} {us} are taken away"],
         ["{x} [new|other|more] {us} come in", "[on {d2}|later] {x} {us} are added", "{x} [of them come back|{us} come "
          "back]"],
         ["How many {us} are in the {what} [now|then|in the end]?", "How many {us} does the {what} have [now|then]?"],
          "{us}")
VEHICLES = [("bus", "people"), ("train", "people"), ("tram", "children"), ("ferry", "cars"), ("boat", "tourists"),
            ("lift", "people"), ("ship", "boxes"), ("cable car", "skiers")]
STORES = [("library", "books"), ("museum", "paintings"), ("pond", "ducks"), ("shop", "lamps"), ("tank", "litres"), ("yard",
 "hens"),
          ("garage", "cars"), ("hall", "chairs"), ("hotel", "guests"), ("forest", "deer"), ("harbour", "boats"), ("zoo",
           "animals"),
          ("school", "pupils"), ("box", "tools"), ("pool", "swimmers"), ("store", "tyres"), ("stall", "melons")]


def divisors(value, low=2, high=12):
    return [d for d in range(low, min(value, high) + 1) if value % d == 0 and d < value]


def chain(rng, env):
    """A start, one to three changes, a question: of everything, shared, packed or sold."""
    kind = rng.choice([PERSON, PERSON, VEHICLE, STORE])
    env["what"], env["us"] = rng.choice(VEHICLES if kind is VEHICLE else STORES) if kind is not PERSON else ("", env["ts"])
    firsts, minus, plus, asked, unit = kind
    value, told, steps, nths, number = 0, [], [], iter(["first", "second", "next"]), iter(range(99))

    start = rng.choice(["given", "given", "groups", "sum", "times"]) if kind is PERSON else "given"
    if start == "given":
        value = rng.choice([rng.randint(10, 40), rng.randint(20, 90), 10 * rng.randint(3, 20)])
        value += -value % rng.choice([1, 1, env["fd"]])
        told.append(rng.choice(firsts).replace("{x}", str(value)))
    elif start == "groups":
        a, b = rng.randint(2, 10), rng.choice([rng.randint(3, 12), rng.randint(3, 12), rng.randint(10, 25)])
        value = a * b
        told.append("{S} has %d {cs} [of %d {ts}|with %d {ts} each|with %d {ts} {in} each {box}]." % (a, b, b, b))
        steps.append("The {cs} hold {v=%d*%d} {ts}." % (a, b))
    elif start == "sum":
        a, b = rng.randint(4, 40), rng.randint(4, 40)
        value = a + b
        told.append("{S} [buys|finds|gets|makes] %d {ts} [on {d1} and %d on {d2}|and then %d more|in the morning and %d "
            "later]."
                    % (a, b, b, b))
        steps.append("{s} has {v=%d+%d} {ts}." % (a, b))
    else:
        a = rng.randint(4, 25)
        value = a * env["tk"]
        told += rng.sample(["{other} has %d {ts}." % a, "{S} has {tw} as many {ts} as {other}."], 2)
        steps.append("{s} has {v=%d*%d} {ts}." % (a, env["tk"]))
    events, halved = [], False
    for _ in range(rng.choice([1, 2, 2, 2, 3]) if start == "given" else rng.choice([0, 1, 1, 1, 2])):
        act = rng.choice(["minus", "minus", "plus", "plus", "fraction", "each"])
        name = f"v{next(number)}"
        if act == "fraction" and not halved and value % env["fd"] == 0 and value > env["fd"]:
            d = env["fd"]
            events.append(rng.choice(["{fr} of the " + unit + " [are taken away|go to another place|are not there any more]"
                                      if kind is not PERSON else "{he} [sells|gives away|loses|uses] {fr} of the " + unit]))
            steps.append("{fr} of the %s is {%s=%d/%d}." % (unit, name, value, d))
            steps.append("Then there are {%sb=%d-%d} %s left." % (name, value, value // d, unit))
            value -= value // d
            halved = True
        elif act == "each" and kind is PERSON and value > 12:
            m = rng.randint(2, min(9, value // 3))
            n = rng.randint(2, min(9, (value - 1) // m))
            events.append(rng.choice(["%d {people} [get|take] %d {ts} each" % (n, m), "{he} gives %d {ts} to each of %d "
                "{people}"
                                      % (m, n), "{he} [eats|uses|sells] %d {ts} a day for %d days" % (m, n)]))
            a, b = (n, m) if events[-1].startswith(str(n) + " {people") else (m, n)
            steps.append("That takes {%s=%d*%d} %s." % (name, a, b, unit))
            steps.append("Then there are {%sb=%d-%d} %s left." % (name, value, n * m, unit))
            value -= n * m
        elif act == "plus" or value < 6:
            x = rng.randint(2, rng.choice([12, 20, 40]))
            events.append(rng.choice(plus).replace("{x}", str(x)))
            steps.append("Then there are {%s=%d+%d} %s." % (name, value, x, unit))
            value += x
        else:
            x = rng.randint(2, min(value - 2, rng.choice([12, 20, 40])))
            events.append(rng.choice(minus).replace("{x}", str(x)))
            steps.append("Then there are {%s=%d-%d} %s left." % (name, value, x, unit))
            value -= x
    events = [e.replace("{nth}", next(nths, "last")) for e in events]
    joint = rng.choice([". Then ", " and ", ". ", ", and then ", ". After that "])
    if len(events) == 3:
        events = [events[0] + rng.choice([" and ", ", and then "]) + events[1], events[2]]
        joint = rng.choice([". Then ", ". ", ". After that "])
    if start == "times" and events:
        events[0] = events[0].replace("{he} ", "{s} ", 1)
    events = [e[5:] if i and e.startswith("then ") else e for i, e in enumerate(events)]
    if events:
        told.append(joint.join(events) + ".")
    ends, name = ["ask"] * (3 if events else 0), f"v{next(number)}"
    if kind is PERSON:
        ends += ["share", "pack"] * bool(divisors(value)) + ["price"] * (value < 70) + ["missing"]
    elif kind is STORE:
        ends += ["missing"]
    end = rng.choice(ends or ["ask"])
    if start == "times" and not events:
        told.append("{s} [buys a new bag|is proud of that|goes home|counts again].")
    if end == "ask" and not steps:
        end = "missing"
    if end == "ask":
        told.append(rng.choice(asked))
    elif end in ("share", "pack"):
        k = rng.choice(divisors(value))
        told.append({"share": "{he} [shares them|shares all {ts}] equally among %d {people}. How many {ts} does each [one "
            "|]get?" % k,
                     "pack": "{he} puts them into {cs} of %d. How many {cs} [does {he} need|are that]?" % k}[end])
        steps.append(("Each one gets {%s=%d/%d} {ts}." if end == "share" else "That is {%s=%d/%d} {cs}.") % (name, value, k))
    elif end == "price":
        p = rng.randint(2, 9)
        told.append("{he} sells [all of them|them all|all {ts}] for $%d each. How much [money |]does {he} get?" % p)
        steps.append("{s} gets {$%s=%d*%d}." % (name, value, p))
    else:
        target = value + rng.randint(2, 40)
        told.append("How many %s are missing until there are %d?" % (unit, target) if kind is STORE or rng.random() < 0.4 else
                    "{he} [needs|wants to have] %d {ts}. How many [more |]does {he} need?" % target)
        steps.append("{%s=%d-%d} %s are missing." % (name, target, value, unit))
    return " ".join(told), steps


def shopping(rng, env):
    """One to three purchases, at times something off or on top, then the sum, the change, the rest or equal parts."""
    bought, prices, parts, steps, names = [], [], [], [], []
    food = rng.choice(["rice", "cheese", "flour", "meat", "nuts", "coffee", "fish"])
    goods = rng.sample([("{g}", "{gs}"), ("{g2}", "{gs2}"), ("loaf of bread", "loaves of bread"), (f"kg of {food}",
     f"kg of {food}"),
                        ("map", "maps"), ("bottle of juice", "bottles of juice")], 3)
    for one, many in goods[:rng.choice([1, 2, 2, 2, 2, 3])]:
        n = rng.choice([1, rng.randint(2, 5), rng.randint(2, 9)])
        p = rng.choice([rng.randint(2, 12), rng.randint(2, 15), 5 * rng.randint(1, 8)])
        parts.append(n * p)
        prices.append(f"[a|one] {one} costs ${p}")
        bought.append(f"[a|one] {one}" if n == 1 else f"{n} {many}")
        names.append(f"a {one} for ${p}" if n == 1 else rng.choice([f"{n} {many} for ${p} each", f"{n} {many} at ${p} each"]))
        if one[:2] == "kg" and n > 1:
            names[-1] = f"{n} {many} [for|at] ${p} [per|a] kg"
        if n > 1:
            steps.append("The %s {$p%d=%d*%d}." % (f"{food} costs" if one[:2] == "kg" else many + " cost", len(parts), n, p))
    def row(things):
        return things[0] if len(things) == 1 else ", ".join(things[:-1]) + " and " + things[-1]
    told = rng.choice([f"{row(prices)}. {{S}} buys {row(bought)}.", f"{{S}} buys {row(names)}.", f"{{S}} buys "
        f"{row(names)}."])
    total = sum(parts)
    if len(parts) > 1:
        steps.append("Together that is {$sum=%s}." % "+".join(map(str, parts)))
    extra = rng.random()
    if extra < 0.12:
        x = rng.randint(2, 15)
        told += " [{he} also pays $%d for the bus.|the way home costs $%d.|{he} leaves a tip of $%d.]" % (x, x, x)
        steps.append("With that it is {$more=%d+%d}." % (total, x))
        total += x
    elif extra < 0.22 and total > 6:
        x = rng.randint(2, min(20, total - 2))
        told += " [{he} has a coupon for $%d off.|the price is $%d lower today.|{his} {relative} pays $%d of it.]" % (x, x, x)
        steps.append("Then it is {$more=%d-%d}." % (total, x))
        total -= x
    end = rng.choice(["sum", "sum", "change", "change", "rest", "split", "missing"])
    if end == "sum" and steps:
        told += rng.choice([" How much does {he} pay [in all|]?", " [What|How much] does {he} spend?", " How much [money "
            "|]is that?"])
    elif end == "split" and divisors(total):
        k = rng.choice(divisors(total))
        if k > 2 and rng.random() < 0.4:
            told += " {he} [shares the cost equally with|splits the price evenly with] %d {people}." % (k - 1)
            steps.append("They are {k=%d+1} people." % (k - 1))
        else:
            told += " [%d {people} share the cost equally.|the price is split equally among %d {people}.]" % (k, k)
        told += " How much does each [of them |]pay?"
        steps.append("Each one pays {$each=%d/%d}." % (total, k))
    elif end == "missing" and total > 4:
        x = rng.randint(2, total - 1)
        told += " {he} has [only |]$%d. How much [money |]is missing?" % x
        steps.append("{$miss=%d-%d} is missing." % (total, x))
    else:
        note = next((n for n in (10, 20, 50, 100, 200, 500, 1000) if n > total), 2000)
        if note in (20, 100, 200, 1000) and total > note // 2 and rng.random() < 0.35:
            told += " {he} pays with [two|2] $%d notes. How much change does {he} get?" % (note // 2)
            steps.append("{s} pays with {$paid=2*%d}." % (note // 2))
        elif rng.random() < 0.6:
            told += (" {he} pays with a $%d note." % note) + " [How much change does {he} get?|What is {his} change?|How much does {he} get back?]"
        else:
            note = total + rng.randint(2, 60)
            told += " {he} had $%d. How much [money |]is left?" % note
        steps.append("{s} has {$left=%d-%d} left." % (note, total))
    return told, steps


ONE = [("{S} has {a} {ts} and gets {b} more. How many {ts} does {he} have [now|in all|]?", "+", "{s} has {e} {ts}."),
       ("There are {a} {col} and {b} {col2} {ts} in a {place}. How many {ts} are there?", "+", "There are {e} {ts}."),
       ("{S} finds {a} {ts} on {d1} and {b} on {d2}. How many {ts} [are that|does {he} find]?", "+", "In all that is {e} "
        "{ts}."),
       ("{S} has {a} {ts} and [gives {b} away|loses {b}|sells {b} of them]. How many {ts} are left?", "-", "There are {e} "
        "{ts} left."),
       ("A {g} costs ${a} and a {g2} costs ${b}. How much more does the {g} cost?", "-", "The {g} costs {$e} more."),
       ("{S} has {a} {ts} and {other} has {b}. How many more {ts} does {s} have?", "-", "{s} has {e} {ts} more."),
       ("A book has {a} pages. {S} has read {b} of them. How many pages are left?", "-", "There are {e} pages left."),
       ("{S} has {a} {cs} with {b} {ts} each. How many {ts} [does {he} have|are that]?", "*", "The {cs} hold {e} {ts}."),
       ("A {g} costs ${b}. How much do {a} {gs} cost?", "*", "The {gs} cost {$e}."),
       ("{S} drives {b} km an hour. How many km does {he} drive in {a} hours?", "*", "In {a} hours that is {e} km."),
       ("{S} reads {b} pages a day. How many pages does {he} read in {a} days?", "*", "In {a} days that is {e} pages."),
       ("{S} shares {a} {ts} equally among {b} {people}. How many {ts} does each one get?", "/", "Each one gets {e} {ts}."),
       ("{a} {ts} are packed in {cs} of {b}. How many {cs} are that?", "/", "That is {e} {cs}."),
       ("{b} {gs} cost ${a}. How much does one {g} cost?", "/", "One {g} costs {$e}."),
       ("{S} saves ${b} a week. After how many weeks does {he} have ${a}?", "/", "That takes {e} weeks.")]


def one_step(rng, env):
    text, op, step = rng.choice(ONE)
    a, b = {"+": (rng.randint(4, rng.choice([40, 90, 200])), rng.randint(4, 90)), "*": (rng.randint(2, 12), rng.randint(2, rng.choice([12, 12, 60])))}.get(
        op, (rng.randint(20, 200), rng.randint(3, 19)))
    if op == "/":
        a, b = (lambda x, y: (x * y, x))(rng.randint(2, 12), rng.randint(2, 20))
    env.update(a=a, b=b)
    terms = f"{b}{op}{a}" if op == "*" and text.find("{b}") < text.find("{a}") else f"{a}{op}{b}"
    return text, [step.replace("{$e}", "{$end=%s}" % terms).replace("{e}", "{end=%s}" % terms)]
