"""Needle texts for training: one sentence with a number in a text, and a question for the number.

Keys, numbers and texts are our own: the words for keys are others than those of the needle task, so that no training
needle can be an evaluated one, and the text around is made from facts and scenes, never from the essays of the task.
"""
FIRST = ["angry", "bitter", "clever", "deep", "empty", "famous", "grey", "happy", "idle", "just", "kind", "loud", "merry",
         "noble", "odd", "proud", "quick", "round", "sharp", "tall", "urgent", "vast", "warm", "yellow", "zesty", "bold"]
SECOND = ["apple", "button", "castle", "desk", "elbow", "forest", "goat", "house", "ink", "jewel", "knife", "lemon",
          "mirror", "nest", "onion", "pillow", "queen", "rocket", "spoon", "table", "umbrella", "valley", "wagon", "yarn",
          "zebra", "bucket"]
INTRO = ("A special magic number is hidden within the following text. Make sure to memorize it. I will quiz you about "
         "the number afterwards.\n")
GLUE = ["the", "a", "of", "and", "in", "that", "is", "with", "on", "to", "for", "it", "as", "by", "from", "when", "they"]


def syllables(rng):
    return "".join(rng.choice("bcdfghklmnprstvw") + rng.choice("aeiou") + rng.choice(["", "", "n", "r", "s", "t"])
                   for _ in range(rng.randint(1, 3)))


def sentence(rng, sources):
    """One sentence of filler: a fact, a scene, or words that mean nothing."""
    if rng.random() < 0.5:
        return rng.choice(sources)
    words = [rng.choice(GLUE) if rng.random() < 0.45 else syllables(rng) for _ in range(rng.randint(6, 16))]
    return " ".join(words).capitalize() + "."


def copying(rng):
    """[(text, whether it can be known)]: a row of things and the same again, or keys with numbers and then questions."""
    def thing():
        return str(rng.randint(0, 9999999)) if rng.random() < 0.4 else syllables(rng)
    if rng.random() < 0.4:
        row = " ".join(thing() for _ in range(rng.randint(5, 18)))
        first, rest = row.split(" ", 1)
        return [(row + "\n" + first, False), (" " + rest, True)]
    keys = list({syllables(rng) + "-" + syllables(rng) if rng.random() < 0.5 else
                 rng.choice(FIRST) + "-" + rng.choice(SECOND) for _ in range(rng.randint(2, 6))})
    numbers = {key: str(rng.randint(1000000, 9999999)) for key in keys}
    parts = [(" ".join(f"One of the special magic numbers for {key} is: {numbers[key]}." for key in keys) + "\n", False)]
    for key in rng.sample(keys, len(keys)):
        parts += [(f"The special magic number for {key} is", False), (f" {numbers[key]}.", True), ("\n", False)]
    return parts


def needle(rng, sources, size):
    """(prompt, answer); size is the number of filler sentences."""
    if rng.random() < 0.7:
        key = rng.choice(FIRST) + "-" + rng.choice(SECOND)
    else:
        key = syllables(rng) + "-" + syllables(rng)
    number = str(rng.randint(1000000, 9999999))
    sentences = [sentence(rng, sources) for _ in range(size)]
    sentences.insert(rng.randint(0, size), f"One of the special magic numbers for {key} is: {number}.")
    prompt = (INTRO + " ".join(sentences) + f"\nWhat is the special magic number for {key} mentioned in the provided "
              f"text? The special magic number for {key} mentioned in the provided text is")
    return prompt, " " + number + "."
