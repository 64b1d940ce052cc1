"""Word problems for the training text, worked step by step and closed by `#### n`.

A problem is a plan (the sums and where their numbers come from) told in one of many stories and wordings: families of
problem_stories.py and problem_rates.py, and problems put together in problem_plans.py and problem_compare.py. What has a
sentence, the numbers or nearly the words of a miniature problem is thrown away here, and again by contamination.py.
Running this file checks it.
"""
import re

from contamination import content_words, numbers_of, rows, squeeze
from problem_compare import compare
from problem_plans import chain, one_step, shopping
from problem_rates import RATES
from problem_stories import STORIES
from problem_words import EXTRA, NAMES, WORDS, cast, compiled, drawn, eq, expand, tidy

FAMILIES = [(compiled(draws), questions, steps) for _, draws, questions, steps in STORIES + RATES]
WEIGHTS = []
for weight, _, _, _ in STORIES + RATES:
    WEIGHTS.append(weight + (WEIGHTS[-1] if WEIGHTS else 0))
SENTENCE = re.compile(r"(?<=[.?!]) ")
LARGEST = 5000
LOWERED = set("How What A An The He She It They His Her Its There Each Every One Two Three Four Five Six Seven Eight Nine "
    "Ten In On "
              "At Today Half All Both For With".split())


def in_digits(question):
    """The numbers of a question, those in words too."""
    return numbers_of(re.sub(r"\b(%s)\b" % "|".join(WORDS[2:]), lambda m: str(WORDS.index(m[0].lower())), question, flags=re.I))


CAST = {name.lower() for name, _ in NAMES}


def story_words(question):
    """What a question tells, but for names and numbers."""
    return frozenset(w for w in content_words(question) if not w.isdigit() and w not in CAST)


class Items:
    sentences, numbers, words = set(), set(), []


def like_an_item(question):
    """Whether it has a sentence or the numbers of an item, or nearly the same words."""
    words = story_words(question)
    return (any(squeeze(s) in Items.sentences for s in SENTENCE.split(question)) or in_digits(question) in Items.numbers
            or any(4 * len(words & item) >= 3 * len(words | item) for item in Items.words))


for item in rows("gsm8k/*.jsonl"):
    Items.sentences.update(squeeze(s) for s in SENTENCE.split(item["question"]))
    Items.numbers.add(in_digits(item["question"]))
    Items.words.append(story_words(item["question"]))


def story(rng, env):
    draws, questions, steps = rng.choices(FAMILIES, cum_weights=WEIGHTS)[0]
    drawn(draws, env, rng)
    return rng.choice(questions), steps


def lowered(sentence):
    """A sentence that is to go on in the middle of another; names stay as they are."""
    return sentence[0].lower() + sentence[1:] if sentence.split(" ")[0] in LOWERED else sentence


def turned(sentences, env, rng):
    """The same sentences, at times two of them as one, or with one more that says nothing of use."""
    last = sentences[-2][:-1] if len(sentences) > 1 else ""
    if last and rng.random() < 0.15 and sentences[-1].startswith("How") and not re.search(r"[.,?]|^(Then|After) | wants ", last):
        asked = sentences[-1]
        sentences[-2:] = [rng.choice([f"If {lowered(last)}, {lowered(asked)}", f"{asked[:-1]} if {lowered(last)}?"])]
    elif len(sentences) > 2 and rng.random() < 0.1:
        one, two = sentences[0][:-1], sentences[1]
        if two.startswith(("He ", "She ", "It ", "They ")) and not re.search(r" and |,", one):
            sentences[:2] = [f"{one}, and {lowered(two)}"]
    if len(sentences) > 1 and rng.random() < 0.05:
        sentences.insert(rng.randrange(1, len(sentences)), expand(rng.choice(EXTRA), env, rng))
    return sentences


def told(rng):
    """(question, steps, answer), or None where the drawn numbers do not work out."""
    env = cast(rng)
    env["He"], env["His"] = env["he"], env["his"]
    make = rng.choices([story, chain, compare, shopping, one_step], cum_weights=[48, 64, 77, 89, 100])[0]
    try:
        made = make(rng, env)
        if not made:
            return None
        question = expand(made[0], env, rng)
        steps = [expand(step, env, rng) for step in made[1]]
    except ValueError:
        return None
    question = tidy(" ".join(turned(SENTENCE.split(question), env, rng)))
    question = re.sub(r" +([.?,])", r"\1", re.sub("  +", " ", question))
    if like_an_item(question):
        return None
    if any(int(n) >= LARGEST for n in numbers_of(question)) or env["answer"] >= 2 * LARGEST:
        return None
    return question, steps, env["answer"]


def problem(rng):
    """(question, worked answer)."""
    made = None
    while not made:
        made = told(rng)
    question, steps, answer = made
    return question, "\n".join(steps) + f"\n#### {answer}"


def drilled(rng):
    """(a, op, b) of the kinds that the problems need."""
    op = rng.choice("+-*/+-*-*")
    if op in "+-":
        low, high = rng.choice([(2, 20), (2, 60), (10, 99), (10, 99), (60, 400), (100, 999)])
        a, b = rng.randint(low, high), rng.choice([rng.randint(2, 12), rng.randint(2, 60), rng.randint(10, 99), rng.randint(low, high)])
        if rng.random() < 0.15:
            a, b = 10 * a, 10 * b
        return (max(a, b), op, min(a, b)) if op == "-" or rng.random() < 0.5 else (a, op, b)
    a, b = rng.choice([(rng.randint(2, 12), rng.randint(2, 12)), (rng.randint(2, 9), rng.randint(11, 99)),
                       (rng.randint(2, 9), rng.randint(11, 99)), (rng.randint(10, 20), rng.randint(10, 30)),
                       (rng.randint(2, 9), 10 * rng.randint(2, 60)), (rng.randint(2, 30), rng.choice([10, 20, 25, 50, 100]))])
    if rng.random() < 0.5:
        a, b = b, a
    if op == "/":
        a, b = (a * b, min(a, b)) if max(a, b) < 100 else (a * b, a)
    return a, op, b


def drill(rng, count):
    """Lines of sums, for practice."""
    return [(f"{a}{op}{b}=", str(eq(a, op, b)[1])) for a, op, b in (drilled(rng) for _ in range(count))]


def check(count=20000, seed=0):
    """Whether sums, answers and texts of many problems are right."""
    import random
    rng = random.Random(seed)
    for _ in range(count):
        question, worked = problem(rng)
        text = question + "\n" + worked
        found = re.findall(r"([0-9+*/-]+) = \$?<<([0-9+*/-]+)=(\d+)>>(\d+)", worked)
        assert found and len(found) == worked.count("<<"), text
        for shown, sums, value, after in found:
            assert shown == sums and value == after and eval(sums) == int(value), text
        assert worked.endswith(f"\n#### {found[-1][2]}"), text
        assert not re.search(r"[][{}|]|  ", question) and not re.search(r"[][{}|]|  ", worked), text
        assert max(int(n) for n in numbers_of(question)) < LARGEST and question.endswith("?"), text


if __name__ == "__main__":
    import random
    import sys
    for seed in range(*map(int, sys.argv[1:3] or ("0", "12"))):
        print("Question:", "\nAnswer: ".join(problem(random.Random(seed))) + "\n")
    check()
    print("20000 problems are right")
