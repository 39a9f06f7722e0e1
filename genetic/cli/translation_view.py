"""A translation on the terminal: a row for each generation, and what happens now."""

from __future__ import annotations

import threading

from rich.console import Console
from rich.spinner import Spinner
from rich.text import Text

from autoagent.printable import printable
from autoagent.ui.growing import GrowingTable
from autoagent.ui.words import counted
from genetic.fitness import Fitness
from genetic.search.watcher import Generation
from genetic.translate.candidate import Candidate
from genetic.translate.judge import HIDES, WORST

HEADINGS = (
    "generation",
    "compile errors",
    "unique outputs",
    "tests",
    "fuel",
    "judged",
    "calls",
    "tokens",
    "seconds",
)


class TranslationView:
    """Shows a translation as it goes.

    Args:
        console: Where.
    """

    def __init__(self, console: Console) -> None:
        self._lock = threading.Lock()
        self._table = GrowingTable(console, HEADINGS, below=self._now)
        self._number = 0
        self._judged = 0
        self._best: Fitness | None = None

    def open(self) -> None:
        """Begin to show it, where somebody can see it move."""
        self._table.open()

    def judged(self, candidate: Candidate) -> None:
        """Count a program."""
        with self._lock:
            self._judged += 1
            self._table.update()

    def better(self, candidate: Candidate) -> None:
        """Show how good it is."""
        with self._lock:
            self._best = candidate.fitness
            self._table.update()

    def generation(self, generation: Generation[Candidate]) -> None:
        """Show a row."""
        with self._lock:
            self._number = generation.number + 1
            self._table.add(_row(generation))

    def close(self) -> None:
        """Show no more; what is shown stays."""
        self._table.close()

    def _now(self) -> Spinner:
        line = f"generation {self._number}: {counted(self._judged, 'programs')} so far"
        if self._best is not None:
            line += f", the best one: {summary(self._best)}"
        return Spinner("dots", Text(line))


def summary(fitness: Fitness) -> str:
    """Return a fitness in words."""
    if fitness.compile_errors >= WORST:
        return "no program"
    if fitness.compile_errors >= HIDES:
        return "a compile error that hides all others"
    if fitness.compile_errors:
        return f"{fitness.compile_errors:,} characters of compile errors"
    words = f"{fitness.exact} of {fitness.tests} tests match"
    if not fitness.correct:
        words += f" ({fitness.passed:.3f})"
    if fitness.fuel is not None:
        words += f", fuel {fitness.fuel:,}"
    return printable(words)


def counters(generation: Generation[Candidate]) -> str:
    """Say what was asked until a generation was complete, and what else happened, if it did."""
    events = {
        "migrations": generation.migrations,
        "restarts": generation.restarts,
        "resurrections": generation.resurrections,
    }
    happened = [counted(count, name) for name, count in events.items() if count]
    words = ", ".join([counted(generation.calls, "questions"), *happened])
    if generation.given_up:
        words += (
            f"; {generation.given_up} births were given up when an earlier one reached the goal: "
            "what they had asked is counted"
        )
    return words


def _row(generation: Generation[Candidate]) -> tuple[str, ...]:
    fitness = generation.best.fitness
    return (
        str(generation.number),
        f"{fitness.compile_errors:,}",
        f"{fitness.unique:.2f}",
        f"{fitness.passed:.3f} / {fitness.tests}",
        "" if fitness.fuel is None else f"{fitness.fuel:,}",
        str(generation.judged),
        str(generation.calls),
        f"{generation.tokens:,}",
        f"{generation.seconds:.1f}",
    )
