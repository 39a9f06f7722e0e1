"""A task: a file of Python that is executed behind the wall alone."""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from sandbox.parsing import parse

Kind = Literal["compute", "program", "files", "self"]
Level = Literal["easy", "medium", "hard"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LEVELS: tuple[Level, ...] = get_args(Level)
STEPS: dict[Level, int] = {"easy": 4, "medium": 6, "hard": 8}
"""How many answers a life may have."""


@dataclass(frozen=True, slots=True)
class Task:
    """What an agent is asked to do.

    Attributes:
        name: What it is found by.
        kind: What it is about.
        level: How hard it is.
        title: What it asks for, in a line.
        source: The text that poses it and judges what is left.
    """

    name: str
    kind: Kind
    level: Level
    title: str
    source: str

    @property
    def steps(self) -> int:
        """How many answers a life may have for it."""
        return STEPS[self.level]

    @property
    def digest(self) -> str:
        """Content hash of its text."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:16]


def read(name: str, kind: Kind, source: str) -> Task:
    """Return the task that a text is.

    Raises:
        ValueError: It is none; the message says why.
    """
    try:
        tree = parse(source)
    except SyntaxError as error:
        raise ValueError(f"the task {name} is no Python: {error}") from None
    level: object = None
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="LEVEL")], value=ast.Constant(value=value)):
                level = value
    if level not in LEVELS:
        raise ValueError(f"LEVEL of the task {name} is {level!r}; give {', '.join(LEVELS)}")
    title = (ast.get_docstring(tree) or "").partition("\n")[0].rstrip(".")
    return Task(name, kind, level, title, source)


@cache
def bundled() -> tuple[Task, ...]:
    """Return the tasks of this package, by kind, level and name."""
    folder = files("autoagent.tasks") / "bundled"
    found = [
        read(each.name.removesuffix(".py"), kind, each.read_text("utf-8"))
        for kind in KINDS
        for each in (folder / kind).iterdir()
        if each.name.endswith(".py")
    ]
    return tuple(sorted(found, key=lambda t: (KINDS.index(t.kind), LEVELS.index(t.level), t.name)))


def select(patterns: str) -> list[Task]:
    """Return tasks by their names, kinds or levels, as in a shell, separated by commas.

    Raises:
        ValueError: A pattern stands for none.
    """
    chosen: set[Task] = set()
    for pattern in (each.strip() for each in patterns.split(",")):
        found = {
            task
            for task in bundled()
            if any(fnmatchcase(each, pattern) for each in (task.name, task.kind, task.level))
        }
        if not found:
            known = ", ".join([*KINDS, *LEVELS, *(task.name for task in bundled())])
            raise ValueError(f"no task is named {pattern!r}; known: {known}")
        chosen |= found
    return [task for task in bundled() if task in chosen]
