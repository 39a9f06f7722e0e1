"""A training run on the terminal: a row for each update, and how far the next one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from autoagent.printable import printable

if TYPE_CHECKING:  # torch takes seconds to import, and other commands import this
    from rl.logs import Figures
    from rl.settings import Settings

HEADINGS = (
    "update",
    "return",
    "survived",
    "entropy",
    "kl",
    "gradient",
    "tokens",
    "env steps",
    "seconds",
    "ends",
)
SHOWN = 12
"""Rows that a terminal shows at once."""


class TrainingView:
    """Shows a training run as it goes.

    Args:
        console: Where.
        settings: How many updates there are to be, and how many episodes each has.
    """

    def __init__(self, console: Console, settings: Settings) -> None:
        self._console = console
        self._rows: list[tuple[str, ...]] = []
        self._live: Live | None = None
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
        )
        self._updates = self._progress.add_task("updates", total=settings.updates, note="")
        self._episodes = self._progress.add_task("episodes", total=settings.episodes, note="")

    def open(self) -> None:
        """Begin to show it, where somebody can see it move."""
        if self._console.is_terminal:
            self._live = Live(self._view(), console=self._console, refresh_per_second=8)
            self._live.start(refresh=True)
        else:
            self._console.print("  ".join(HEADINGS), soft_wrap=True)

    def moved(self, update: int, done: int, env_steps: int) -> None:
        """Move the bars."""
        self._progress.update(self._updates, completed=update - 1)
        self._progress.update(self._episodes, completed=done, note=f"{env_steps:,} env steps")

    def updated(self, figures: Figures) -> None:
        """Show a row."""
        row = _row(figures)
        self._rows.append(row)
        self._progress.update(self._updates, completed=figures.update)
        if self._live is None:
            widths = map(len, HEADINGS)
            cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            self._console.print("  ".join(cells), soft_wrap=True, markup=False, highlight=False)
        else:
            self._live.update(self._view())

    def close(self) -> None:
        """Show no more; what is shown stays."""
        if self._live is not None:
            self._live.update(self._table(), refresh=True)
            self._live.stop()
            self._live = None

    def _view(self) -> Group:
        return Group(self._table(), self._progress)

    def _table(self) -> Table:
        table = Table(*HEADINGS)
        for column in table.columns[:-1]:
            column.justify = "right"
        for row in self._rows[-SHOWN:]:
            table.add_row(*map(Text, row))
        return table


def _row(figures: Figures) -> tuple[str, ...]:
    ends = ", ".join(f"{cause} {count}" for cause, count in figures.ends.items())
    return (
        str(figures.update),
        f"{figures.mean_return:.2f}",
        f"{figures.survived:.2f}",
        f"{figures.entropy:.3f}",
        "" if figures.kl is None else f"{figures.kl:.3g}",
        f"{figures.gradient_norm:.3g}",
        f"{figures.tokens:,}",
        f"{figures.env_steps:,}",
        f"{figures.seconds:.1f}",
        printable(ends),
    )
