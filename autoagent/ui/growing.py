"""A table that grows row by row while something goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text


class GrowingTable:
    """Shows rows as they come: as a table where somebody can see it move, as lines elsewhere.

    Args:
        console: Where.
        headings: Of the columns.
        below: What is shown below the table until it is closed.
        words: Headings of columns that hold words; numbers stand to the right.
        shown: How many of the last rows a terminal shows; None means all.
    """

    def __init__(
        self,
        console: Console,
        headings: Sequence[str],
        *,
        below: Callable[[], RenderableType],
        words: Collection[str] = (),
        shown: int | None = None,
    ) -> None:
        self._console = console
        self._headings = headings
        self._below = below
        self._words = words
        self._shown = shown
        self._rows: list[Sequence[str]] = []
        self._live: Live | None = None

    def open(self) -> None:
        """Begin to show it."""
        if self._console.is_terminal:
            self._live = Live(self._view(), console=self._console, refresh_per_second=8)
            self._live.start(refresh=True)
        else:
            self._console.print("  ".join(self._headings), soft_wrap=True)

    def add(self, row: Sequence[str]) -> None:
        """Show a row more."""
        self._rows.append(row)
        if self._live is None:
            widths = map(len, self._headings)
            cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            self._console.print("  ".join(cells), soft_wrap=True, markup=False, highlight=False)
        self.update()

    def update(self) -> None:
        """Show what is below as it is now."""
        if self._live is not None:
            self._live.update(self._view())

    def close(self) -> None:
        """Show no more; the table stays."""
        if self._live is not None:
            self._live.update(self._table(), refresh=True)
            self._live.stop()
            self._live = None

    def _view(self) -> Group:
        return Group(self._table(), self._below())

    def _table(self) -> Table:
        table = Table()
        for heading in self._headings:
            table.add_column(heading, justify="left" if heading in self._words else "right")
        for row in self._rows if self._shown is None else self._rows[-self._shown :]:
            table.add_row(*map(Text, row))
        return table
