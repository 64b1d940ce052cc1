# How an answer to an MBPP+ task is checked: the function under test has to return what the reference returns, for
# every input of the data set. Runs where tests run (docs/sandbox.md), so it may hold the reference; what stands before
# it defines TASK (a number), ENTRY_POINT, REFERENCE (source text), INPUTS (JSON texts), ATOL. The rules of comparison
# are EvalPlus' (release 0.3.1), without numpy: docs/tasks.md.
import copy
import json
import math

# JSON has lists only. Which arguments of which tasks are tuples, sets or complex numbers:
EVERY = {2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744, 809}
MEMBERS = {63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780}
MEMBERS_OF_FIRST = {75, 413, 444, 753}
FIRST = {250, 307, 405, 446, 617, 720, 763, 808}
SECOND = {106, 750}
EVERY_AND_MEMBERS = {259, 401, 445}
AT_EVERY_DEPTH = {580, 615, 791}

# Where several answers are right: the same members in any order; or found and not found.
AS_SETS = {
    "similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum", "intersection_array",
    "find_dissimilar", "Diff",
}  # fmt: skip
FOUND_OR_NOT = {"check_str", "text_match_three", "text_starta_endb"}


def all_tuples(value):
    return tuple(all_tuples(member) for member in value) if isinstance(value, list) else value


def tuples(values):
    return [tuple(value) for value in values]


def arguments(given):
    """One input's arguments in the types that the task's tests use."""
    if TASK in EVERY:
        return tuples(given)
    if TASK in MEMBERS:
        return [tuples(value) for value in given]
    if TASK in MEMBERS_OF_FIRST:
        return [tuples(given[0])] + given[1:]
    if TASK in FIRST:
        return [tuple(given[0])] + given[1:]
    if TASK in SECOND:
        return [given[0], tuple(given[1])] + given[2:]
    if TASK in EVERY_AND_MEMBERS:
        return [tuple(tuples(value)) for value in given]
    if TASK in AT_EVERY_DEPTH:
        return list(all_tuples(given))
    if TASK == 115:
        return [[set(item) if isinstance(item, list) and item else {} for item in given[0]]]
    if TASK == 124:
        return [float(given[0]), complex(given[1])]
    if TASK == 252:
        return [complex(given[0])]
    if TASK == 278:
        return [tuple(tuple(item) if isinstance(item, list) else item for item in given[0])]
    if TASK == 722:
        return [{name: tuple(value) for name, value in given[0].items()}] + given[1:]
    return given


def close(got, wanted, atol):
    """numpy's allclose with rtol 1e-7, for numbers and lists of them."""
    if isinstance(got, (list, tuple)) and isinstance(wanted, (list, tuple)):
        return len(got) == len(wanted) and all(close(a, b, atol) for a, b in zip(got, wanted))
    if not isinstance(got, (int, float, complex)) or not isinstance(wanted, (int, float, complex)):
        return False
    if got == wanted:
        return True
    difference = abs(got - wanted)
    return math.isfinite(difference) and difference <= atol + 1e-7 * abs(wanted)


def floats(value):
    if isinstance(value, (list, tuple)):
        return len(value) > 0 and all(isinstance(member, float) for member in value)
    return isinstance(value, float)


def pyramid_surface(base, height):
    return round(base**2 + 2 * base * math.sqrt((base / 2) ** 2 + height**2))


def digit_distance(first, second):
    first, second = str(first), str(second)
    width = max(len(first), len(second))
    return sum(abs(int(a) - int(b)) for a, b in zip(first.zfill(width), second.zfill(width)))


def also_right(got, inputs):
    """Readings of an unclear task that its tests do not tell apart."""
    if ENTRY_POINT == "are_equivalent":
        return True
    if ENTRY_POINT == "sum_div":
        return got == 0
    try:
        if ENTRY_POINT == "surface_Area":
            return abs(got - pyramid_surface(*inputs)) <= ATOL
        return ENTRY_POINT == "digit_distance_nums" and got == digit_distance(*inputs)
    except (TypeError, ValueError):
        return False


def right(got, wanted, inputs):
    if ENTRY_POINT in AS_SETS:
        return set(got) == set(wanted)
    if ENTRY_POINT in FOUND_OR_NOT:
        return (got if isinstance(got, bool) else got is not None) == (wanted is not None)
    if got == wanted or also_right(got, inputs):
        return True
    atol = ATOL or (1e-6 if floats(wanted) else 0)
    return atol != 0 and type(got) is type(wanted) and close(got, wanted, atol)


def shown(value, limit=80):
    text = repr(value)
    return text if len(text) <= limit else text[:limit] + "…"


def too_large(inputs):
    """Task 255 also asks for lists of up to 1.6 million combinations of 77: a gigabyte, where 8 MiB cross between the
    processes. Those inputs (5 of 112) are left out."""
    return TASK == 255 and math.comb(max(len(inputs[0]) + inputs[1] - 1, 0), inputs[1]) * inputs[1] > 1_000_000


def run_inputs(function):
    space = {}
    exec(REFERENCE, space)
    reference = space[ENTRY_POINT]
    for text in INPUTS:
        for given in json.loads(text):
            inputs = arguments(given)
            if too_large(inputs):
                continue
            wanted = reference(*copy.deepcopy(inputs))
            got = function(*copy.deepcopy(inputs))
            assert right(got, wanted, inputs), "%s(%s) is %s, not %s" % (
                ENTRY_POINT, ", ".join(shown(value) for value in inputs), shown(got), shown(wanted)
            )  # fmt: skip
