"""A search with an evaluator on the terminal: a row for each generation, and what happens now."""

from __future__ import annotations

import threading

from rich.console import Console
from rich.spinner import Spinner
from rich.text import Text

from autoagent.printable import printable
from autoagent.ui.growing import GrowingTable
from autoagent.ui.words import counted
from genetic.evolve.candidate import Candidate
from genetic.evolve.proposer import standing
from genetic.search.watcher import Generation

HEADINGS = ("generation", "best score", "best on islands", "judged", "calls", "tokens", "seconds")
SHOWN = 20
"""Rows on a terminal; a long search has many more."""


class EvolveTable:
    """Shows a search as it goes.

    Args:
        console: Where.
    """

    def __init__(self, console: Console) -> None:
        self._lock = threading.Lock()
        self._table = GrowingTable(console, HEADINGS, below=self._now, shown=SHOWN)
        self._judged = 0
        self._best: Candidate | None = None

    def open(self) -> None:
        """Begin to show it, where somebody can see it move."""
        self._table.open()

    def judged(self) -> None:
        """Count a program."""
        with self._lock:
            self._judged += 1
            self._table.update()

    def better(self, candidate: Candidate) -> None:
        """Show how good it is."""
        with self._lock:
            self._best = candidate
            self._table.update()

    def generation(self, generation: Generation[Candidate]) -> None:
        """Show a row."""
        with self._lock:
            self._table.add(row(generation))

    def close(self) -> None:
        """Show no more; what is shown stays."""
        self._table.close()

    def _now(self) -> Spinner:
        line = f"{counted(self._judged, 'programs')} so far"
        if self._best is not None:
            line += f"; the best is {self._best.name}. {standing(self._best)}"
        return Spinner("dots", Text(printable(line)))


def row(generation: Generation[Candidate]) -> tuple[str, ...]:
    """Return a generation as cells."""
    return (
        str(generation.number),
        _score(generation.best),
        " ".join(map(_score, generation.islands)),
        str(generation.judged),
        str(generation.calls),
        f"{generation.tokens:,}",
        f"{generation.seconds:.1f}",
    )


def _score(candidate: Candidate) -> str:
    return "-" if candidate.score is None else f"{candidate.score:.6g}"
