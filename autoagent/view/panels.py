"""What a kind of runs shows of a run, as plain data: how it looks is decided where it is drawn.

A package that adds a kind of runs tells what to show of it by an entry point of the group
``autoagent.views``, named like the kind. Texts are a stranger's; they are made safe when drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from autoagent.journal import Journal
from sandbox.extensions import Extensions


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Lines over a common axis.

    Attributes:
        title: What is seen.
        x: What the axis counts.
        y: What is measured.
        lines: Points of each line, in order, by its name.
    """

    title: str
    x: str
    y: str
    lines: Mapping[str, Sequence[tuple[float, float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """One of a family.

    Attributes:
        name: What it is called.
        parents: The names of those it was made from, the first one above all.
        score: How good it is, the higher the better; None if that cannot be said.
        told: What else there is to say, in a line.
        program: Its text; None if that was not kept.
    """

    name: str
    parents: Sequence[str] = ()
    score: float | None = None
    told: str = ""
    program: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Who was made from whom, in the order of births.

    Attributes:
        title: What is seen.
        score: What the scores measure.
        born: Its members.
        best: The name of the best.
    """

    title: str
    score: str
    born: Sequence[Born]
    best: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a grid: its name, its ends, and how many fields there are along it."""

    name: str
    low: float
    high: float
    fields: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """An archive: the best of each field, as a heat map.

    Attributes:
        title: What is seen.
        score: What is measured.
        across: The side from left to right.
        up: The side from below.
        best: Who is in a field, by its place across and up.
    """

    title: str
    score: str
    across: Side
    up: Side
    best: Mapping[tuple[int, int], Born]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that was found, and what is said of it."""

    title: str
    text: str
    told: str = ""
    language: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A few values by their names."""

    title: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of texts below headings, and what there is to say of them."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    told: str = ""


Panel = Curve | Family | Grid | Program | Facts | Table


class View(Protocol):
    """What there is to see of the runs of a kind."""

    def panels(self, journal: Journal, run: str) -> Sequence[Panel]:
        """Return what is shown of a run, what matters most first.

        Raises:
            JournalError: It cannot be read, or is damaged.
        """
        ...


VIEWS: Extensions[Callable[[], View]] = Extensions("autoagent.views", "view of a kind of run")


def born_named(panels: Sequence[Panel], name: str) -> tuple[Born, Born | None] | None:
    """Return who is called that in a family or an archive, and the first parent that is known."""
    known: dict[str, Born] = {}
    for panel in panels:
        if isinstance(panel, Grid):
            known = {born.name: born for born in panel.best.values()} | known
        elif isinstance(panel, Family):
            known |= {born.name: born for born in panel.born}
    if name not in known:
        return None
    parents = (known[each] for each in known[name].parents if each in known)
    return known[name], next(parents, None)
