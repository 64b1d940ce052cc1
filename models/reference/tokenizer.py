"""Byte-level BPE with the pre-tokenizer that llama.cpp calls gpt-2; digits are never merged.

The training text is ASCII, so plain `re` stands for the Unicode classes here; tokenizer_check.py compares with llama.cpp.
"""
import collections
import heapq
import json
import re

SPECIALS = ["<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>"]
BOS, EOS, IM_START, IM_END = range(4)
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")
SPECIAL = re.compile("(" + "|".join(re.escape(s) for s in SPECIALS) + ")")


def byte_letters():
    """GPT-2's printable stand-in for each byte."""
    plain = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters = {b: chr(b) for b in plain}
    for b in range(256):
        letters.setdefault(b, chr(256 + len(letters) - len(plain)))
    return letters


LETTERS = byte_letters()


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(m) for m in merges]
        self.rank = {m: i for i, m in enumerate(self.merges)}
        self.tokens = SPECIALS + [LETTERS[b] for b in range(256)] + [a + b for a, b in self.merges]
        self.ids = {t: i for i, t in enumerate(self.tokens)}
        self.cache = {}

    def piece(self, piece):
        ids = self.cache.get(piece)
        if ids is None:
            parts = [LETTERS[b] for b in piece.encode("utf-8")]
            while len(parts) > 1:
                best = min(range(len(parts) - 1), key=lambda i: self.rank.get((parts[i], parts[i + 1]), 1 << 30))
                if (parts[best], parts[best + 1]) not in self.rank:
                    break
                parts[best:best + 2] = [parts[best] + parts[best + 1]]
            ids = self.cache[piece] = [self.ids[p] for p in parts]
        return ids

    def encode(self, text):
        """Ids of a text; the names of special tokens in it become those tokens."""
        ids = []
        for part in SPECIAL.split(text):
            if part in SPECIALS:
                ids.append(SPECIALS.index(part))
            else:
                for piece in PIECES.findall(part):
                    ids.extend(self.piece(piece))
        return ids

    def decode(self, ids):
        back = {letter: b for b, letter in LETTERS.items()}
        return bytes(back[c] for i in ids if i >= len(SPECIALS) for c in self.tokens[i]).decode("utf-8", "replace")

    def save(self, path):
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"merges": [" ".join(m) for m in self.merges]}, out, ensure_ascii=False, indent=0)

    @staticmethod
    def load(path):
        with open(path, encoding="utf-8") as file:
            return Tokenizer([m.split(" ") for m in json.load(file)["merges"]])


def learn(texts, size):
    """Merges for a vocabulary of `size` tokens, most frequent pair first; ties go to the smaller pair."""
    pieces = collections.Counter()
    for text in texts:
        for part in SPECIAL.split(text):
            if part not in SPECIALS:
                pieces.update(PIECES.findall(part))
    words = [[[LETTERS[b] for b in p.encode("utf-8")], n] for p, n in sorted(pieces.items()) if not re.search("[0-9]", p)]
    counts, where = collections.Counter(), collections.defaultdict(set)
    for i, (parts, n) in enumerate(words):
        for pair in zip(parts, parts[1:]):
            counts[pair] += n
            where[pair].add(i)
    heap = [(-n, pair) for pair, n in counts.items()]
    heapq.heapify(heap)
    merges, made = [], set()
    while heap and len(merges) < size - 256 - len(SPECIALS):
        n, pair = heapq.heappop(heap)
        if counts[pair] != -n:
            if counts[pair] > 0:
                heapq.heappush(heap, (-counts[pair], pair))
            continue
        if n == 0 or "".join(pair) in made:
            counts[pair] = 0
            continue
        merges.append(pair)
        made.add("".join(pair))
        touched = set()
        for i in list(where[pair]):
            parts, times = words[i]
            for old in zip(parts, parts[1:]):
                counts[old] -= times
                touched.add(old)
            joined, j = [], 0
            while j < len(parts):
                if j + 1 < len(parts) and (parts[j], parts[j + 1]) == pair:
                    joined.append(parts[j] + parts[j + 1])
                    j += 2
                else:
                    joined.append(parts[j])
                    j += 1
            words[i][0] = joined
            for new in zip(joined, joined[1:]):
                counts[new] += times
                where[new].add(i)
                touched.add(new)
        for t in touched:
            if counts[t] > 0:
                heapq.heappush(heap, (-counts[t], t))
    return merges
