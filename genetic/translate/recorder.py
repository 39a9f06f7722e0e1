"""What a translation writes into the journal, and what is read of it again."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from autoagent.events import count, list_of, maybe, number, record, text, unless_missing
from autoagent.files import encoded
from autoagent.journal import Data, Journal, JournalError
from genetic.fitness import Fitness
from genetic.search.recorder import Recorder, Write, last_event, proper
from genetic.search.watcher import Generation
from genetic.translate.candidate import Candidate
from genetic.translate.judge import Judgement
from genetic.translate.plan import ACTIVITY

FITNESS = record(
    compile_errors=count, unique=number, passed=number, tests=count, exact=count, fuel=maybe(count)
)
BEST = record(name=text, program=text, fitness=FITNESS)
BORN = record(name=text, program=text, fitness=FITNESS, parents=list_of(text))
FITNESS_FIELDS = tuple(field.name for field in fields(Fitness))


class TranslationRecorder(Recorder[Candidate]):
    """Writes down what happens in a translation, lessons, too; see `Recorder`."""

    def __init__(self, write: Write) -> None:
        super().__init__(write)
        self._lessons: set[str] = set()
        self._lock = threading.Lock()

    def described(self, candidate: Candidate) -> Data:
        """Return a candidate as it is journalled."""
        return described(candidate)

    def told(self, generation: Generation[Candidate]) -> Data:
        """Return who was born, and of whom."""
        born = [described(each) | {"parents": list(each.parents)} for each in generation.born]
        return {"born": born}

    def take_up(self, journal: Journal, run: str) -> None:
        """Read what is written already, so that nothing is written twice.

        Which program is best, only a run of one's own is believed: of any other, the programs that
        its answers make are judged again.

        Raises:
            JournalError: It cannot be read, or is damaged.
        """
        for best in proper(journal, run, "best", BEST):
            fitness = fitness_of(best["fitness"])
            assert fitness is not None
            self.best = Candidate(best["name"], 0, best["program"], Judgement(fitness))
        if not journal.is_own(run):
            self.best = None
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
            self._write(("lesson", {"name": name, **asdict(lesson)}))
        super().judged(candidate)


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
    """Tell whether one of the user's own runs in a journal has kept the program of this digest.

    Raises:
        JournalError: The journal cannot be read.
    """
    return any(
        _has_kept(journal, run, wanted) and journal.is_own(run)
        for run, _, begun, *_ in journal.runs()
        if begun.get("activity") == ACTIVITY
    )


def _has_kept(journal: Journal, run: str, wanted: str) -> bool:
    try:
        kept = [str(best["program"]) for best in proper(journal, run, "best", BEST)]
    except JournalError:  # a run that is damaged proves nothing, and concerns no other
        return False
    return any(digest(encoded(program)) == wanted for program in kept)


def fitness_of(data: Any) -> Fitness | None:
    """Return the fitness in a journal's event, or None if there is none."""
    return Fitness(**{name: data[name] for name in FITNESS_FIELDS}) if FITNESS(data) else None


def generations(journal: Journal, run: str) -> Iterator[Data]:
    """Yield what each generation of a run led to.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    shape = record(
        number=count,
        fitness=FITNESS,
        births=count,
        judged=count,
        calls=count,
        born=unless_missing(list_of(BORN)),
    )
    yield from proper(journal, run, "generation", shape)


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
    yield from proper(journal, run, "lesson", shape)


def end(journal: Journal, run: str) -> Data | None:
    """Return how a run stopped; None while it has not.

    Raises:
        JournalError: It cannot be read, or is damaged.
    """
    best = maybe(record(program=text, fitness=FITNESS))
    return last_event(journal, run, best)
