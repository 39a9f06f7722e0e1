"""What a search writes into the journal, and what is read of it again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Generic

from autoagent.events import record, text
from autoagent.journal import Data, Journal, JournalError
from genetic.search.watcher import B, Generation, Unwatched, Watcher

END = record(cause=text, detail=text)
"""How the end of a search is journalled, the best program aside."""


Write = Callable[..., None]
"""Appends events, each a pair of its kind and its data."""


class Recorder(ABC, Generic[B]):
    """Writes down what happens in a search, and then tells who watches; itself a `Watcher`.

    Args:
        write: Appends events to the run, all of them or none.

    Attributes:
        watcher: Whatever it is told is in the journal already, but for programs that were judged.
        best: The best program that is written down from before.
    """

    def __init__(self, write: Write) -> None:
        self.watcher: Watcher[B] = Unwatched()
        self.best: B | None = None
        self._write = write
        self._generations = 0

    @abstractmethod
    def described(self, candidate: B) -> Data:
        """Return a candidate as it is journalled, with its ``fitness``."""

    @abstractmethod
    def take_up(self, journal: Journal, run: str) -> None:
        """Read what is written already, so that nothing is written twice.

        Raises:
            JournalError: It cannot be read, or is damaged.
        """

    def told(self, generation: Generation[B]) -> Data:
        """Return what else is written down of a generation."""
        return {}

    def judged(self, candidate: B) -> None:
        """Tell of it."""
        self.watcher.judged(candidate)

    def better(self, candidate: B) -> None:
        """Write a program down."""
        self._write(("best", self.described(candidate)))
        self.watcher.better(candidate)

    def generation(self, generation: Generation[B]) -> None:
        """Write down what a generation led to, unless that was done before the run was cut off."""
        if generation.number >= self._generations:
            data = {
                "number": generation.number,
                "fitness": self.described(generation.best)["fitness"],
                "births": generation.births,
                **generation.counted(),
                **self.told(generation),
            }
            self._write(("generation", data))
        self.watcher.generation(generation)


def proper(journal: Journal, run: str, kind: str, shape: Callable[[object], bool]) -> Iterator[Any]:
    """Yield the events of a kind.

    Raises:
        JournalError: They cannot be read, or one is damaged.
    """
    for event in journal.events(run, kind):
        if not shape(event.data):
            raise JournalError(
                f"the record of run {run} is damaged: event {event.number} ({kind}) has a wrong or "
                "missing field"
            )
        yield event.data


def best_program(journal: Journal, run: str) -> str:
    """Return the best program of a run so far.

    Raises:
        JournalError: It cannot be read, or is damaged.
        ValueError: There is none.
    """
    found = list(proper(journal, run, "best", record(program=text)))
    if not found:
        raise ValueError(f"run {run} has found no program so far")
    return str(found[-1]["program"])


def last_event(
    journal: Journal, run: str, best: Callable[[object], bool] = lambda value: True
) -> Data | None:
    """Return how a run stopped; None while it has not.

    Args:
        journal: Holds it.
        run: Its id.
        best: What its best program must look like.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    last = journal.end(run)
    if last is not None and not (END(last) and best(last.get("best"))):
        raise JournalError(f"the record of run {run} is damaged: its end has a wrong field")
    return last
