"""What must never be in the training text: the items of the miniature data sets and trivial rewordings of them.

Watch reads the miniature rows and says of a document whether it gives an item away:
  questions   the same words but for function words, or one word more or less with the same answer
  problems    a question with the same numbers in the same order
  sums        a question or drill for the same two operands (either order)
  endings     a beginning or an ending of a scene
  functions   the same docstring or, names apart, the same body
  needles     a key made of the words of the needle task
"""
import ast
import csv
import glob
import json
import os
import re

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "datasets", "mini")
FUNCTION_WORDS = set("""a an the of in on at to for from by with and or is are was were be do does did what which who whom
whose how many much when where why this these that those it its as there here into out one each any some so if we our you
they their he she his her not no called name""".split())


def content_words(text):
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'s", ""))
    return frozenset(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in words if w not in FUNCTION_WORDS)


def squeeze(text):
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def numbers_of(text):
    return tuple(re.findall(r"\d+", text))


def sums_of(text):
    """Operands of the sums that a short question asks for, for example 7 + 8."""
    found = set()
    for a, word, b in re.findall(r"(\d+) ?(\+|-|\*|/|times|divided by|plus|minus) ?(\d+)", text):
        op = {"times": "*", "divided by": "/", "plus": "+", "minus": "-"}.get(word, word)
        found.add((op,) + (tuple(sorted((a, b))) if op in "+*" else (a, b)))
    return found


def body_shape(code):
    """The syntax tree with names and docstrings taken out."""
    try:
        function = next(n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef))
    except (SyntaxError, StopIteration):
        return None
    known = {}
    lines = []
    for statement in function.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                node.id = known.setdefault(node.id, f"v{len(known)}")
        lines.append(ast.dump(statement))
    return "\n".join(lines)


def signature(function):
    """Types of the parameters and of the result, as written."""
    return tuple(ast.unparse(part) if part else "" for part in [a.annotation for a in function.args.args] + [function.returns])


class Behaviour:
    """What a miniature problem asks of a function: its types and its tests."""

    def __init__(self, row):
        function = next(n for n in ast.walk(ast.parse(row["prompt"] + row["canonical_solution"])) if isinstance(n, ast.FunctionDef))
        self.signature, scope = signature(function), {}
        exec(row["test"], scope)
        self.check = scope["check"]

    def met_by(self, candidate):
        try:
            self.check(candidate)
            return True
        except Exception:  # it is another function, whatever it does with these arguments
            return False


def rows(pattern):
    for path in sorted(glob.glob(os.path.join(DATA, pattern))):
        with open(path, encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


class Watch:
    def __init__(self, extra_questions=()):
        self.questions, self.texts, self.sums, self.problems = [], set(), set(), set()
        self.shapes, self.docs, self.behaviours = set(), set(), []
        for path in sorted(glob.glob(os.path.join(DATA, "mmlu", "*", "*.csv"))):
            with open(path, encoding="utf-8", newline="") as lines:
                for row in csv.reader(lines):
                    self.add_question(row[0], row[1 + "ABCD".index(row[5])])
        for row in rows("arc/*.jsonl"):
            answer = next(c["text"] for c in row["question"]["choices"] if c["label"] == row["answerKey"])
            self.add_question(row["question"]["stem"], answer)
        for row in rows("gsm8k/*.jsonl"):
            self.problems.add(numbers_of(row["question"]))
            self.texts.add(squeeze(row["question"]))
        for row in rows("hellaswag/*.jsonl"):
            self.texts.update([squeeze(row["ctx"])] + [squeeze(e) for e in row["endings"]])
        for row in rows("humaneval/*.jsonl"):
            self.shapes.add(body_shape(row["prompt"] + row["canonical_solution"]))
            self.docs.add(content_words(row["prompt"].split('"""')[1].split(">>>")[0]))
            self.behaviours.append(Behaviour(row))
        for question, answer in extra_questions:
            self.add_question(question, answer)

    def add_question(self, question, answer):
        self.questions.append((content_words(question), squeeze(answer), numbers_of(question)))
        self.texts.add(squeeze(question))
        self.sums.update(sums_of(question) if len(question) < 60 else ())

    def question(self, question, answer):
        """Why the question must not be trained on, or ''."""
        words, said = content_words(question), squeeze(answer)
        if squeeze(question) in self.texts:
            return "the question of an item"
        if self.sums & (sums_of(question) if len(question) < 60 else set()):
            return "the operands of an item"
        for item, right, numbers in self.questions:
            if item and (words == item or (said == right and len(words ^ item) <= 1 and len(words & item) > 1)):
                if not numbers or numbers == numbers_of(question):
                    return "an item but for small words: " + " ".join(sorted(item))
        return ""

    def problem(self, question):
        return "the numbers of an item" if numbers_of(question) in self.problems else self.text(question)

    def text(self, *parts):
        return "a sentence of an item" if any(squeeze(p) in self.texts for p in parts) else ""

    def function(self, prompt, completion):
        doc = content_words(prompt.split('"""')[1].split(">>>")[0])
        if doc in self.docs:
            return "the docstring of an item"
        if body_shape(prompt + completion) in self.shapes:
            return "the body of an item"
        try:
            function = next(n for n in ast.parse(prompt + completion).body if isinstance(n, ast.FunctionDef))
        except (SyntaxError, StopIteration):
            return ""
        alike = [b for b in self.behaviours if b.signature == signature(function)]
        scope = {}
        if alike:
            exec(prompt + completion, scope)
        return "another body for an item" if any(b.met_by(scope[function.name]) for b in alike) else ""


def needle_words():
    """The words that the needle task makes its keys of."""
    with open(os.path.join(DATA, "..", "..", "tasks", "longctx", "magic.cc"), encoding="utf-8") as source:
        lists = re.findall(r"k(?:Adjectives|Nouns)\[\] = \{(.*?)\};", source.read(), re.S)
    return set(re.findall(r'"(\w+)"', " ".join(lists)))


def leaks(watch, kind, text):
    """What of the items a finished document gives away, read from its text alone."""
    found = []
    words = " " + squeeze(text) + " "
    found += [item for item in watch.texts if item.count(" ") >= 4 and f" {item} " in words]
    asked = re.findall(r"(?:^|\n\n|<\|im_start\|>user\n)(?:Question: )?([^\n]+)(?:\nAnswer:|<\|im_end\|>\n<\|im_start\|>assistant\n)"
                       r" ?([^\n<]+)", text)
    for question, options, letter in re.findall(r"\n\n([^\n]+)((?:\n[A-D]\. [^\n]+){4})\nAnswer: ([A-D])", text):
        asked.append((question, re.search(rf"\n{letter}\. ([^\n]+)", options).group(1)))
    for question, options, answer in re.findall(r"\n\n([^\n]+)((?:\n[A-D]\. [^\n]+){4})\nAnswer: ([^\n]+)", text):
        asked.append((question, answer))
    if kind == "problem":
        found += [q for q, _ in asked if watch.problem(q)]
    else:
        found += [q for q, a in asked if watch.question(q, a)]
    if kind == "drill":
        found += [line for line in text.split("\n") if watch.question(*(line + "=").split("=")[:2])]
    if kind == "function" and watch.function(*re.match(r'(.*?""".*?"""\n)(.*)', text, re.S).groups()):
        found.append(text)
    keys = re.findall(r"magic numbers? for (\w+)-(\w+)", text)
    found += ["-".join(key) for key in keys if set(key) & needle_words()]
    return found
