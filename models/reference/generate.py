"""Documents of the training text, made on the fly from a seed.

A document is a list of (text, weight): the loss on a segment's tokens counts with its weight, so that questions cost
time but not capacity. The texts have the forms in which the tasks ask (few-shot headers, completions), never the items.
"""
import collections
import random

from contamination import Watch
from facts import all_facts, sum_question
from functions import function
from needles import copying, needle
from problems import drill, problem
from scenes import load, tell

SUBJECTS = ["astronomy", "elementary_mathematics", "high_school_chemistry", "high_school_geography",
            "high_school_world_history", "miscellaneous", "nutrition", "world_religions"]
# Share of documents of each kind, and the weight of their loss.
MIXTURE = {"choice": 26, "pick": 6, "letters": 3, "answer": 18, "statements": 8, "scene": 16, "problem": 7, "drill": 5, "function": 8,
           "needle": 5, "copying": 5, "chat": 1}


class Generator:
    def __init__(self, watch=None, mixture=None):
        self.watch = watch or Watch()
        self.mixture = dict(mixture or MIXTURE)
        self.dropped = collections.Counter()
        self.facts = []
        for fact in all_facts():
            kept = [q for q in fact.questions if not self.refused("question", self.watch.question(q, fact.answer))]
            if kept:
                fact.questions = kept
                self.facts.append(fact)
        self.by_subject = collections.defaultdict(list)
        for fact in self.facts:
            self.by_subject[fact.subject].append(fact)
        self.scenes = load()
        self.filler = sorted({s for f in self.facts for s in f.statements if not self.watch.text(s)})
        self.words = sorted({w.strip(".,?") for s in self.filler for w in s.split() if w.isalpha()})
        self.longest_needle = 26

    def refused(self, kind, why):
        if why:
            self.dropped[kind] += 1
        return bool(why)

    def asked(self, rng, subject=None, words=0.08):
        """(question, answer, wrong answers) that is no item; a share of `words` asks for a word that it names."""
        while True:
            if rng.random() < words:
                answer, *wrong = rng.sample(self.words, 4)
                question = rng.choice([f"Which word is {answer}?", f"Where do you read {answer}?", f"Find {answer}.",
                                       f"Which of these is the word {answer}?"])
            elif subject == "elementary_mathematics" or (subject is None and rng.random() < 0.15):
                question, answer, wrong = sum_question(rng)
            else:
                facts = self.by_subject.get(subject) or self.facts
                # Tables are long: a table row is drawn more seldom than a fact of its own.
                fact = rng.choice(facts)
                if len(fact.wrong) > 8 and rng.random() < 0.5:
                    fact = rng.choice(facts)
                question, answer, wrong = rng.choice(fact.questions), fact.answer, fact.wrong
            if len(set(wrong)) < 2 or self.refused("question", self.watch.question(question, answer)):
                continue
            return question, answer, list(wrong)

    def pick(self, rng):
        """Lettered choices where the question names the answer: what is left to learn is to find it and to say its letter."""
        return self.choice(rng, words=1.0)

    def letters(self, rng):
        """Lists of lettered words, and then which letter each word has: many letters in few tokens."""
        parts, before = [], ""
        for _ in range(rng.randint(2, 5)):
            words = rng.sample(self.words, 4)
            listed = "\n".join(f"{letter}. {word}" for letter, word in zip("ABCD", words))
            parts.append((before + listed + "\n", 0))
            for index in (rng.randrange(4) for _ in range(4)):
                parts += [(words[index] + ":", 0), (" " + "ABCD"[index], 2), ("\n", 0)]
            before = "\n"
        return parts

    def choice(self, rng, words=0.08):
        subject = rng.choice(SUBJECTS + [None, None, None])
        name = (subject or rng.choice(["general science", "biology", "physics"])).replace("_", " ")
        parts, before = [], f"The following are multiple choice questions (with answers) about {name}.\n\n"
        # Mostly the letter alone, as the task wants it; the text as well or alone teaches what the letters stand for.
        form = rng.choices(["letter", "both", "text", "text first"], [60, 15, 10, 15])[0]
        for _ in range(rng.randint(1, 6)):
            question, answer, wrong = self.asked(rng, subject, words)
            while len(wrong) < 3:
                more = rng.choice(self.facts).answer
                if more not in wrong + [answer]:
                    wrong.append(more)
            options = rng.sample(wrong, 3) + [answer]
            rng.shuffle(options)
            listed = "".join(f"\n{letter}. {option}" for letter, option in zip("ABCD", options))
            parts.append((before + question + listed + "\nAnswer:", 0))
            letter = " " + "ABCD"[options.index(answer)]
            if form == "text first":
                parts += [(" " + answer + ":", 1), (letter, 4)]
            else:
                parts += [(letter, 4)] if form != "text" else []
                parts += [((". " if form == "both" else " ") + answer, 1)] if form != "letter" else []
            before = "\n\n"
        return parts

    def answer(self, rng):
        parts, before = [], ""
        for _ in range(rng.randint(1, 6)):
            question, answer, _ = self.asked(rng, "science" if rng.random() < 0.5 else None)
            parts += [(before + "Question: " + question + "\nAnswer:", 0), (" " + answer, 1)]
            before = "\n\n"
        return parts

    def statements(self, rng):
        return [(" ".join(rng.sample(self.filler, rng.randint(3, 8))), 0.3)]

    def scene(self, rng):
        parts, before = [], ""
        for _ in range(rng.randint(1, 3)):
            begin, end = tell(rng, rng.choice(self.scenes))
            if not self.refused("scene", self.watch.text(begin, begin.split(": ", 1)[1], end)):
                parts += [(before + begin, 0.1), (end, 0.6)]
                before = "\n\n"
        return parts

    def problem(self, rng):
        parts, before = [], ""
        for _ in range(rng.choice([1, 2, 3, 4, 5, 6, 7])):
            question, worked = problem(rng)
            if not self.refused("problem", self.watch.problem(question)):
                parts += [(before + "Question: " + question + "\nAnswer:", 0), (" " + worked, 0.6)]
                before = "\n\n"
        return parts + [("\n\n", 0.6)]

    def drill(self, rng):
        parts = []
        for sums, result in drill(rng, rng.randint(10, 40)):
            if not self.refused("drill", self.watch.question(sums, result)):
                parts += [(sums, 0), (result + "\n", 0.6)]
        return parts

    def function(self, rng):
        while True:
            prompt, code = function(rng)
            if not self.refused("function", self.watch.function(prompt, code)):
                return [(prompt, 0), (code, 0.5)]

    def needle(self, rng):
        size = int(2 ** rng.uniform(1, 1 + (self.longest_needle / 4) ** 0.5)) if rng.random() < 0.5 else \
            rng.randint(2, self.longest_needle)
        prompt, answer = needle(rng, self.filler, size)
        return [(prompt, 0), (answer, 1.5)]

    def copying(self, rng):
        return [(text, 0.5 if known else 0) for text, known in copying(rng)]

    def chat(self, rng):
        parts = []
        for _ in range(rng.choice([1, 2])):
            question, answer, _ = self.asked(rng)
            parts += [("<|im_start|>user\n" + question + "<|im_end|>\n<|im_start|>assistant\n", 0),
                      (answer + "<|im_end|>", 0.5), ("\n", 0)]
        return parts

    def document(self, rng):
        """(kind, segments)."""
        kind = rng.choices(list(self.mixture), list(self.mixture.values()))[0]
        return kind, getattr(self, kind)(rng)


def documents(seed, count, generator=None):
    generator, rng = generator or Generator(), random.Random(seed)
    for _ in range(count):
        yield generator.document(rng)


if __name__ == "__main__":
    import sys
    for kind, parts in documents(int(sys.argv[1]) if len(sys.argv) > 1 else 0, 12):
        print(f"----- {kind}\n" + "".join(text for text, _ in parts))
