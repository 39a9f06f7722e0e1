"""What is bred: seeds, and how programs are judged and described."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from genetic.elm.languages import PYTHON, Language
from sandbox.extensions import Extensions


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One side of the grid of niches.

    Attributes:
        name: What is measured along it.
        low: Where it begins; what is measured below that belongs to the first niche.
        high: Where it ends; what is above belongs to the last one.
        niches: How many there are along it.
    """

    name: str
    low: float
    high: float
    niches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of a program.

    Attributes:
        objective: How good it is; finite, and more is better.
        measures: Where it belongs, a finite number along each axis. What is judged otherwise has
            the fault ``misjudged``.
        fault: Why it is none; empty where it is one. Then the rest says nothing.
    """

    objective: float = 0.0
    measures: tuple[float, ...] = ()
    fault: str = ""


class Domain(Protocol):
    """A kind of programs to breed, and a world that they are judged in.

    What comes of programs must follow from them and their order alone: of those that are judged
    in one call, which are as many as share a guest (`Crowded`).

    Attributes:
        name: What it is found by, its variant with it, as ``sodarace:bumpy``.
        axes: The grid of niches.
        seeds: Programs to begin with, by name.
        task: What its programs are to do, in words for a model.
        function: The function that they define.
        objective: What is measured, for people.
    """

    name: str
    axes: Sequence[Axis]
    seeds: Mapping[str, str]
    task: str
    function: str
    objective: str

    def judge(self, programs: Sequence[str]) -> list[Judged]:
        """Return what comes of each program; none is an error."""
        ...

    def close(self) -> None:
        """Give resources back."""
        ...


@runtime_checkable
class Written(Protocol):
    """A domain that says what its programs are written in; those of others are in Python."""

    language: Language


@runtime_checkable
class Crowded(Protocol):
    """A domain that says how many programs share a guest; in those of others, as many as may."""

    together: int


def language_of(domain: Domain) -> Language:
    """Return what the programs of a domain are written in."""
    return domain.language if isinstance(domain, Written) else PYTHON


@runtime_checkable
class Illustrated(Protocol):
    """A domain whose programs can be shown."""

    def illustrate(self, program: str, folder: Path) -> Path | None:
        """Write a picture of a program into a folder, and return its path."""
        ...


DOMAINS = Extensions[Callable[[str | None, int], Domain]](
    "autoagent.elm_domains", "domain", extra="elm"
)
"""What opens domains, by name, given the variant that is wanted and how many programs may share a
guest; a variant that there is not raises a ValueError that says which there are."""


def open_domain(name: str, *, together: int) -> Domain:
    """Open a domain.

    Args:
        name: Of the domain; after a colon, its variant.
        together: How many programs may share a guest.

    Raises:
        ValueError: There is no such domain, or no such variant; the message says which there are.
        SandboxError: The wall cannot stand here.
    """
    kind, _, variant = name.partition(":")
    return DOMAINS[kind](variant or None, together)
