"""A training run on the terminal: a row for each update, and how far the next one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autoagent.printable import printable
from autoagent.ui.growing import GrowingTable

if TYPE_CHECKING:  # torch takes seconds to import, and other commands import this
    from rl.logs import Figures
    from rl.settings import RunSettings

HEADINGS = (
    "update",
    "return",
    "survived",
    "solved",
    "entropy",
    "gradient",
    "tokens",
    "env steps",
    "seconds",
    "ends, harm",
)
SHOWN = 12
"""Rows that a terminal shows at once."""


class TrainingView:
    """Shows a training run as it goes.

    Args:
        console: Where.
        settings: How many updates there are to be, and how many episodes each has.
        shows: A figure that is shown beside those that all runs have.
    """

    def __init__(self, console: Console, settings: RunSettings, *, shows: str = "kl") -> None:
        self._shows = shows
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
        headings = (*HEADINGS[:5], shows, *HEADINGS[5:])
        self._table = GrowingTable(
            console, headings, below=lambda: self._progress, words={HEADINGS[-1]}, shown=SHOWN
        )

    def open(self) -> None:
        """Begin to show it, where somebody can see it move."""
        self._table.open()

    def moved(self, update: int, done: int, env_steps: int) -> None:
        """Move the bars."""
        self._progress.update(self._updates, completed=update - 1)
        self._progress.update(self._episodes, completed=done, note=f"{env_steps:,} env steps")

    def updated(self, figures: Figures) -> None:
        """Show a row."""
        self._progress.update(self._updates, completed=figures.update)
        self._table.add(_row(figures, getattr(figures, self._shows)))

    def close(self) -> None:
        """Show no more; what is shown stays."""
        self._table.close()


def _row(figures: Figures, shown: float | None) -> tuple[str, ...]:
    ends = ", ".join(f"{cause} {count}" for cause, count in figures.ends.items())
    if figures.harmed:
        ends += f"; {figures.harmed:.0%} did harm"
    return (
        str(figures.update),
        f"{figures.mean_return:.2f}",
        f"{figures.survived:.2f}",
        "-" if figures.solved is None else f"{figures.solved:.2f}",
        f"{figures.entropy:.3f}",
        "" if shown is None else f"{shown:.3g}" if figures.kept != 0 else "0, nothing learned",
        f"{figures.gradient_norm:.3g}",
        f"{figures.tokens:,}",
        f"{figures.env_steps:,}",
        f"{figures.seconds:.1f}",
        printable(ends),
    )
