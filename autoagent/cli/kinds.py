"""Kinds of runs: what is told and kept of a run depends on what was done in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from autoagent.activity import activity_of
from autoagent.journal import Journal
from sandbox.extensions import Extensions


class RunKind(Protocol):
    """Tells of the runs of a kind.

    All methods raise JournalError where a run cannot be read or is damaged.
    """

    def show(self, journal: Journal, run: str, *, json: bool) -> None:
        """Print a run, for people or as lines of JSON."""
        ...

    def examples(self, journal: Journal, run: str) -> list[str]:
        """Return what can be learnt from a run, as lines of JSON."""
        ...

    def leaves(self, journal: Journal, run: str) -> str | Mapping[str, bytes]:
        """Return what there is to keep of a run: a program, or files by their names.

        Raises:
            ValueError: There is nothing; the message says why.
        """
        ...


@runtime_checkable
class Forking(Protocol):
    """Tells of runs whose past others can share, up to a part of them.

    Attributes:
        part: What such a part is called.
    """

    part: str

    def fork(
        self, journal: Journal, run: str, to: int, *, llm: str | None, seed: int | None
    ) -> str:
        """Begin a run that shares the past of another, and return its id.

        Args:
            journal: Holds both.
            run: Id of the other.
            to: Number of the last part that both have.
            llm: Another model from there on.
            seed: Another seed from there on.

        Raises:
            ValueError: It has no such part, or cannot have another model; the message says so.
        """
        ...

    def is_alone(self, journal: Journal, run: str) -> bool:
        """Tell whether the journal knows all that goes on with a run."""
        ...

    def resumed(self, journal: Journal, run: str, db: Path | None = None) -> str:
        """Return the command that goes on with a run; `db` is the journal's file, if named."""
        ...


KINDS: Extensions[Callable[[], RunKind]] = Extensions("autoagent.runs", "kind of run")


def kind_of(journal: Journal, run: str) -> RunKind:
    """Return the kind of a run.

    Raises:
        JournalError: Its beginning cannot be read.
        ExtensionError: Nothing that is installed can tell of it.
    """
    begun = next(journal.events(run, "run"), None)
    return KINDS[activity_of(begun.data if begun is not None else None)]()
