"""What a translation writes into the journal, and what is read of it again."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from typing import Any

from autoagent.events import count, maybe, number, record, text
from autoagent.files import encoded
from autoagent.journal import Data, Journal, JournalError
from genetic.fitness import Fitness
from genetic.translate.candidate import Candidate
from genetic.translate.judge import Judgement
from genetic.translate.plan import ACTIVITY
from genetic.translate.watcher import Generation, Unwatched, Watcher

FITNESS = record(
    compile_errors=count, unique=number, passed=number, tests=count, exact=count, fuel=maybe(count)
)
BEST = record(name=text, program=text, fitness=FITNESS)
FITNESS_FIELDS = tuple(field.name for field in fields(Fitness))


class TranslationRecorder:
    """Writes down what happens in a search, and then tells who watches; itself a `Watcher`.

    Args:
        write: Appends an event to the run.

    Attributes:
        watcher: Whatever it is told is in the journal already, but for programs that were judged.
        best: The best program that is written down from before.
    """

    def __init__(self, write: Callable[[str, Data], None]) -> None:
        self.watcher: Watcher = Unwatched()
        self.best: Candidate | None = None
        self._write = write
        self._generations = 0
        self._lessons: set[str] = set()
        self._lock = threading.Lock()

    def take_up(self, journal: Journal, run: str) -> None:
        """Read what is written already, so that nothing is written twice.

        Raises:
            JournalError: It cannot be read, or is damaged.
        """
        for best in _proper(journal, run, "best", BEST):
            fitness = fitness_of(best["fitness"])
            assert fitness is not None
            self.best = Candidate(best["name"], 0, best["program"], Judgement(fitness))
        self._generations = len(list(generations(journal, run)))
        self._lessons = {lesson["name"] for lesson in lessons(journal, run)}

    def judged(self, candidate: Candidate) -> None:
        """Write down what can be learnt from a birth, as far as it has come."""
        for place, lesson in enumerate(candidate.lessons):
            name = f"{candidate.name}.{place}"
            with self._lock:
                if name in self._lessons:
                    continue
                self._lessons.add(name)
            self._write("lesson", {"name": name, **asdict(lesson)})
        self.watcher.judged(candidate)

    def better(self, candidate: Candidate) -> None:
        """Write a program down."""
        self._write("best", described(candidate))
        self.watcher.better(candidate)

    def generation(self, generation: Generation) -> None:
        """Write down what a generation led to, unless that was done before the run was cut off."""
        if generation.number >= self._generations:
            data = {
                "number": generation.number,
                "fitness": asdict(generation.best.fitness),
                "births": generation.births,
                "judged": generation.judged,
                "calls": generation.calls,
                "given_up": generation.given_up,
                "migrations": generation.migrations,
                "restarts": generation.restarts,
                "resurrections": generation.resurrections,
                "tokens": generation.tokens,
                "seconds": round(generation.seconds, 3),
            }
            self._write("generation", data)
        self.watcher.generation(generation)


def described(candidate: Candidate) -> Data:
    """Return a candidate as it is journalled."""
    return {
        "name": candidate.name,
        "program": candidate.program,
        "fitness": asdict(candidate.fitness),
    }


def digest(program: bytes) -> str:
    """Return what tells a program from others, as it stands in a file."""
    return hashlib.sha256(program).hexdigest()


def is_program(journal: Journal, wanted: str) -> bool:
    """Tell whether a run of a journal has kept the program of this digest.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    return any(
        digest(encoded(best["program"])) == wanted
        for run, _, begun, *_ in journal.runs()
        if begun.get("activity") == ACTIVITY
        for best in _proper(journal, run, "best", BEST)
    )


def fitness_of(data: Any) -> Fitness | None:
    """Return the fitness in a journal's event, or None if there is none."""
    return Fitness(**{name: data[name] for name in FITNESS_FIELDS}) if FITNESS(data) else None


def generations(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what each generation of a run led to.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    shape = record(number=count, fitness=FITNESS, births=count, judged=count, calls=count)
    yield from _proper(journal, run, "generation", shape)


def lessons(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what can be learnt from a run: worse programs, what was told, better programs.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    shape = record(
        name=text,
        prompt=text,
        worse=text,
        feedback=text,
        better=text,
        before=FITNESS,
        after=FITNESS,
    )
    yield from _proper(journal, run, "lesson", shape)


def end(journal: Journal, run: str) -> Data | None:
    """Return how a run stopped; None while it has not.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    last = journal.end(run)
    shape = record(cause=text, detail=text)
    best = maybe(record(program=text, fitness=FITNESS))
    if last is not None and not (shape(last) and best(last.get("best"))):
        raise JournalError(f"the record of run {run} is damaged: its end has a wrong field")
    return last


def _proper(
    journal: Journal, run: str, kind: str, shape: Callable[[object], bool]
) -> Iterator[Data]:
    for event in journal.events(run, kind):
        if not shape(event.data):
            raise JournalError(
                f"the record of run {run} is damaged: event {event.number} ({kind}) has a wrong or "
                "missing field"
            )
        yield event.data
