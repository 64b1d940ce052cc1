"""Trains the reference model: two or more processes share the weights, each works on documents of its own.

  python3 train.py --out FOLDER [--processes 2] [--tokens 4096] [--resume] [--device cuda]

The learning rate is warmed up, stays, and falls to zero once FOLDER/anneal holds a number of steps (or --anneal-at says
when); FOLDER/mixture.json, when there, replaces the mixture of documents. Checkpoints: FOLDER/state.pt, log: log.jsonl.
"""
import argparse
import json
import os
import random
import sys
import time

os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")
if "avx512_bf16" in (open("/proc/cpuinfo").read() if os.path.exists("/proc/cpuinfo") else ""):
    os.environ.setdefault("OPENBLAS_CORETYPE", "COOPERLAKE")  # OpenBLAS 0.3.21 does not know newer ones
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("Training needs PyTorch: scripts/setup.sh --train installs it for /usr/bin/python3 (python3-torch, libopenblas0-pthread).")

import guide
import model
from generate import Generator, documents
from tokenizer import BOS, EOS, Tokenizer, learn

HERE = os.path.dirname(os.path.abspath(__file__))
TOKENIZER = os.path.join(HERE, "tokenizer.json")


def encode(tokenizer, parts):
    ids, weights = [BOS], [0.0]
    for text, weight in parts:
        piece = tokenizer.encode(text)
        ids += piece
        weights += [weight] * len(piece)
    return ids + [EOS], weights + [parts[-1][1]]


def batches(generator, tokenizer, rng, tokens, longest):
    """Rectangles of documents of similar length: (ids, weights, kinds) that hold about `tokens` in all."""
    rows, total = [], 0
    while total < tokens:
        kind, parts = generator.document(rng)
        if not parts:
            continue
        ids, weights = encode(tokenizer, parts)
        rows.append((ids[:longest], weights[:longest], kind))
        total += len(rows[-1][0])
    rows.sort(key=lambda row: len(row[0]))
    while rows:
        chunk = [rows.pop()]
        while rows and len(chunk[0][0]) * (len(chunk) + 1) <= 2048 and len(rows[-1][0]) > 0.7 * len(chunk[0][0]):
            chunk.append(rows.pop())
        yield chunk


def orthogonal(stack, steps=5):
    """Newton-Schulz iteration (Muon) on a stack of matrices that are at least as wide as high."""
    x = stack / (stack.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        a = x @ x.transpose(-1, -2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
    return x


class Optimizer:
    """Muon for the matrices of the layers, Adam for the embedding and the gains; this process does its share."""

    def __init__(self, weights, moments, c, rank, count):
        names = [n for n, _ in model.shapes(c)]
        w, self.m, self.v = (model.views(flat, c) for flat in (weights, moments[0], moments[1]))
        self.w, self.c = w, c
        self.adam = [n for n in names if n == "embed" or "norm" in n] if rank == 0 else []
        matrices = []
        for n in names:
            if n.endswith("qkv"):
                matrices += [(n, i * c["width"], c["width"], False) for i in range(3)]
            elif n.endswith("gate_up"):
                matrices += [(n, i * c["inner"], c["inner"], True) for i in range(2)]
            elif n.endswith(("out", "down")):
                matrices.append((n, 0, c["width"], False))
        self.muon = matrices[rank::count]

    def step(self, grads, step, rate, settings):
        g = model.views(grads, self.c)
        for n in self.adam:
            self.m[n].lerp_(g[n], 0.1)
            self.v[n].lerp_(g[n] * g[n], 0.02)
            mean, square = self.m[n] / (1 - 0.9 ** step), self.v[n] / (1 - 0.98 ** step)
            self.w[n].sub_(mean / (square.sqrt() + 1e-10) * (rate * settings["adam"]))
        groups = {}
        for n, at, high, turned in self.muon:
            part, moment = g[n][at:at + high], self.m[n][at:at + high]
            moment.mul_(0.95).add_(part)
            update = part + 0.95 * moment
            update = update.t() if turned else update
            factor = model.BRANCH if n.endswith(("out", "down")) else 1.0
            groups.setdefault(update.shape, []).append((update, self.w[n][at:at + high], turned, factor))
        for group in groups.values():
            for update, (_, w, turned, factor) in zip(orthogonal(torch.stack([u for u, *_ in group])), group):
                update = update.t() if turned else update
                scale = max(1.0, w.shape[0] / w.shape[1]) ** 0.5 * factor
                w.mul_(1 - rate * settings["muon"] * settings["decay"]).sub_(update * (rate * settings["muon"] * scale))


def work(rank, args, weights, grads, moments, barrier, counters):
    torch.set_num_threads(1)
    c, device = model.CONFIG, args.device
    tokenizer, generator = Tokenizer.load(TOKENIZER), Generator()
    step = int(counters[0])
    rng = random.Random(f"{args.seed}/{rank}/{step}")
    flat = weights.to(device)
    slope = torch.zeros_like(flat)
    leaves = {n: v.requires_grad_(True) for n, v in model.views(flat, c).items()}
    for name, view in model.views(slope, c).items():
        leaves[name].grad = view  # autograd adds in place
    rotary = model.Rotary(c, device)
    guided = guide.Guide(tokenizer, c["layers"] - 1)
    optimizer = Optimizer(weights, moments, c, rank, args.processes)
    settings = {"adam": args.adam, "muon": args.muon, "decay": args.decay}
    anneal = None
    mixture_file, anneal_file = os.path.join(args.out, "mixture.json"), os.path.join(args.out, "anneal")
    losses, begun, tokens = {}, time.time(), 0
    while True:
        if step % 10 == 0 and os.path.exists(mixture_file):
            generator.mixture = json.load(open(mixture_file))
        longest = 160 if step < args.short else args.longest
        generator.longest_needle = 6 if step < args.short else min(args.needle, 6 + (step - args.short) // 12)
        weight_sum = 0.0
        for chunk in batches(generator, tokenizer, rng, args.tokens, longest):
            length = max(len(ids) for ids, _, _ in chunk)
            ids = torch.tensor([row + [EOS] * (length - len(row)) for row, _, _ in chunk])
            weight = torch.tensor([row[1:] + [0.0] * (length + 1 - len(row)) for _, row, _ in chunk])
            target = torch.cat((ids[:, 1:], ids[:, :1]), 1).view(-1)
            wanted = weight.view(-1).nonzero().squeeze(1)
            if wanted.numel() == 0:
                continue
            guides = [(layer, head, *(t.to(device) for t in rest)) for layer, head, *rest in guided.of_chunk(chunk, length)]
            logits = model.forward(leaves, c, rotary, ids.to(device), wanted.to(device), guides)
            logits, missed = logits if guides else (logits, [])
            each = F.cross_entropy(logits, target[wanted].to(device), reduction="none")
            w = weight.view(-1)[wanted].to(device)
            loss = (each * w).sum()
            for (layer, *_), miss in zip(guides, missed):
                last = layer == c["layers"] - 1
                loss = loss + miss.sum() * (guide.ANSWER_WEIGHT if last else guide.OPTION_WEIGHT)
                seen = losses.setdefault("answer head" if last else "option head", [0, 0.0, 0.0])
                seen[0], seen[1] = seen[0] + miss.numel(), seen[1] + float(miss.sum())
                seen[2] += int((miss < 0.69).sum())
            loss.backward()
            weight_sum += float(w.sum())
            tokens += ids.numel()
            each, right = each.detach(), (logits.detach().argmax(-1) == target[wanted].to(device)).float()
            row = torch.div(wanted, length, rounding_mode="floor").tolist()
            for r, l, ok in zip(row, each.tolist(), right.tolist()):
                seen = losses.setdefault(chunk[r][2], [0, 0.0, 0.0])
                seen[0], seen[1], seen[2] = seen[0] + 1, seen[1] + l, seen[2] + ok
        grads[rank].copy_(slope)
        counters[2 + rank] = weight_sum
        slope.zero_()
        barrier.wait()
        step += 1
        with torch.no_grad():
            total = grads.sum(0) / float(counters[2:2 + args.processes].sum())
            total *= min(1.0, 1.0 / (float(total.norm()) + 1e-9))
            if anneal is None and os.path.exists(anneal_file):
                anneal = (step, int(open(anneal_file).read()))
            rate = min(1.0, step / args.warmup)
            if anneal:
                rate *= max(0.0, 1 - (step - anneal[0]) / anneal[1])
            optimizer.step(total, step, rate, settings)
        barrier.wait()
        if device != "cpu":
            with torch.no_grad():
                flat.copy_(weights)
        over = anneal is not None and step >= anneal[0] + anneal[1]
        if rank == 0 and (step % args.report == 0 or over):
            counters[1] += tokens * args.processes
            entry = {"step": step, "tokens": int(counters[1]), "seconds": round(time.time() - begun), "rate": rate,
                     "cpu": round(time.process_time()), "loss": {k: round(v[1] / v[0], 3) for k, v in losses.items()},
                     "right": {k: round(v[2] / v[0], 3) for k, v in losses.items()}}
            with open(os.path.join(args.out, "log.jsonl"), "a") as log:
                log.write(json.dumps(entry) + "\n")
            losses, tokens = {}, 0
            counters[0] = step
            state = {"weights": weights, "moments": moments, "counters": counters, "config": c}
            torch.save(state, os.path.join(args.out, "state.tmp"))
            os.replace(os.path.join(args.out, "state.tmp"), os.path.join(args.out, "state.pt"))
        if over or step >= args.steps:
            return


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=4096, help="tokens of a step in each process")
    parser.add_argument("--steps", type=int, default=1000000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--muon", type=float, default=0.02)
    parser.add_argument("--decay", type=float, default=0.1)
    parser.add_argument("--adam", type=float, default=0.004)
    parser.add_argument("--warmup", type=int, default=40)
    parser.add_argument("--short", type=int, default=200, help="steps with short documents at the start")
    parser.add_argument("--longest", type=int, default=800)
    parser.add_argument("--needle", type=int, default=26, help="sentences of filler around a needle, at most")
    parser.add_argument("--report", type=int, default=20)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    if not os.path.exists(TOKENIZER):
        print("Learning the tokenizer ...", flush=True)
        texts = ("".join(t for t, _ in parts) for _, parts in documents("tokenizer", 20000))
        Tokenizer(learn(texts, model.CONFIG["vocab"])).save(TOKENIZER)
    n = model.size(model.CONFIG)
    weights, grads = torch.zeros(n), torch.zeros(args.processes, n)
    moments, counters = torch.zeros(2, n), torch.zeros(2 + args.processes, dtype=torch.float64)
    if args.resume:
        state = torch.load(os.path.join(args.out, "state.pt"))
        weights, moments = state["weights"], state["moments"]
        if state["config"] != model.CONFIG:
            weights = model.grown(weights, model.CONFIG, int(args.seed))
            moments = F.pad(moments, (0, n - moments.shape[1]))
        counters[:2] = state["counters"][:2]
    else:
        model.initialise(weights, model.CONFIG, int(args.seed))
    print(f"{n} parameters, step {int(counters[0])}", flush=True)
    for shared in (weights, grads, moments, counters):
        shared.share_memory_()
    context = torch.multiprocessing.get_context("spawn")
    barrier = context.Barrier(args.processes)
    torch.multiprocessing.spawn(work, (args, weights, grads, moments, barrier, counters), args.processes)


if __name__ == "__main__":
    main()
