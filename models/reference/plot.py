"""Draws the loss of each kind of document over the steps: python3 plot.py training.jsonl loss.svg"""
import json
import sys

COLOURS = ["#1b6ca8", "#c0392b", "#27823f", "#8e44ad", "#c77700", "#16807a", "#555555", "#b03a78", "#6b5b00", "#303f9f",
           "#008fb3", "#a05a2c", "#7a8b00", "#d4006a"]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 400, 50, 120, 30, 40


def draw(entries):
    kinds = sorted({kind for entry in entries for kind in entry["loss"]})
    last = max(entry["step"] for entry in entries)
    high = max(v for entry in entries for v in entry["loss"].values())

    def place(step, loss):
        return (LEFT + (WIDTH - LEFT - RIGHT) * step / last, TOP + (HEIGHT - TOP - BOTTOM) * (1 - loss / high))

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
             'font-size="12">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             f'<text x="{LEFT}" y="18">loss per scored token (nats) over steps; {entries[-1]["tokens"]} tokens</text>']
    for value in range(int(high) + 1):
        x, y = place(0, value)
        parts.append(f'<line x1="{x}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>'
                     f'<text x="{x - 8}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    for step in range(0, last + 1, max(100, last // 6 // 100 * 100)):
        x, y = place(step, 0)
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{step}</text>')
    for index, kind in enumerate(kinds):
        points = [place(entry["step"], entry["loss"][kind]) for entry in entries if kind in entry["loss"]]
        colour = COLOURS[index % len(COLOURS)]
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="'
                     + " ".join(f"{x:.1f},{y:.1f}" for x, y in points) + '"/>'
                     f'<text x="{WIDTH - RIGHT + 8}" y="{TOP + 16 * (index + 1)}" fill="{colour}">{kind}</text>')
    return "\n".join(parts + ["</svg>", ""])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as lines:
        log = [json.loads(line) for line in lines]
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(draw(log))
