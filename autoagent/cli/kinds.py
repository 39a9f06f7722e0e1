"""Kinds of runs: what is told and kept of a run depends on what was done in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

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


KINDS: Extensions[Callable[[], RunKind]] = Extensions("autoagent.runs", "kind of run")


def kind_of(journal: Journal, run: str) -> RunKind:
    """Return the kind of a run.

    Raises:
        JournalError: Its beginning cannot be read.
        ExtensionError: Nothing that is installed can tell of it.
    """
    begun = next(journal.events(run, "run"), None)
    return KINDS[activity_of(begun.data if begun is not None else None)]()
