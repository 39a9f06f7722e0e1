"""What a person or a program sees of a translation, and where its best program is kept."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from autoagent.cli.common import print_json, progress
from autoagent.cli.suggest import after_search, command
from autoagent.files import write_out
from autoagent.printable import printable
from autoagent.ui.sparkline import curve
from autoagent.ui.words import ended
from genetic.cli.translation_view import TranslationView, counters, summary
from genetic.fitness import Fitness
from genetic.search.journalled import Finish
from genetic.search.run import Finished
from genetic.search.watcher import Generation, Unwatched
from genetic.translate.candidate import Candidate

Compare = Callable[[Fitness], str]


class Display(Unwatched[Candidate]):
    """What a person or a program sees of a translation. Keeps the best program in a file.

    Args:
        out: The file, if one is given.
    """

    def __init__(self, out: Path | None) -> None:
        self._out = out

    def begin(self, run: str) -> None:
        """Say what begins."""

    def keep(self, candidate: Candidate) -> None:
        """Keep a program, whole: whoever reads the file meanwhile finds the last one or this."""
        if self._out is not None:
            write_out(self._out, candidate.program)

    def better(self, candidate: Candidate) -> None:
        """Keep it."""
        self.keep(candidate)

    def close(self) -> None:
        """Show no more until the end is told."""

    def end(self, run: str, finished: Finished[Candidate]) -> None:
        """Say how it ended."""


class JsonLines(Display):
    """Prints each generation as a line of JSON, and a summary."""

    def begin(self, run: str) -> None:
        """Say which run it is where it is no part of the output."""
        progress(f"run {run}")

    def generation(self, generation: Generation[Candidate]) -> None:
        """Print it."""
        fitness = generation.best.fitness
        print_json(
            {
                "generation": generation.number,
                "compile_errors": fitness.compile_errors,
                "unique": fitness.unique,
                "passed": fitness.passed,
                "tests": fitness.tests,
                "exact": fitness.exact,
                "fuel": fitness.fuel,
                **generation.counted(),
            }
        )

    def end(self, run: str, finished: Finished[Candidate]) -> None:
        """Print the summary, the program in it."""
        print_json({"summary": {"run": run, **finished.as_dict()}})
        if finished.cause is Finish.UNREACHABLE:
            progress(printable(f"error: {finished.detail} (run {run} is suspended)"))


class OnTerminal(Display):
    """Shows a table on standard error; the best program goes to the file or to standard output.

    Args:
        out: The file, if one is given.
        db: The journal's file, if it was named.
        url: The models' server, if it was named.
        compare: Returns the command that shows where a program differs, if one can.
    """

    def __init__(
        self,
        out: Path | None,
        db: Path | None,
        compare: Compare | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(out)
        self._db, self._url = db, url
        self._compare = compare
        self._passed: list[float] = []
        self._console = Console(stderr=True)
        self._view = TranslationView(self._console)
        self._last: Generation[Candidate] | None = None

    def begin(self, run: str) -> None:
        """Show the table."""
        progress(f"run {run}")
        self._view.open()

    def judged(self, candidate: Candidate) -> None:
        """Count it."""
        self._view.judged(candidate)

    def better(self, candidate: Candidate) -> None:
        """Keep it, and show how good it is."""
        super().better(candidate)
        self._view.better(candidate)

    def generation(self, generation: Generation[Candidate]) -> None:
        """Show a row."""
        self._last = generation
        self._passed.append(generation.best.fitness.passed)
        self._view.generation(generation)

    def close(self) -> None:
        """Leave the table as it is."""
        self._view.close()

    def end(self, run: str, finished: Finished[Candidate]) -> None:
        """Say how it ended, and how to go on."""
        best = finished.best
        words = ended(finished.cause.value, finished.detail)
        if best is not None:
            words += f"; the best program: {summary(best.fitness)}"
            if self._out is None:
                print(printable(best.program) if sys.stdout.isatty() else best.program)
            else:
                words += f", in {self._out}"
        self._console.print(Text(printable(words)))
        if self._last is not None:
            self._console.print(Text(counters(self._last)))
        if drawn := curve("tests passed", self._passed):
            self._console.print(Text(drawn), soft_wrap=True)
        unfinished = finished.cause in (Finish.BUDGET, Finish.PAUSED, Finish.UNREACHABLE)
        if best is None and not unfinished:
            return
        if best is None or unfinished or self._out is None:  # else it is kept already
            words = after_search(
                run, "translate", unfinished=unfinished, db=self._db, url=self._url
            )
        elif self._compare is not None and not best.fitness.correct:
            words = command(self._compare(best.fitness), None, "shows where it differs")
        else:
            words = command(f"show {run}", self._db, "tells it again")
        self._console.print(Text(words, style="dim"), soft_wrap=True)
