"""A benchmark on the terminal: what happens now, and a line for all that is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from autoagent.printable import printable
from autoagent.ui.words import counted
from genetic.bench.outcome import Mode, Outcome, Point
from genetic.cli.translation_view import summary

if TYPE_CHECKING:  # it takes a second to import, and other commands import this
    from genetic.bench.report import Report


class BenchView:
    """Shows a benchmark as it goes.

    Args:
        console: Where.
        total: How many tasks and modes there are.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0
        self._now = ""
        self._status = Status("", console=console)
        if console.is_terminal:
            self._status.start()

    def begun(self, task: str, mode: Mode) -> None:
        """Show what begins."""
        self._now = f"{task}, {mode.value}"
        self._show(self._now)

    def moved(self, point: Point) -> None:
        """Show how far it has come."""
        words = f"generation {point.number}, {counted(point.calls, 'calls')}"
        self._show(f"{self._now}: {words}, best: {summary(point.fitness)}")

    def finished(self, outcome: Outcome, *, known: bool) -> None:
        """Print how it ended."""
        self._done += 1
        hidden = f"hidden tests {outcome.hidden.exact} of {outcome.hidden.tests}"
        who = f"{outcome.task}, {outcome.mode.value}, seed {outcome.seed}"
        words = f"{who}: {hidden}; open: {summary(outcome.open)}"
        took = f"{counted(outcome.calls, 'calls')}, {outcome.cause}"
        words += "; kept from before" if known else f"; {took}"
        self._console.print(Text(printable(f"{self._done}/{self._total} {words}")), soft_wrap=True)

    def close(self) -> None:
        """Show no more of what happens now."""
        self._status.stop()

    def _show(self, words: str) -> None:
        self._status.update(Text(printable(f"{self._done + 1}/{self._total} {words}")))


def modes_table(report: Report) -> Table:
    """Return what the modes come to."""
    table = Table("mode", "tasks", "hidden tests", "solved", "open tests", "calls", "tokens")
    for mode, found in report.modes.items():
        shares = (f"{each:.1%}" for each in (found.hidden, found.solved, found.open))
        numbers = (f"{found.calls:,}", f"{found.tokens:,}")
        table.add_row(mode.value, str(found.tasks), *shares, *numbers)
    return table
