"""Long commands that complete code."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.durability.works import Arguments, Units, Work, timeless, written

CONFIG = """
dataset = "own"
model_first = "openai:python"
analyzers = ["ruff"]
style = "chat"
max_iter = 2
"""
OWN = {"one": ("x = 1\n", "y = x\n"), "two": ("a = [1]\n", "b = a[0]\n")}
PAIRS, ARMS = ("level_0/is_even", "level_0/clamp"), ("plain", "ruff")


def _rows(folder: Path, where: str) -> Units:
    """Return the rows of evaluations, each called by the folder of its evaluation and its pair."""
    found = []
    for path in sorted(folder.glob(where)):
        for row in json.loads(path.read_text())["rows"]:
            found.append((f"{path.parent.name} {row['pair']}", timeless(row)))
    return found


def _own(folder: Path) -> Units:
    return [(name.split()[-1], row) for name, row in _rows(folder, "eval/config/*/results.json")]


def _evaluation(folder: Path) -> Arguments:
    for name, halves in OWN.items():
        pair = folder / "data" / "own" / "level_0" / "pairs" / name
        pair.mkdir(parents=True, exist_ok=True)
        for half, text in zip(("input.txt", "output.txt"), halves, strict=True):
            written(pair, half, text)
    config = written(folder, "config.toml", CONFIG)
    return ["coder", "evaluate", "-c", str(config), "--folder", str(folder), "--json"]


EVALUATION = Work(
    name="coder evaluate",
    begin=_evaluation,
    go_on=_evaluation,
    units=_own,
    said=lambda line: str(line["pair"]) if "pair" in line else None,
    whole=lambda folder: len(_own(folder)) == len(OWN),
    asks=True,
)


def _arms(folder: Path) -> Units:
    return sorted(_rows(folder, "out/arms/*/results.json"), key=lambda unit: unit[0])


COMPLETIONS = Work(
    name="bench coder",
    begin=lambda folder: [
        *("bench", "coder", "--arms", ",".join(ARMS), "--pairs", ",".join(PAIRS), "-n", "1"),
        *("--iterations", "2", "--style", "chat", "--llm", "openai:python"),
        *("--out", str(folder / "out"), "--json"),
    ],
    go_on=lambda folder: COMPLETIONS.begin(folder) if (folder / "out").exists() else None,
    units=_arms,
    said=lambda line: f"{line['arm']} {line['pair']}" if "arm" in line else None,
    whole=lambda folder: len(_arms(folder)) == len(PAIRS) * len(ARMS),
    asks=True,
)
