"""Writes what the C++ tests compare the exported model with: token ids and log-likelihoods as the trainer has them.

  python3 cases.py FOLDER/state.pt ../../tests/cases/reference_model.jsonl
"""
import json
import os
import random
import sys

try:
    import torch
except ImportError:
    sys.exit("This needs PyTorch: scripts/setup.sh --train installs it for /usr/bin/python3.")

import model
from generate import MIXTURE, Generator
from tokenizer import BOS, Tokenizer

HERE = os.path.dirname(os.path.abspath(__file__))


def loglikelihood(weights, c, ids, scored):
    """Sum over the last `scored` ids, with the matrices rounded as in the file."""
    rotary = model.Rotary(c)
    w = {n: v if v.dim() == 1 else v.half().float() for n, v in model.views(weights, c).items()}
    logits = model.forward(w, c, rotary, torch.tensor([ids]), torch.arange(len(ids)))
    steps = torch.log_softmax(logits, -1)
    return sum(float(steps[i - 1, ids[i]]) for i in range(len(ids) - scored, len(ids)))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    state = torch.load(sys.argv[1])
    tokenizer, generator = Tokenizer.load(os.path.join(HERE, "tokenizer.json")), Generator()
    rng = random.Random("cases")
    with torch.no_grad(), open(sys.argv[2], "w", encoding="utf-8") as out:
        for kind in MIXTURE:
            for _ in range(3):
                parts = getattr(generator, kind)(rng)
                last = max(i for i, (_, weight) in enumerate(parts) if weight > 0)
                context, continuation = "".join(t for t, _ in parts[:last]), parts[last][0]
                if kind in ("function", "drill", "chat"):  # there the seam is not where the protocol would cut
                    context, continuation = "", context + continuation
                before = tokenizer.encode(context)
                ids = tokenizer.encode(context + continuation)
                if ids[:len(before)] != before or len(ids) > 400:
                    continue
                scored = len(ids) - len(before)
                total = loglikelihood(state["weights"], state["config"], [BOS] + ids, scored)
                out.write(json.dumps({"kind": kind, "context": context, "continuation": continuation, "ids": ids,
                                      "scored": scored, "loglikelihood": round(total, 4)}) + "\n")


if __name__ == "__main__":
    main()
