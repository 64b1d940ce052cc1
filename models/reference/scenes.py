"""Everyday scenes for the training text: how a person begins something and how it goes on.

A scene is a label, who, beginnings and endings; any beginning goes with any ending of the same scene. Names of
activities are those of daily life; beginnings and endings are our own and differ from the miniature data sets'.
"""
import os

HERE = os.path.dirname(os.path.abspath(__file__))
WHO = {"man": "He", "woman": "She", "boy": "He", "girl": "She", "father": "He", "mother": "She", "cook": "He",
       "student": "She", "child": "The child", "farmer": "He", "neighbour": "She", "teacher": "She", "worker": "He",
       "player": "She", "uncle": "He", "aunt": "She", "guest": "She", "old man": "He", "old woman": "She",
       "people": "They", "friends": "They", "children": "They"}


def load():
    """[(label, kind, beginnings, endings)]; kind is scene or how-to."""
    scenes = []
    with open(os.path.join(HERE, "scenes.txt"), encoding="utf-8") as lines:
        for line in lines:
            label, begin, end = line.rstrip("\n").split("|")
            kind = "how" if label.startswith("How to") else "scene"
            scenes.append((label, kind, [b.strip() for b in begin.split(" ; ")], [e.strip() for e in end.split(" ; ")]))
    return scenes


def tell(rng, scene):
    """(beginning, continuation) as a completion task asks for them."""
    label, kind, begins, ends = scene
    begin, end = rng.choice(begins), rng.choice(ends)
    if kind == "how":
        topic = rng.choice(["Home and Garden", "Hobbies and Crafts", "Food and Entertaining", "Health", "Travel",
                            "Pets and Animals", "Youth", "Education and Communications", "Sports and Fitness"])
        return f"{topic}: {label}. {begin}", " " + end
    who = rng.choice(list(WHO))
    many = who in ("people", "friends", "children")
    subject = ("Some " if many else ("An " if who[0] in "aou" else "A ")) + who
    pronoun = WHO[who] if rng.random() < 0.75 else ("They" if many else "The " + who)
    if many:
        begin, end = plural(begin), plural(end)
    return f"{label}: {subject} {begin}. {pronoun}", f" {end}."


IRREGULAR = {"goes": "go", "does": "do", "washes": "wash", "brushes": "brush", "watches": "watch", "catches": "catch",
             "mixes": "mix", "pushes": "push", "carries": "carry", "dries": "dry", "ties": "tie", "tries": "try",
             "finishes": "finish", "polishes": "polish", "reaches": "reach", "presses": "press", "stretches": "stretch",
             "switches": "switch", "crosses": "cross", "passes": "pass", "is": "are", "has": "have", "fries": "fry",
             "searches": "search", "touches": "touch", "fetches": "fetch", "unties": "untie", "empties": "empty"}


def plural(text):
    """The same with a plural subject: the verb at the start and after 'and' loses its s."""
    words = text.split(" ")
    for i, word in enumerate(words):
        if (i == 0 or words[i - 1] == "and") and word.endswith("s"):
            words[i] = IRREGULAR.get(word, word[:-1])
    return " ".join(words).replace(" his ", " their ").replace(" her ", " their ")
