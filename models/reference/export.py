"""Writes a checkpoint of train.py as a GGUF file (F16 matrices, F32 gains), with tokenizer and chat template.

  python3 export.py FOLDER/state.pt ../reference.gguf
"""
import hashlib
import os
import struct
import sys

try:
    import torch
except ImportError:
    sys.exit("Exporting needs PyTorch: scripts/setup.sh --train installs it for /usr/bin/python3.")

import model
from tokenizer import BOS, EOS, IM_END, SPECIALS, Tokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
F32, F16 = 0, 1
ALIGNMENT = 32
CHAT = ("{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
        "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def string(text):
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def value(kind, data):
    if kind == STRING:
        return string(data)
    return struct.pack({UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}[kind], data)


def entry(key, kind, data, item=None):
    if kind == ARRAY:
        body = struct.pack("<IQ", item, len(data)) + b"".join(value(item, d) for d in data)
    else:
        body = value(kind, data)
    return string(key) + struct.pack("<I", kind) + body


def metadata(c, tokenizer, steps, tokens):
    head = c["width"] // c["heads"]
    return [
        entry("general.architecture", STRING, "llama"), entry("general.name", STRING, "assay reference"),
        entry("general.license", STRING, "mit"), entry("general.file_type", UINT32, 1),
        entry("general.description", STRING, f"Made to show assay at work; trained on {tokens} tokens of generated "
              f"text in {steps} steps. Its scores say nothing about other models."),
        entry("llama.context_length", UINT32, c["context"]), entry("llama.embedding_length", UINT32, c["width"]),
        entry("llama.block_count", UINT32, c["layers"]), entry("llama.feed_forward_length", UINT32, c["inner"]),
        entry("llama.attention.head_count", UINT32, c["heads"]),
        entry("llama.attention.head_count_kv", UINT32, c["heads"]),
        entry("llama.attention.layer_norm_rms_epsilon", FLOAT32, c["epsilon"]),
        entry("llama.rope.freq_base", FLOAT32, c["theta"]), entry("llama.rope.dimension_count", UINT32, head),
        entry("llama.vocab_size", UINT32, c["vocab"]),
        entry("tokenizer.ggml.model", STRING, "gpt2"), entry("tokenizer.ggml.pre", STRING, "gpt-2"),
        entry("tokenizer.ggml.tokens", ARRAY, tokenizer.tokens, STRING),
        entry("tokenizer.ggml.token_type", ARRAY,
              [3 if t in SPECIALS else 1 for t in tokenizer.tokens], INT32),
        entry("tokenizer.ggml.merges", ARRAY, [" ".join(m) for m in tokenizer.merges], STRING),
        entry("tokenizer.ggml.bos_token_id", UINT32, BOS), entry("tokenizer.ggml.eos_token_id", UINT32, EOS),
        entry("tokenizer.ggml.eot_token_id", UINT32, IM_END), entry("tokenizer.ggml.padding_token_id", UINT32, EOS),
        entry("tokenizer.ggml.add_bos_token", BOOL, True), entry("tokenizer.ggml.add_eos_token", BOOL, False),
        entry("tokenizer.chat_template", STRING, CHAT)]


def tensors(weights, c):
    """(name, tensor) in llama.cpp's names; q, k, v and gate, up are taken apart."""
    w = model.views(weights, c)
    yield "token_embd.weight", w["embed"]
    yield "output_norm.weight", w["norm"]
    for i in range(c["layers"]):
        yield f"blk.{i}.attn_norm.weight", w[f"{i}.norm1"]
        yield f"blk.{i}.ffn_norm.weight", w[f"{i}.norm2"]
        for name, part in zip("qkv", w[f"{i}.qkv"].chunk(3)):
            yield f"blk.{i}.attn_{name}.weight", part
        yield f"blk.{i}.attn_output.weight", w[f"{i}.out"]
        for name, part in zip(("gate", "up"), w[f"{i}.gate_up"].chunk(2)):
            yield f"blk.{i}.ffn_{name}.weight", part
        yield f"blk.{i}.ffn_down.weight", w[f"{i}.down"]


def write(path, weights, c, tokenizer, steps, tokens):
    if len(tokenizer.tokens) != c["vocab"]:
        sys.exit(f"The tokenizer has {len(tokenizer.tokens)} tokens, the model {c['vocab']}: retrain one of them.")
    info, data = b"", bytearray()
    count = 0
    for name, tensor in tensors(weights, c):
        matrix = tensor.dim() == 2
        info += string(name) + struct.pack("<I", tensor.dim())
        info += b"".join(struct.pack("<Q", n) for n in reversed(tensor.shape))
        info += struct.pack("<IQ", F16 if matrix else F32, len(data))
        data += tensor.detach().to(torch.float16 if matrix else torch.float32).contiguous().numpy().tobytes()
        data += bytes(-len(data) % ALIGNMENT)
        count += 1
    entries = metadata(c, tokenizer, steps, tokens)
    head = b"GGUF" + struct.pack("<IQQ", 3, count, len(entries)) + b"".join(entries) + info
    with open(path, "wb") as out:
        out.write(head + bytes(-len(head) % ALIGNMENT) + bytes(data))
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    state = torch.load(sys.argv[1])
    tokenizer = Tokenizer.load(os.path.join(HERE, "tokenizer.json"))
    step, tokens = int(state["counters"][0]), int(state["counters"][1])
    digest = write(sys.argv[2], state["weights"], state["config"], tokenizer, step, tokens)
    print(f"{sys.argv[2]}: step {step}, {tokens} tokens, sha256 {digest}")


if __name__ == "__main__":
    main()
