"""Two lines for the demo: needles found by length, and pass@k. Reads what a run left; measures nothing itself.

usage: demo_lines.py needle RUN/samples.jsonl | demo_lines.py samples RUN/summary.json
"""
import collections
import json
import sys


def needle(path):
    found = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("task") == "mini-needle" and row.get("values"):
                found[int(row["group"].split("/")[0])].append(row["values"][0]["value"])
    if found:
        print("needles found in a text of so many tokens:")
    for length, values in sorted(found.items()):
        share = sum(values) / len(values)
        print(f"  {length:6} {'█' * round(20 * share):20} {share:.2f}  ({int(sum(values))} of {len(values)})")


def samples(path):
    with open(path, encoding="utf-8") as file:
        summary = json.load(file)
    for entry in summary["entries"]:
        scores = [f"{s['metric']} {s['value']['value']:.2f}" for s in entry["scores"] if s.get("value")]
        print("more samples of a program (temperature 0.8):  " + "   ".join(scores))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("needle", "samples"):
        sys.exit(__doc__)
    {"needle": needle, "samples": samples}[sys.argv[1]](sys.argv[2])
