"""What the proposer is told of a wrong output: a strategy each.

Models copy what they are shown. `quote` shows an input with both outputs; `outline` says what
differs without quoting anything.
"""

from __future__ import annotations

import difflib

from genetic.translate.judge import Judgement

LONGEST = 20_000
"""Characters of an output that are looked at."""
MOST_FAULTS = 3
"""So many of the tests that fail are told at once."""


def standing(judgement: Judgement, before: Judgement | None) -> str:
    """Say how many tests a program passes, and whether the last change did anything.

    Args:
        judgement: What it is worth.
        before: What the program was worth that it was made from, if it was.
    """
    fitness = judgement.fitness
    said = f"It passes {fitness.exact} of {fitness.tests} tests."
    if before is None or not before.results:
        return said
    now, then = (
        [(result.status, result.actual) for result in each.results] for each in (judgement, before)
    )
    return f"{said} Your last change altered no output." if now == then else said


def quote(given: str, expected: str, actual: str, status: str) -> str:
    """Show a test that fails."""
    ended = "" if status == "ok" else f"\nIt ended with: {status}."
    return (
        f"For the input\n{given}\nit should print\n{expected}\nbut it prints\n{actual}{ended}"
        f"{newlines(expected, actual)}"
    )


def outline(given: str, expected: str, actual: str, status: str) -> str:
    """Say how the outputs of a test that fails differ, without quoting them."""
    said = [] if status == "ok" else [f"The program ended with: {status}."]
    if not actual:
        return " ".join([*said, "For some input it prints nothing, but it should print something."])
    wanted, got = expected[:LONGEST].splitlines(), actual[:LONGEST].splitlines()
    said.append(f"For some input it prints {len(got)} lines where {len(wanted)} are expected.")
    for number, (right, wrong) in enumerate(zip(wanted, got, strict=False), 1):
        if right != wrong:
            said.append(f"Line {number} is the first that differs: {_line(right, wrong)}.")
            break
    return " ".join(said) + newlines(expected, actual)


def newlines(expected: str, actual: str) -> str:
    """Say what is easily overlooked: how the outputs end."""
    wanted, got = expected.endswith("\n"), actual.endswith("\n")
    if wanted == got or not actual:
        return ""
    return (
        "\nThe output must end with a newline."
        if wanted
        else "\nThe output must not end with a newline."
    )


def _line(right: str, wrong: str) -> str:
    """Describe how one line differs from another."""
    if right.split() == wrong.split():
        return "only its white space is wrong"
    if right.lower() == wrong.lower():
        return "upper and lower case are mixed up"
    if sorted(right) == sorted(wrong):
        return "it has the right characters in a wrong order"
    if right.startswith(wrong):
        return f"its last {len(right) - len(wrong)} characters are missing"
    if wrong.startswith(right):
        return f"it has {len(wrong) - len(right)} characters too many at its end"
    alike = difflib.SequenceMatcher(None, right[:500], wrong[:500], autojunk=False)
    kinds = {tag for tag, *_ in alike.get_opcodes()} - {"equal"}
    words = {"replace": "wrong", "delete": "missing", "insert": "superfluous"}
    told = " and ".join(sorted(words[kind] for kind in kinds))
    return f"some of its characters are {told} ({alike.ratio():.0%} is right)"
