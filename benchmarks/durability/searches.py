"""Long commands that search for programs."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.durability.works import (
    Units,
    Work,
    ended,
    events,
    journal_of,
    outcomes,
    timeless,
    written,
)

SOURCE = "print(sum(range(10)))\n"
EVALUATOR = """
def evaluate(path):
    return sum(map(ord, open(path).read())) % 97
"""
OBJECTIVE = """
task, question, x0 = "Find a text.", "What is the next text?", "a"
def f(x):
    return sum(map(ord, x)) % 97, "not bad"
"""
ELITES, PAIRS = 48, 3


def _search(folder: Path) -> Units:
    """Return what a search has written down: of births, only once they are all known."""
    steps = [
        (f"{each.kind} {each.data.get('number', each.data.get('name'))}", timeless(each.data))
        for each in events(folder, "generation", "born", "best")
    ]
    asked = [(str(each.data["key"]), timeless(each.data)) for each in events(folder, "call")]
    return sorted(steps) + sorted(asked, key=lambda unit: unit[0])


TRANSLATE = Work(
    name="translate",
    begin=lambda folder: [
        *("translate", str(written(folder, "source.py", SOURCE)), "--no-input", "--to", "python"),
        *("--measure", "length", "--population", "3", "--generations", "3", "--healing", "1"),
        *("--workers", "2", "--llm", "openai:python", *journal_of(folder)),
    ],
    go_on=lambda folder: (
        ["translate", "--resume", "last", "--workers", "2", *journal_of(folder)]
        if events(folder, "run")
        else None
    ),
    units=_search,
    said=lambda line: f"generation {line['generation']}" if "generation" in line else None,
    whole=lambda folder: ended(folder, "generations", "correct"),
    asks=True,
)

TRANSLATIONS = Work(
    name="bench translation",
    begin=lambda folder: [
        *("bench", "translation", "--mode", "best-of-n", "--tasks", "digits,add_two"),
        *("--calls", "2", "--measure", "length", "--llm", "openai:c"),
        *("--out", str(folder / "out"), *journal_of(folder)),
    ],
    go_on=lambda folder: TRANSLATIONS.begin(folder) if (folder / "out").exists() else None,
    units=lambda folder: outcomes(folder, "task", "mode"),
    said=lambda line: f"{line['task']} {line['mode']}" if "task" in line else None,
    whole=lambda folder: len(outcomes(folder, "task", "mode")) == 2,
    asks=True,
)

EVOLVE = Work(
    name="evolve",
    begin=lambda folder: [
        *("evolve", str(written(folder, "program.txt", "a\n"))),
        str(written(folder, "evaluator.py", EVALUATOR)),
        *("--calls", "6", "--batch", "2", "--workers", "2", "--llm", "openai:python"),
        *journal_of(folder),
    ],
    go_on=lambda folder: (
        ["evolve", "--resume", "last", "--workers", "2", *journal_of(folder)]
        if events(folder, "run")
        else None
    ),
    units=_search,
    said=lambda line: f"best {line['better']}" if "better" in line else None,
    whole=lambda folder: ended(folder, "calls"),
    asks=True,
)

OPTIMIZE = Work(
    name="optimize",
    begin=lambda folder: [
        *("optimize", str(written(folder, "objective.py", OBJECTIVE)), "--steps", "4"),
        *("--llm", "openai:python", "--seed", "7", *journal_of(folder)),
    ],
    go_on=lambda folder: (
        ["optimize", str(folder / "objective.py"), "--resume", "last", *journal_of(folder)]
        if events(folder, "run")
        else None
    ),
    units=_search,
    said=lambda line: None,
    whole=lambda folder: ended(folder, "calls", "generations"),
    asks=True,
)


def _elites(folder: Path) -> Units:
    found = events(folder / "elm", "batch")
    return [(f"batch {each.data['number']}", timeless(each.data)) for each in found]


ELM = Work(
    name="elm",
    begin=lambda folder: [
        *("elm", "parity", "--evaluations", str(ELITES), "--batch", "8"),
        *("--out", str(folder / "elm"), "--json"),
    ],
    go_on=lambda folder: (
        ["elm", "parity", "--resume", "--out", str(folder / "elm"), "--json"]
        if events(folder / "elm", "run")
        else None
    ),
    units=_elites,
    said=lambda line: f"batch {line['number']}" if "number" in line else None,
    whole=lambda folder: ended(folder / "elm", "evaluations"),
)


def _pairs(folder: Path) -> Units:
    path = folder / "pairs.jsonl"
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [(f"pair {pair['number']}", pair) for pair in map(json.loads, lines)]


FORGE = Work(
    name="forge",
    begin=lambda folder: [
        *("forge", "--pairs", str(PAIRS), "--out", str(folder / "pairs.jsonl"), "--json"),
    ],
    go_on=lambda folder: FORGE.begin(folder),
    units=_pairs,
    said=lambda line: None,
    whole=lambda folder: len(_pairs(folder)) == PAIRS,
)
