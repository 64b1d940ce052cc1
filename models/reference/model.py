"""The network: a small Llama (RMSNorm, rotary positions on neighbouring pairs as llama.cpp's llama has them, SwiGLU,
tied embedding). Weights live in one flat buffer, so that processes share them and a checkpoint is one tensor.
"""
import math

import torch
import torch.nn.functional as F

CONFIG = {"vocab": 3072, "width": 256, "layers": 5, "heads": 4, "inner": 768, "context": 2048, "theta": 10000.0,
          "epsilon": 1e-5}
# What the layers add to the stream is kept small beside the embedding (which is tied to the output and so small itself):
# their last matrices begin and move by this factor less than the others. Without it a token's own identity drowns after
# the first layer, and copying is not learned.
BRANCH = 1 / 30


def shapes(c):
    out = [("embed", (c["vocab"], c["width"])), ("norm", (c["width"],))]
    for i in range(c["layers"]):
        out += [(f"{i}.norm1", (c["width"],)), (f"{i}.norm2", (c["width"],)),
                (f"{i}.qkv", (3 * c["width"], c["width"])), (f"{i}.out", (c["width"], c["width"])),
                (f"{i}.gate_up", (2 * c["inner"], c["width"])), (f"{i}.down", (c["width"], c["inner"]))]
    return out


def size(c):
    return sum(math.prod(s) for _, s in shapes(c))


def views(flat, c):
    out, at = {}, 0
    for name, shape in shapes(c):
        n = math.prod(shape)
        out[name] = flat[at:at + n].view(shape)
        at += n
    return out


def initialise(flat, c, seed):
    generator = torch.Generator().manual_seed(seed)
    w = views(flat, c)
    for name, view in w.items():
        if "norm" in name:
            view.fill_(1.0)
        else:
            std = TOKEN_STD if name == "embed" else 0.5 / math.sqrt(view.shape[1])
            if name.endswith(("out", "down")):
                std *= BRANCH
            view.copy_(torch.randn(view.shape, generator=generator) * std)
    build_copying(w, c, generator)


def grown(flat, c, seed):
    """The network of these weights with further layers on top up to `c`, which hardly change the stream at first."""
    whole = torch.zeros(size(c))
    initialise(whole, c, seed)
    whole[:flat.numel()] = flat  # layers come last
    return whole


# Where the stream begins with what: one dimension the same for all tokens, one for the beginning token alone, the
# tokens' own vectors, and room for what the first layer says of the token before and of the one before that.
CONSTANT, BEGIN, OWN, BEFORE, EARLIER = 0, 1, slice(2, 192), slice(192, 224), slice(224, 256)
TOKEN_STD = 0.115
SHARP = 3.0


def rows_of_a_rotation(count, width, generator):
    return torch.linalg.qr(torch.randn(width, width, generator=generator))[0][:count]


def build_copying(w, c, generator):
    """Two heads that find an earlier place like this one and copy what came after it (an induction circuit).

    Learning it takes more tokens than a processor can afford; needles, the numbers of a problem and the names of a
    function all need it, so training starts from it and is free to change it. Heads 0 and 1 of layer 0 look one
    and two tokens back: q and k are constant and turned by that many positions against each other. Head 0 of layer 1
    looks for places that come after the same two tokens, rests on the beginning when there is none, and writes the token
    that it finds.
    """
    head = c["width"] // c["heads"]
    embed = w["embed"]
    embed[:, BEFORE] = embed[:, EARLIER] = 0
    embed[:, BEGIN] = 0
    embed[:, CONSTANT] = 0.4
    embed[0] = 0
    embed[0, CONSTANT], embed[0, BEGIN] = 0.4, 1.6
    usual = 0.4 / math.sqrt(embed[1:].pow(2).mean())  # the constant dimension after the norm
    rate = c["theta"] ** (-torch.arange(0, head, 2).float() / head)
    own = rows_of_a_rotation(head, OWN.stop - OWN.start, generator)

    room = BEFORE.stop - BEFORE.start
    for back, place in ((1, BEFORE), (2, EARLIER)):
        at = slice((back - 1) * head, back * head)
        q, k, v = w["0.qkv"].view(3, c["width"], c["width"])[:, at]
        for part in (q, k, v):
            part.zero_()
        for i in range(8):  # quick pairs tell neighbours apart
            q[2 * i, CONSTANT] = 6.7 / usual
            k[2 * i, CONSTANT] = 6.7 / usual * math.cos(back * rate[i])
            k[2 * i + 1, CONSTANT] = 6.7 / usual * math.sin(back * rate[i])
        v[:, OWN] = own
        w["0.out"][:, at] = 0
        w["0.out"][place, at] = 0.115 * torch.eye(head)[:room]

    q, k, v = w["1.qkv"].view(3, c["width"], c["width"])[:, :head]
    for part in (q, k, v):
        part.zero_()
    # Slow pairs hardly feel the distance. The last pair is for the beginning.
    one, two = slice(head - 32, head - 16), slice(head - 16, head - 2)
    q[one, OWN], k[one, BEFORE] = SHARP * own[:16], SHARP * torch.eye(room)[:16]
    q[two, BEFORE], k[two, EARLIER] = SHARP * torch.eye(room)[:14], SHARP * torch.eye(room)[:14]
    q[head - 2, CONSTANT] = 10 / usual
    k[head - 2, BEGIN] = 10 / 15.0
    v[:, OWN] = rows_of_a_rotation(head, OWN.stop - OWN.start, generator)
    w["1.out"][:, :head] = 0
    w["1.out"][OWN, :head] = 1.0 * v[:, OWN].t()


def norm(x, gain, epsilon):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * gain


class Rotary:
    """cos and sin for the pairs (2i, 2i+1) of a head."""

    def __init__(self, c, device="cpu"):
        head = c["width"] // c["heads"]
        rate = c["theta"] ** (-torch.arange(0, head, 2, device=device).float() / head)
        angle = torch.arange(c["context"], device=device).float()[:, None] * rate
        self.cos, self.sin = angle.cos(), angle.sin()

    def turn(self, x):  # [rows, heads, time, head]
        cos, sin = self.cos[:x.shape[2]], self.sin[:x.shape[2]]
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


def unlike(score, head, rows, at, to):
    """How far a head is from attending where it is guided to: -log of the attention of each place (rows[i], at[i]) on the
    places that to[i] marks."""
    attention = torch.log_softmax(score[rows, head, at], -1)
    return -torch.logsumexp(attention.masked_fill(~to, float("-inf")), -1)


def forward(w, c, rotary, ids, wanted, guides=()):
    """Logits at the wanted positions; ids [rows, time], wanted: flat positions. With guides, (layer, head, rows, at, to)
    each, also how far the heads are from them (`unlike`)."""
    missed = []
    rows, time = ids.shape
    width, heads = c["width"], c["heads"]
    mask = torch.full((time, time), float("-inf"), device=ids.device).triu(1)
    x = F.embedding(ids.view(-1), w["embed"])
    for i in range(c["layers"]):
        last = i == c["layers"] - 1
        qkv = norm(x, w[f"{i}.norm1"], c["epsilon"]) @ w[f"{i}.qkv"].t()
        qkv = qkv.view(rows, time, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        q, k, v = rotary.turn(qkv[0]) * (width // heads) ** -0.5, rotary.turn(qkv[1]), qkv[2]
        score = torch.matmul(q, k.transpose(-1, -2)) + mask
        missed += [unlike(score, *guide) for layer, *guide in guides if layer == i]
        mixed = torch.matmul(torch.softmax(score, -1), v).transpose(1, 2).reshape(rows * time, width)
        if last:  # what follows concerns the wanted positions only
            x, mixed = x[wanted], mixed[wanted]
        x = x + mixed @ w[f"{i}.out"].t()
        gate, up = (norm(x, w[f"{i}.norm2"], c["epsilon"]) @ w[f"{i}.gate_up"].t()).chunk(2, -1)
        x = x + (F.silu(gate) * up) @ w[f"{i}.down"].t()
    logits = norm(x, w["norm"], c["epsilon"]) @ w["embed"].t()
    return (logits, missed) if guides else logits
