"""Word problems where one quantity is told by another: more, fewer, times as many, half as many.

Gives (question, steps), texts in the language of problem_words.py.
"""
from problem_plans import divisors


def compare(rng, env):
    """Two or three quantities, each told by the one before; asked for one, for all, or for what is left."""
    kind = rng.choice(["own", "own", "own", "days", "days", "days", "age", "age", "long"])
    A, B, C = env["name"], env["other"], env["third"]
    act, unit, pair = rng.choice([("sells", "{ts}", "sell"), ("reads", "pages", "read"), ("catches", "fish", "catch"),
                                  ("picks", "{ts}", "pick"), ("runs", "km", "run"), ("makes", "{ts}", "make"),
                                  ("scores", "points", "score"), ("plants", "trees", "plant"), ("bakes", "cakes", "bake"),
                                  ("solves", "puzzles", "solve"), ("drives", "km", "drive"), ("earns", "coins", "earn")])
    if kind == "own":
        who, (is_, unit), more, fewer = [A, B, C], ("has", "{ts}"), "{x} more {ts} than {o}", "{x} [fewer|less] than {o}"
        times, half, whole = "{tw} as many {ts} as {o}", "half as many {ts} as {o}", "How many {ts} do they have [together|in all]?"
        step, ask = "{w} has {e} {ts}.", "How many {ts} does {w} have?"
        env["words_all"] = "Together they have {e} {ts}."
    elif kind == "days":
        who, is_ = ["on {d1}", "on {d2}", "on {d3}"], "{he} " + act
        if rng.random() < 0.3:
            who = ["in the morning", "in the afternoon", "in the evening"]
        elif rng.random() < 0.25:
            who = ["in the first week", "in the second week", "in the third week"]
        more, fewer, times, half = "{x} more than {o}", "{x} fewer than {o}", "{tw} as many as {o}", "half as many as {o}"
        whole = "How many %s does {he} %s [in all|in total|together]?" % (unit, pair)
        step, ask = "{w} {he} %s {e} %s." % (act, unit), "How many %s does {he} %s {w}?" % (unit, pair)
        env["words_all"] = "In all {s} %s {e} %s." % (act, unit)
    elif kind == "age":
        who = rng.choice([[A, B, C], [A, "{his} brother", "{his} aunt"], [A, "{his} sister", "{his} uncle"]])
        is_, unit = "is", "years"
        more, fewer, times, half = "{x} years older than {o}", "{x} years younger than {o}", "{tw} as old as {o}", "half as old as {o}"
        whole, step, ask = "How many years are they together?", "{w} is {e} years old.", "How old is {w}?"
        env["words_all"] = "Together they are {e} years old."
    else:
        thing, unit = rng.choice([("rope", "metres"), ("path", "metres"), ("road", "km"), ("ribbon", "cm"), ("pole", "cm"),
                                  ("river", "km"), ("board", "cm")])
        who = [f"the {c} {thing}" for c in rng.sample(["red", "blue", "old", "new", "first", "second"], 3)]
        is_, more, fewer = "is", "{x} %s longer than {o}" % unit, "{x} %s shorter than {o}" % unit
        times, half, whole = "{tw} as long as {o}", "half as long as {o}", "How many %s are they together?" % unit
        step, ask = "{w} is {e} %s long." % unit, "How many %s long is {w}?" % unit
        env["words_all"] = "Together that is {e} %s." % unit
    if kind in ("age", "long"):
        times = times.replace("{tw}", {"double": "twice"}.get(env["tw"], env["tw"]))
    times = times.replace("{tw}", {"double": "twice"}.get(env["tw"], env["tw"]))
    n = 3 if rng.random() < 0.4 else 2
    values = [rng.choice([rng.randint(3, 20), rng.randint(5, 30), rng.randint(10, 50)])]
    if kind == "age":
        values = [rng.randint(4, 20)]
    first = f"{who[0]} {is_} {values[0]} {unit}" if kind != "days" else rng.choice(["{S} %s", "{S} %s", "a {place} %s" if act in (
     "sells", "makes", "bakes") else "{S} %s"]) % (
        f"{act} {values[0]} {unit} {who[0]}")
    if first.startswith("a {place}"):
        env["S"], env["s"], env["he"] = "a " + env["place"], "the " + env["place"], "it"
        env["name"], env["his"] = env["s"], "its"
    first += {"age": " old", "long": " long"}.get(kind, "")
    told, steps = [first], []
    for i in range(1, n):
        base = values[-1]
        how = rng.choice(["more", "more", "fewer", "times", "times", "half"])
        if how == "half" and base % 2 or how == "fewer" and base < 5 or how == "times" and base > 60:
            how = "more"
        x = rng.randint(2, 15 if how == "more" else max(2, min(15, base - 2)))
        text = {"more": more, "fewer": fewer, "times": times, "half": half}[how]
        text = text.replace("{x}", str(x)).replace("{o}", who[i - 1])
        values.append({"more": base + x, "fewer": base - x, "times": base * env["tk"], "half": base // 2}[how])
        sums = {"more": f"{base}+{x}", "fewer": f"{base}-{x}", "times": f"{base}*{env['tk']}", "half": f"{base}/2"}[how]
        told.append(f"{who[i]} {is_} {text}")
        if kind == "days" and rng.random() < 0.7:  # without a verb the clause goes on
            end = text.index(" than on" if " than on" in text else " as on" if " as on" in text else
                             " than in" if " than in" in text else " as in")
            told[-1] = "+" + text[:end] + rng.choice(
                [f" {who[i]}", f" {who[i]}" + text[end:], (" than that" if " than " in text else "") + f" {who[i]}"])
        steps.append(step.replace("{w}", who[i]).replace("{e}", "{a%d=%s}" % (i, sums)))
    if kind == "days":
        text = told[0]
        for clause in told[1:]:
            text += rng.choice([" and ", ", and then ", ", then ", " and then "]) + clause[1:] if clause[0] == "+" else ". " + clause
        told = [text.replace(", then ", ", ", 1) + "." if text.count(", then ") and len(told) == 3 else text.replace(
         ", then ", " and ") + "."]
    else:
        told = [t + "." for t in told]
        if rng.random() < 0.4 and "{his}" not in "".join(who):
            told.reverse()
        elif rng.random() < 0.3 and "{his}" not in "".join(who):
            rng.shuffle(told)
        base, about = first + ".", next(t for t in told if t.endswith(f" {who[0]}."))
        if rng.random() < 0.35 and kind in ("own", "age") and "{his}" not in "".join(who):
            told[told.index(about)] = about[:-1] + f", who {is_} {values[0]}" + (f" {unit}" if kind == "own" else "") + "."
            told.remove(base)
    ends = ["last", "all", "all"] + (["minus", "all minus", "plus", "of all"] if kind == "own" else []) + (
        ["all minus", "stock", "of all"] if kind == "days" else []) + (["years"] if kind == "age" else [])
    end, total, last = rng.choice(ends), sum(values), values[-1]
    added = env["words_all"].replace("{e}", "{all=%s}" % "+".join(map(str, values)))
    if end == "last":
        question = ask.replace("{w}", who[n - 1])
    elif end == "all":
        question = whole
        steps.append(added)
    elif end == "minus":
        x = rng.randint(2, last - 1)
        told.append("{w} [loses|gives away|sells] %d {ts}.".replace("{w}", who[n - 1]) % x)
        question = ask.replace("{w}", who[n - 1]).replace("?", " [now|then|]?")
        steps.append("{w} has {end=%d-%d} {ts} left.".replace("{w}", who[n - 1]) % (last, x))
    elif end == "years":
        x = rng.randint(2, 15)
        question = "How old will {w} be in %d years?".replace("{w}", who[n - 1]) % x
        steps.append("In %d years {w} will be {end=%d+%d} years old.".replace("{w}", who[n - 1]) % (x, last, x))
    elif end == "all minus":
        x = rng.randint(2, total - 1)
        told.append(("they [lose|sell|give away] %d {ts}." if kind == "own" else "of all these {he} gives %d away." if unit ==
         "{ts}"
                     else "%d of them do not count.") % x)
        question = ("How many {ts} do they [keep|have left]?" if kind == "own" else "How many %s [are left|remain]?" % unit)
        steps += [added, "There are {end=%d-%d} %s left." % (total, x, unit)]
    elif end == "plus":
        x = rng.randint(2, 20)
        told.append("%s has %d {ts} too." % ("{his} {relative}" if env["S"] == env["s"] else "another friend", x))
        question = "How many {ts} do [they all|all of them] have [together|]?"
        steps.append(env["words_all"].replace("{e}", "{all=%s+%d}" % ("+".join(map(str, values)), x)))
    elif end == "of all":
        k = rng.choice(divisors(total) or [total])
        steps.append(added)
        told.append("[all of that|everything] is split into %d equal parts." % k)
        question = "How many %s are in each part?" % unit
        steps.append("Each part has {end=%d/%d} %s." % (total, k, unit))
    else:
        x = total + rng.randint(2, 40)
        told.append("{he} wants to reach %d %s." % (x, unit))
        question = "How many %s are missing?" % unit
        steps += [added, "{end=%d-%d} %s are missing." % (x, total, unit)]
    return " ".join(told) + " " + question, steps
