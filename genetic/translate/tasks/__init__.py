"""The bundled tasks: small JavaScript programs, and inputs to try their translations on.

A task is one file, `NAME.toml`: a title, a level, the source, its inputs, and how to make one
larger input, by which the cost of a run is measured. What a program should print is not in it:
that is what its source prints.

The first half of the inputs is open, to breed on; the second half is hidden, to judge by. Both are
alike in difficulty.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any

LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class BundledTask:
    """A program to translate.

    Attributes:
        name: Its name, which is that of its file.
        title: What the program does, in a line.
        level: How hard it is to translate, one of `LEVELS`, or where it comes from.
        source: The program, in JavaScript.
        inputs: What it may be tried on meanwhile.
        hidden: What a translation is judged by in the end.
        stress: A large input; None if run costs are not compared.
        compare: When an output counts as right (see `genetic.translate.comparison`).
    """

    name: str
    title: str
    level: str
    source: str
    inputs: tuple[bytes, ...]
    hidden: tuple[bytes, ...]
    stress: bytes | None
    compare: str


def load_tasks(pattern: str = "*") -> list[BundledTask]:
    """Load tasks, from easy to hard.

    Args:
        pattern: Of their names, as in a shell.

    Raises:
        ValueError: No task has such a name; the message lists those that there are.
    """
    found = {entry.name: entry for entry in files(__name__).iterdir()}
    known = {name.removesuffix(".toml"): found[name] for name in found if name.endswith(".toml")}
    tasks = [
        _task(name, tomllib.loads(entry.read_text("utf-8")))
        for name, entry in known.items()
        if fnmatchcase(name, pattern)
    ]
    if not tasks:
        raise ValueError(f"no task is named {pattern!r}; known are: {', '.join(sorted(known))}")
    return sorted(tasks, key=lambda task: (LEVELS.index(task.level), task.name))


def _task(name: str, data: dict[str, Any]) -> BundledTask:
    inputs = tuple(text.encode() for text in data["inputs"])
    half = (len(inputs) + 1) // 2
    return BundledTask(
        name=name,
        title=data["title"],
        level=data["level"],
        source=data["source"],
        inputs=inputs[:half],
        hidden=inputs[half:],
        stress=_repeated(**data["stress"]).encode(),
        compare=data.get("compare", "exact"),
    )


def _repeated(head: str = "", repeat: str = "", times: int = 0, tail: str = "") -> str:
    return head + repeat * times + tail
