"""Tasks on the terminal: what happens now, and a line for each life that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from autoagent.printable import printable
from autoagent.tasks.outcome import Outcome
from autoagent.ui.words import counted

if TYPE_CHECKING:  # it takes a second to import, and other commands import this
    from autoagent.tasks.report import Report


class TasksView:
    """Shows tasks as they are attempted.

    Args:
        console: Where.
        total: How many lives there are.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total, self._done = console, total, 0
        self._status = Status("", console=console)
        if console.is_terminal:
            self._status.start()

    def begun(self, task: str, side: str) -> None:
        """Show what begins."""
        self._status.update(Text(printable(f"{self._done + 1}/{self._total} {task}, {side}")))

    def finished(self, outcome: Outcome, *, known: bool) -> None:
        """Print how it ended."""
        self._done += 1
        words = f"{self._done}/{self._total} {outcome.task}, {outcome.side}: "
        words += "solved" if outcome.solved else f"not solved ({outcome.wrong})"
        lived = f"{outcome.cause}, {counted(outcome.steps, 'steps')}"
        words += "; kept from before" if known else f"; {lived}"
        self._console.print(Text(printable(words)), soft_wrap=True)

    def close(self) -> None:
        """Show no more of what happens now."""
        self._status.stop()


def sides_table(report: Report) -> Table:
    """Return what the sides come to."""
    table = Table("model/genome", "tasks", "lives", "solved", "steps", "tokens", "deaths")
    for side, groups in report.groups.items():
        for group, found in groups.items():
            figures = (f"{found.solved:.1%}", f"{found.steps.value:.1f}")
            more = (f"{found.tokens.value:,.0f}", str(found.deaths))
            table.add_row(printable(side), group, str(found.lives), *figures, *more)
    return table
