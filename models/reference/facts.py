"""Facts for the training text: read from facts/*.txt and made from small tables.

A fact is a statement, questions of our own wording, the right answer and wrong ones. The questions are never those of
the miniature data sets; contamination.py keeps watch over that.
"""
import os
import random
from dataclasses import dataclass, field
from typing import List

HERE = os.path.dirname(os.path.abspath(__file__))

CAPITALS = """France Paris|Japan Tokyo|Canada Ottawa|Italy Rome|Spain Madrid|Germany Berlin|Russia Moscow|China Beijing|
Egypt Cairo|Kenya Nairobi|Greece Athens|Portugal Lisbon|Poland Warsaw|Norway Oslo|Sweden Stockholm|Finland Helsinki|
Denmark Copenhagen|Ireland Dublin|Austria Vienna|Hungary Budapest|Peru Lima|Cuba Havana|Chile Santiago|Turkey Ankara|
Iran Tehran|Iraq Baghdad|Thailand Bangkok|Nepal Kathmandu|Ghana Accra|Belgium Brussels"""
CITIES = """France Lyon|France Marseille|France Nice|Japan Osaka|Japan Kyoto|Japan Hiroshima|Canada Toronto|
Canada Montreal|Canada Vancouver|Italy Milan|Italy Venice|Italy Naples|Spain Barcelona|Spain Seville|Spain Valencia|
Germany Hamburg|Germany Munich|Poland Krakow|Turkey Istanbul|Portugal Porto"""
CONTINENTS = """Kenya Africa|Ghana Africa|Egypt Africa|Nigeria Africa|Uganda Africa|Ethiopia Africa|China Asia|
Japan Asia|India Asia|Nepal Asia|Thailand Asia|Iran Asia|Peru South America|Chile South America|Brazil South America|
Argentina South America|Bolivia South America|France Europe|Spain Europe|Portugal Europe|Poland Europe|Norway Europe|
Italy Europe|Germany Europe|Ireland Europe|Canada North America|Mexico North America|Cuba North America"""
ELEMENTS = """gold Au 79|sodium Na 11|iron Fe 26|carbon C 6|oxygen O 8|hydrogen H 1|helium He 2|nitrogen N 7|
silver Ag 47|copper Cu 29|tin Sn 50|lead Pb 82|mercury Hg 80|neon Ne 10|nickel Ni 28|zinc Zn 30|potassium K 19|
calcium Ca 20|chlorine Cl 17|sulfur S 16|argon Ar 18|aluminium Al 13|fluorine F 9|lithium Li 3|phosphorus P 15"""
YOUNG = """cat kitten|dog puppy|cow calf|horse foal|sheep lamb|duck duckling|hen chick|goat kid|lion cub|bear cub|
frog tadpole|pig piglet|deer fawn"""
SHAPES = "triangle 3|square 4|pentagon 5|hexagon 6|octagon 8|rectangle 4"
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
SHORT_MONTHS = ["April", "June", "September", "November"]


@dataclass
class Fact:
    subject: str
    answer: str
    questions: List[str]
    wrong: List[str]
    statements: List[str] = field(default_factory=list)


def rows(table):
    return [row.strip().split(" ", 1) for row in table.replace("\n", "").split("|")]


def from_files():
    facts = []
    for name in sorted(os.listdir(os.path.join(HERE, "facts"))):
        with open(os.path.join(HERE, "facts", name), encoding="utf-8") as lines:
            for line in lines:
                statement, answer, questions, wrong = line.rstrip("\n").split("|")
                facts.append(Fact(name[:-4], answer.strip("[] "), [q.strip() for q in questions.split(" ; ")],
                                  [w.strip() for w in wrong.split(" ; ")], [statement]))
    return facts


def table_facts(subject, pairs, forward, backward, statements, backward_unique=True, extra_wrong=()):
    """One fact for each pair (x, y) and direction; wrong answers come from the other pairs."""
    facts = []
    for x, y in pairs:
        said = [s.format(x=x, y=y) for s in statements]
        wrong = sorted({b for _, b in pairs if b != y} | {w for v, w in extra_wrong if v == x})
        if forward:
            facts.append(Fact(subject, y, [q.format(x=x) for q in forward], wrong, said))
        if backward and (not backward_unique or sum(b == y for _, b in pairs) == 1):
            wrong = sorted({a for a, b in pairs if b != y})
            facts.append(Fact(subject, x, [q.format(y=y) for q in backward], wrong, said))
    return facts


def from_tables():
    geography, chemistry, other = "high_school_geography", "high_school_chemistry", "miscellaneous"
    capitals = rows(CAPITALS)
    facts = table_facts(
        geography, capitals,
        ["In which city does the government of {x} sit?", "Which city is the seat of government of {x}?",
         "A visitor to the government of {x} travels to which city?"],
        ["{y} is the capital of which country?", "Which country has its government in {y}?"],
        ["The capital of {x} is {y}.", "{y} is the capital of {x}."], extra_wrong=rows(CITIES))
    facts += table_facts(
        geography, rows(CONTINENTS),
        ["{x} is part of which continent?", "To which continent does {x} belong?", "Where in the world is {x}?"],
        ["Which country is in {y}?", "Which of these countries belongs to {y}?"],
        ["{x} is a country in {y}.", "{x} belongs to {y}."], backward_unique=False)
    elements = [row.strip().split(" ") for row in ELEMENTS.replace("\n", "").split("|")]
    facts += table_facts(
        chemistry, [(name, symbol) for name, symbol, _ in elements],
        ["How do chemists write {x}?", "Which letters stand for {x}?", "{x} is written with which symbol?"],
        ["{y} is the symbol of which element?", "Which element is written {y}?", "The letters {y} mean which element?"],
        ["The symbol of {x} is {y}.", "{y} stands for {x}."])
    facts += table_facts(
        chemistry, [(name, number) for name, _, number in elements],
        ["How many protons does an atom of {x} have?", "Which number does {x} have in the periodic table?"],
        ["Which element has {y} protons?"],
        ["An atom of {x} has {y} protons.", "The atomic number of {x} is {y}."])
    facts += table_facts(
        other, [(x, "a " + y) for x, y in rows(YOUNG)],
        ["The young of a {x} is called what?", "A mother {x} feeds what?", "What does a baby {x} grow up as at first?"],
        ["Which animal has {y}?"], ["A young {x} is {y}.", "The child of a {x} is {y}."])
    facts += table_facts(
        "elementary_mathematics", rows(SHAPES),
        ["A {x} has how many sides?", "How many corners has a {x}?", "What is the number of corners of a {x}?"],
        None, ["A {x} has {y} sides.", "A {x} has {y} corners."])
    for names, kind in ((DAYS, "day"), (MONTHS, "month")):
        step = [(names[i - 1], names[i]) for i in range(len(names))]
        facts += table_facts(
            other, step,
            ["Which {k} follows {{x}}?".format(k=kind), "What {k} is next when {{x}} is over?".format(k=kind)],
            ["Which {k} ends when {{y}} begins?".format(k=kind), "What {k} was it just before {{y}}?".format(k=kind)],
            ["{y} comes after {x}.", "{x} comes before {y}.", "After {x} comes {y}."])
    for month in SHORT_MONTHS:
        facts.append(Fact(other, month, ["Which month has thirty days?", "Which month is one day short of 31?"],
                          [m for m in MONTHS if m not in SHORT_MONTHS + ["February"]],
                          [f"{month} has 30 days.", f"{month} has thirty days."]))
    return facts


def spread(rng, right, count, low=0):
    """Wrong numbers around the right one, of the kinds that people confuse."""
    near = [right + d for d in (-20, -10, -9, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 9, 10, 20) if right + d >= low]
    return [str(n) for n in rng.sample(near, count)]


def sum_question(rng):
    """A question about numbers: (question, answer, wrong answers)."""
    kind = rng.randrange(13)
    if kind == 0:
        a, b = rng.randint(2, 50), rng.randint(2, 50)
        return rng.choice([f"What is {a} + {b}?", f"How much is {a} + {b}?"]), str(a + b), spread(rng, a + b, 3)
    if kind == 1:
        a, b = rng.randint(2, 12), rng.randint(2, 12)
        question = rng.choice([f"What is {a} times {b}?", f"How much is {a} times {b}?"])
        return question, str(a * b), spread(rng, a * b, 3)
    if kind == 2:
        a, b = rng.randint(2, 10), rng.randint(2, 10)
        return f"What is {a * b} divided by {a}?", str(b), spread(rng, b, 3, 1)
    if kind == 3:
        a = rng.choice([rng.randint(20, 100), rng.choice((20, 30, 50, 100, 200))])
        b = rng.randint(2, min(a - 1, 80))
        return f"What is {a} - {b}?", str(a - b), spread(rng, a - b, 3)
    if kind == 4:
        even = rng.random() < 0.5
        right = rng.randint(3, 49) * 2 + (0 if even else 1)
        wrong = rng.sample([n for n in range(5, 99) if (n % 2 == 0) != even], 3)
        return f"Which number is {'even' if even else 'odd'}?", str(right), [str(n) for n in wrong]
    if kind == 5:
        a = rng.randint(2, 50)
        if rng.random() < 0.5:
            return f"What is half of {2 * a}?", str(a), spread(rng, a, 2) + [str(4 * a)]
        return f"What is twice {a}?", str(2 * a), spread(rng, 2 * a, 3)
    if kind == 6:
        n, d = rng.choice([(1, 2), (1, 3), (1, 4), (2, 3), (3, 4), (1, 5)])
        k = rng.randint(2, 6)
        names = {(1, 2): "one half", (1, 3): "one third", (1, 4): "one quarter", (2, 3): "two thirds",
                 (3, 4): "three quarters", (1, 5): "one fifth"}
        others = [(a, b) for a in range(1, 8) for b in range(2, 13) if a < b and a * d != b * n]
        return (f"Which fraction is equal to {names[n, d]}?", f"{n * k}/{d * k}",
                [f"{a}/{b}" for a, b in rng.sample(others, 3)])
    if kind == 7:
        a, b = rng.randint(2, 12), rng.randint(2, 12)
        if a == b:
            b += 1
        wrong = [str(w) for w in {2 * (a + b), a + b, a * b + 1, a * b + a} if w != a * b][:3]
        return (f"A {rng.choice(['garden', 'room', 'card', 'field', 'rectangle'])} is {a} m long and {b} m wide. "
                "What is its area in square metres?", str(a * b), wrong)
    if kind == 8:
        start, step = rng.randint(1, 20), rng.randint(2, 10)
        shown = ", ".join(str(start + i * step) for i in range(4))
        right = start + 4 * step
        return f"What comes next: {shown}?", str(right), [str(right + step), str(right - 1), str(right + 2)]
    if kind == 9:
        a, b = rng.randint(2, 9), rng.randint(2, 9)
        name, thing = rng.choice(["Ann", "Ben", "Eva", "Max", "Lisa"]), rng.choice(["apples", "coins", "books", "eggs"])
        question = f"{name} has {a} boxes with {b} {thing} in each box. How many {thing} does {name} have?"
        wrong = [str(w) for w in (a + b, a * b + 2, a * b - b, a * b + a, a * b - 1) if w != a * b]
        return question, str(a * b), list(dict.fromkeys(wrong))[:3]
    if kind == 10:
        numbers = rng.sample(range(10, 100), 4)
        largest = rng.random() < 0.6
        right = max(numbers) if largest else min(numbers)
        word = rng.choice(["greatest", "largest"]) if largest else "smallest"
        return (f"Which number is the {word}: {numbers[0]}, {numbers[1]}, {numbers[2]} or {numbers[3]}?", str(right),
                [str(n) for n in numbers if n != right])
    if kind == 11:
        b = rng.randint(2, 9)
        a = rng.randint(b + 1, 60)
        return (f"What is the remainder when {a} is divided by {b}?", str(a % b),
                [str(n) for n in rng.sample([n for n in range(10) if n != a % b], 3)])
    a = rng.randint(2, 9)
    return f"What is {a} times itself?", str(a * a), spread(rng, a * a, 3)


def all_facts():
    return from_files() + from_tables()


if __name__ == "__main__":
    print(len(all_facts()), sum_question(random.Random(1)))
