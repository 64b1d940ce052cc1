"""Nothing of the miniature data sets is in the training text: checked on documents of every kind as they come out of
the generator, and on everything they are made of. Plants items to see that it would notice. Needs no PyTorch."""
import collections
import csv
import glob
import json
import os
import random
import unittest

import contamination
from contamination import Watch, leaks, needle_words, squeeze
from facts import Fact
from generate import MIXTURE, Generator
from needles import FIRST, SECOND
from scenes import load

DOCUMENTS_OF_A_KIND = 250


class Contamination(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.watch = Watch()
        cls.generator = Generator(cls.watch)

    def test_the_watch_knows_all_items(self):
        self.assertEqual(len(self.watch.problems), 93)  # two of the 94 have the same numbers
        self.assertGreaterEqual(len(self.watch.questions), 104 + 40 + 68 + 32)
        self.assertEqual(len(self.watch.docs), 24)

    def test_documents_give_no_item_away(self):
        rng = random.Random("contamination")
        for kind in MIXTURE:
            with self.subTest(kind=kind):
                for _ in range(DOCUMENTS_OF_A_KIND):
                    text = "".join(part for part, _ in getattr(self.generator, kind)(rng))
                    self.assertEqual(leaks(self.watch, kind, text), [], text)

    def test_what_documents_are_made_of_is_no_item(self):
        for fact in self.generator.facts:
            for question in fact.questions:
                self.assertEqual(self.watch.question(question, fact.answer), "", question)
            for statement in fact.statements:
                self.assertEqual(self.watch.text(statement), "", statement)
        for _, _, begins, ends in load():
            for part in begins + ends:
                self.assertEqual(self.watch.text(part), "", part)

    def test_needle_keys_are_of_other_words(self):
        self.assertEqual(len(needle_words()), 48)
        self.assertEqual(needle_words() & set(FIRST + SECOND), set())

    def planted(self, kind, parts):
        """Whether the check over documents notices what a generator gone wrong would write."""
        return bool(leaks(self.watch, kind, "".join(parts)))

    def test_planted_items_are_noticed(self):
        first = {}
        for name, pattern in (("arc", "arc/*-Test.jsonl"), ("gsm8k", "gsm8k/test.jsonl"),
                              ("hellaswag", "hellaswag/*_val.jsonl"), ("humaneval", "humaneval/*.jsonl")):
            first[name] = list(contamination.rows(pattern))
        for row in first["arc"]:
            question = row["question"]
            answer = next(c["text"] for c in question["choices"] if c["label"] == row["answerKey"])
            self.assertTrue(self.planted("answer", ["Question: ", question["stem"], "\nAnswer: ", answer]), row)
        for row in first["gsm8k"]:
            self.assertTrue(self.planted("problem", ["Question: ", row["question"], "\nAnswer: ", row["answer"]]), row)
        for row in first["hellaswag"]:
            self.assertTrue(self.planted("scene", [row["ctx"], " ", row["endings"][row["label"]]]), row)
            self.assertTrue(self.planted("scene", ["Somebody ", row["endings"][row["label"]]])
                            or squeeze(row["endings"][row["label"]]).count(" ") < 4, row)
        for row in first["humaneval"]:
            self.assertTrue(self.planted("function", [row["prompt"], row["canonical_solution"]]), row)
        for path in glob.glob(os.path.join(contamination.DATA, "mmlu", "test", "*.csv")):
            with open(path, encoding="utf-8", newline="") as lines:
                for row in csv.reader(lines):
                    if "\n" in row[0]:
                        continue  # its first line alone is no question
                    listed = [f"\n{letter}. {text}" for letter, text in zip("ABCD", row[1:5])]
                    text = ["The following are ...\n\n", row[0]] + listed + ["\nAnswer: ", row[5]]
                    self.assertTrue(self.planted("choice", text), row)

    def test_trivial_rewordings_are_noticed(self):
        for kind, text in (
                ("answer", "Question: What is France's capital called?\nAnswer: Paris"),
                ("answer", "Question: What is 8 + 7?\nAnswer: 15"),
                ("drill", "3+4=7\n8+7=15\n"),
                ("answer", "Question: Which gas do people take in when they breathe in?\nAnswer: oxygen"),
                ("problem", "Question: Eve has 4 sacks of nuts. Each holds 8 nuts. She eats 5. What is left?\n"
                            "Answer: 27"),
                ("function", 'def other(a: str, b: str) -> int:\n    """Other words."""\n'
                             "    return sum(1 for x, y in zip(a, b) if x != y)\n"),
                ("function", "from typing import List\n\n\ndef other(a: List[int], b: List[int]) -> List[int]:\n"
                             '    """Other words."""\n    return sorted(a + b)\n'),
                ("needle", "One of the special magic numbers for icy-table is: 1.")):
            self.assertTrue(self.planted(kind, [text]), text)
        self.assertFalse(self.planted("answer", ["Question: Which metal is yellow?\nAnswer: gold"]))

    def test_a_planted_fact_does_not_come_out(self):
        rng = random.Random(1)
        generator = Generator(self.watch)
        item = Fact("science", "Paris", ["What is the capital of France?"], ["Nice", "Lyon", "Rome"], [])
        generator.facts = [item] * 5 + generator.facts[:5]
        generator.by_subject = collections.defaultdict(list, {"science": generator.facts})
        texts = ["".join(text for text, _ in generator.answer(rng)) for _ in range(40)]
        self.assertFalse(any("capital of France?" in text for text in texts))
        self.assertGreater(generator.dropped["question"], 0)

    def test_miniature_rows_are_where_the_watch_looks(self):
        for pattern in ("arc/*.jsonl", "gsm8k/*.jsonl", "hellaswag/*.jsonl", "humaneval/*.jsonl"):
            self.assertTrue(json.dumps(next(contamination.rows(pattern))))


if __name__ == "__main__":
    unittest.main()
