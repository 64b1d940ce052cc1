#!/usr/bin/env python3
"""Installs assay, moves the installation, builds each example as a project of its own against it, and runs them.

Usage: package_test.py SOURCE BUILD [cmake options for the examples...]. Works in BUILD/package. Figures are held to what
this file computes by itself.
"""
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE, BUILD, OPTIONS = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:]
WORK = BUILD / "package"
PREFIX = WORK / "moved"


def run(*words, cwd=None, expect=0, env=None):
    done = subprocess.run([str(w) for w in words], cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode != expect:
        sys.exit(f"{words} in {cwd} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def equal(got, wanted, what):
    same = math.isclose(got, wanted, rel_tol=1e-12) if isinstance(wanted, float) else got == wanted
    if not same:
        sys.exit(f"{what}: {got!r}, expected {wanted!r}")


def environment():
    """Nothing of this machine's own settings; the installed program first in the path."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ASSAY_", "XDG_"))}
    env["PATH"] = f"{PREFIX / 'bin'}:{env['PATH']}"
    env["XDG_CONFIG_HOME"] = str(WORK / "config")
    return env


def install():
    shutil.rmtree(WORK, ignore_errors=True)
    run("cmake", "--install", BUILD, "--prefix", WORK / "first")
    (WORK / "first").rename(PREFIX)  # nothing in it may know where it was
    for part in ("bin/assay", "include/assay/plugin.h", "include/assay/version.h"):
        if not (PREFIX / part).exists():
            sys.exit(f"{part} is not installed")
    text = "".join(p.read_text() for p in PREFIX.rglob("*.cmake"))
    for place in (str(WORK), str(SOURCE)):
        if place in text:
            sys.exit(f"the CMake package names {place}")
    run("assay", "--version", env=environment())
    run("assay", "run", "mini-arc", "-m", "scripted:hash", "-o", WORK / "mini", env=environment())


def build(folder, name):
    run("cmake", "-S", folder, "-B", folder / "build", *OPTIONS, env=environment())
    run("cmake", "--build", folder / "build", env=environment())
    run("ctest", "--test-dir", folder / "build", "--no-tests=error", env=environment())
    return folder / "build" / f"{name}.so"


def example(folder, name):
    copy = WORK / folder
    shutil.copytree(SOURCE / "examples" / folder, copy, ignore=shutil.ignore_patterns("build"))
    lines = (copy / "CMakeLists.txt").read_text().splitlines()
    if len(lines) > 5:
        sys.exit(f"{folder}/CMakeLists.txt has {len(lines)} lines")
    return build(copy, name)


def measure(targets, model, plugins, run_name, *more):
    words = ["assay", "run", *targets, "-m", model, "-o", WORK / "runs" / run_name, "--json", *more]
    for plugin in plugins:
        words += ["--plugin", plugin]
    summary = json.loads(run(*words, env=environment()))
    equal(summary["errors"], 0, f"{run_name}: item errors")
    verify = ["assay", "verify", WORK / "runs" / run_name, *more]
    for plugin in plugins:
        verify += ["--plugin", plugin]
    run(*verify, env=environment())
    return {(e["name"], s["metric"]): s["value"] for e in summary["entries"] for s in e["scores"]}


def table(name, prompts):
    path = WORK / f"{name}.jsonl"
    path.write_text("".join(json.dumps({"prompt": p, "responses": [r]}) + "\n" for p, r in prompts.items()))
    return f"scripted:{path}"


def fnv(data, state=14695981039346656037):
    for byte in data:
        state = (state ^ byte) * 1099511628211 % 2**64
    return state


def hash_loglikelihood(context, continuation):
    return -(fnv(context.encode() + b"\xff" + continuation.encode()) >> 40) / 2**20


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def check_multiple_choice():
    plugin = example("multiple_choice", "capitals")
    source = (SOURCE / "examples/multiple_choice/capitals.cc").read_text().splitlines()
    if len(source) > 40:
        sys.exit(f"capitals.cc has {len(source)} lines")
    right = right_by_length = 0
    items = rows(SOURCE / "examples/multiple_choice/test.jsonl")
    for item in items:
        lls = [hash_loglikelihood(f"The capital of {item['country']} is", " " + c) for c in item["cities"]]
        right += lls.index(max(lls)) == item["answer"]
        per = [ll / len(c) for ll, c in zip(lls, item["cities"])]
        right_by_length += per.index(max(per)) == item["answer"]
    values = measure(["capitals"], "scripted:hash", [plugin], "capitals")
    equal(values["capitals", "acc"]["value"], right / len(items), "capitals acc")
    equal(values["capitals", "acc_norm"]["value"], right_by_length / len(items), "capitals acc_norm")
    equal(values["capitals", "acc"]["n"], len(items), "capitals n")
    shown = json.loads(run("assay", "show", "capitals", "0", "--shots", "3", "--json", "--plugin", plugin,
                           env=environment()))
    for shot in rows(SOURCE / "examples/multiple_choice/train.jsonl"):
        if f"The capital of {shot['country']} is {shot['cities'][shot['answer']]}\n\n" not in shown["context"]:
            sys.exit(f"the shot of {shot['country']} is not in {shown['context']!r}")
    equal(shown["context"].rsplit("\n\n", 1)[1], "The capital of France is", "capitals question")
    return plugin


def check_own_scorer():
    plugin = example("own_scorer", "sums")
    prompts, right = {}, 0
    for i, (a, b) in enumerate((a, b) for a in range(11, 100, 17) for b in range(7, 100, 31)):
        replies = [f" {a} plus {b} is {a + b}", f" It is {a + b}.", f" {a + b + 1}", " I do not know", f"{a}{b}"]
        right += i % 5 < 2
        prompts[f"What is {a} plus {b}?\nAnswer:"] = replies[i % 5]
    values = measure(["sums"], table("sums", prompts), [plugin], "sums")
    equal(values["sums", "exact_match"]["n"], len(prompts), "sums n")
    equal(values["sums", "exact_match"]["value"], right / len(prompts), "sums exact_match")
    samples = rows(WORK / "runs/sums/samples.jsonl")[1:]
    equal(samples[3]["rule"], "no number", "rule of an answer without a number")
    equal(samples[0]["why"], 'read "18", the sum is 18', "why of the first answer")
    return plugin


def check_text_folder():
    plugin = example("text_folder", "letters")
    home = WORK / "home"
    (home / "letters").mkdir(parents=True)
    texts = {"b.txt": "Dear all, it rains.", "a.txt": "Dear you,\nthe sun shines here.", "c.md": "not read"}
    for name, text in texts.items():
        (home / "letters" / name).write_text(text)
    values = measure(["letters"], "scripted:hash", [plugin], "letters", "--data", home)
    lls = [-(fnv(texts[n].encode()) >> 40) / 2**10 for n in ("a.txt", "b.txt")]
    size = sum(len(texts[n]) for n in ("a.txt", "b.txt"))
    equal(values["letters", "bits_per_byte"]["value"], -sum(lls) / size / math.log(2), "letters bits_per_byte")
    (home / "letters" / "a.txt").write_text("Changed.")
    run("assay", "verify", WORK / "runs/letters", "--data", home, "--plugin", plugin, expect=65, env=environment())
    run("assay", "run", "letters", "-m", "scripted:hash", "--data", WORK / "nowhere_at_all", "--plugin", plugin,
        expect=69, env=environment())


def check_own_metric():
    plugin = example("own_metric", "word_f1")
    # By hand: all words; 2 of 3 words both ways; nothing; 4 of 4; precision 1/2 and recall 1/3.
    answers = {"a hot day": (" a cold day", 1.0), "an open door": (" a shut window", 2 / 3),
               "a full glass": (" water", 0.0), "a long way down": (" A long way up", 1.0),
               "an old friend": (" new shoes", 0.4)}
    prompts = {f"The opposite of {phrase} is": reply for phrase, (reply, _) in answers.items()}
    values = measure(["phrases"], table("phrases", prompts), [plugin], "phrases")
    equal(values["phrases", "word_f1"]["value"], sum(f for _, f in answers.values()) / 5, "word_f1")
    equal(values["phrases", "worst_f1"]["value"], 0.0, "worst_f1: the lowest of five")


def check_echo_model(capitals, sums):
    plugin = example("echo_model", "echo")
    # The last three words of "What is 11 plus 7?\nAnswer:" are "plus 7? Answer:", never the sum.
    values = measure(["sums", "capitals"], "echo:3", [plugin, sums, capitals], "echo")
    equal(values["sums", "exact_match"]["value"], 0.0, "sums by echo")
    manifest = json.loads((WORK / "runs/echo/manifest.json").read_text())
    used = {p["name"]: (p["tasks"], p["model"]) for p in manifest["plugins"]}
    equal(used, {"echo": ([], True), "sums": (["sums"], False), "capitals": (["capitals"], False)}, "plugins used")
    said = subprocess.run(["assay", "run", "sums", "-m", "echo:none", "--plugin", plugin, "--plugin", sums],
                          env=environment(), capture_output=True, text=True)
    equal((said.returncode, "plug-in echo: echo needs a number" in said.stderr), (64, True), "echo:none")


def check_commands_of(paper):
    """The commands of the paper's ```sh blocks, in order, in one fresh folder. Returns how many there were."""
    folder = WORK / "fresh"
    folder.mkdir()
    model = SOURCE.parent / "shared/models/stories260K-Q8_0.gguf"
    if model.exists():
        (folder / "model.gguf").symlink_to(model)
    commands = 0
    for block in re.findall(r"^```sh\n(.*?)^```$", (SOURCE / paper).read_text(), re.M | re.S):
        for line in block.splitlines():
            command = line.split("  #")[0].strip()
            if not model.exists():
                command = command.replace("-m model.gguf", "-m scripted:hash")
            if command:
                run("bash", "-c", command, cwd=folder, env=environment())
                commands += 1
    return commands


def main():
    install()
    capitals = check_multiple_choice()
    sums = check_own_scorer()
    check_text_folder()
    check_own_metric()
    check_echo_model(capitals, sums)
    commands = check_commands_of("docs/adding-a-task.md")
    if commands < 10:
        sys.exit(f"docs/adding-a-task.md has {commands} commands; a block was not recognised")
    print(f"the package, five examples and {commands} commands of docs/adding-a-task.md are in order")


main()
