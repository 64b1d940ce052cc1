"""Where two heads are to look in lettered choices while the model learns them.

To answer with a letter takes two steps that hardly pay alone: every part of an option must know its letter, and the place
before the answer must find the option that is right. A small network finds the pair only after very many questions, so
training adds a loss on what two of its heads attend to: one of layer 1 looks from an option back at its letter, one of
the last layer from the place before the answer at the right option. What they read there is for the network to find.
"""
import torch

OPTION_HEAD, ANSWER_HEAD = 3, 3
OPTION_WEIGHT, ANSWER_WEIGHT = 0.05, 1.0


class Guide:
    def __init__(self, tokenizer, last_layer):
        def one(text):
            ids = tokenizer.encode(text)
            assert len(ids) == 1, text
            return ids[0]
        self.newline, self.dot = one("\n"), one(".")
        self.listed = {one(letter): letter for letter in "ABCD"}
        self.answered = {one(" " + letter): letter for letter in "ABCD"}
        self.last_layer = last_layer

    def of_row(self, ids, weights):
        """(tokens of options, their letter's place), (places before a letter, the right option's tokens)."""
        spans, options, answers = {}, [], []
        i = 1
        while i < len(ids):
            if ids[i] in self.listed and ids[i - 1] == self.newline and i + 1 < len(ids) and ids[i + 1] == self.dot or \
                    i == 1 and ids[i] in self.listed and ids[i + 1] == self.dot:
                end = i + 1
                while end < len(ids) and ids[end] != self.newline:
                    end += 1
                end = min(end, len(ids) - 1)
                spans[self.listed[ids[i]]] = range(i + 2, end + 1)
                options += [(place, i) for place in range(i + 2, end + 1)]
                i = end
            else:
                if weights[i] > 0 and ids[i] in self.answered and self.answered[ids[i]] in spans:
                    answers.append((i - 1, spans[self.answered[ids[i]]]))
                i += 1
        return options, answers

    def of_chunk(self, chunk, time):
        """Guides for model.forward and their weights, or nothing. chunk: rows of (ids, weights, kind)."""
        options, answers = [], []
        for row, (ids, weights, kind) in enumerate(chunk):
            if kind in ("choice", "pick", "letters"):
                found = self.of_row(ids, weights)
                options += [(row, at, [to]) for at, to in found[0]]
                answers += [(row, at, to) for at, to in found[1]]
        guides = []
        for layer, head, places in ((1, OPTION_HEAD, options), (self.last_layer, ANSWER_HEAD, answers)):
            if places:
                to = torch.zeros(len(places), time, dtype=torch.bool)
                for i, (_, _, targets) in enumerate(places):
                    to[i, list(targets)] = True
                guides.append((layer, head, torch.tensor([p[0] for p in places]), torch.tensor([p[1] for p in places]), to))
        return guides
