"""A report: runs and results as one file, which needs nothing else and can be sent around."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autoagent.activity import AGENT
from autoagent.journal import Journal, JournalError
from autoagent.marks import Marks
from autoagent.view import catalogue
from autoagent.view.life import about, spent
from autoagent.view.lifeline import Lifeline, rewritten, turn
from autoagent.view.panels import VIEWS
from autoagent.view.rendering import rendered
from autoagent.view.results import shelves
from autoagent.view.rows import row

ROOM = 4_500_000
"""Bytes that the steps of all runs of a report have together, as markup."""
MOST = 50_000
"""Bytes of a step, however few there are."""
MOST_STEPS = 2_000
"""Of a report; of a longer life, its beginning and its end are shown."""
LONGEST, LEAST = 20_000, 40
"""Characters of each text of a step: so many at most, and if not even these fit, none."""
STYLE = Path(__file__).with_name("static") / "style.css"


def report(journal: Journal | None, runs: Sequence[str], results: Sequence[Path] = ()) -> str:
    """Return a page of runs and results that loads nothing and runs nothing.

    Args:
        journal: Where the runs are; None if there are none.
        runs: Their ids.
        results: Folders of training, evaluations and benchmarks.

    Raises:
        JournalError: A run cannot be read, or is damaged.
        ValueError: A folder cannot be read, or is damaged.
    """
    style = STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # By its hash, this style is obeyed and no other.
    return rendered(
        "report.html",
        runs=[] if journal is None else _runs(journal, runs),
        shelves=shelves(results),
        style=Markup(style),
        digest=Markup(digest),
    )


def _runs(journal: Journal, runs: Sequence[str]) -> list[dict[str, Any]]:
    lines = {run: _lifeline(journal, run) for run in runs}
    most = MOST_STEPS // max(len(runs), 1)
    steps = sum(min(line.done, most) for line in lines.values())
    share = min(MOST, ROOM // max(steps, 1))
    marks = Marks(journal.path).all()
    return [_told(journal, lines[run], marks, share, most) for run in runs]


def _lifeline(journal: Journal, run: str) -> Lifeline:
    line = Lifeline(run)
    line.read_on(journal)
    return line


def _told(journal: Journal, line: Lifeline, marks: Any, share: int, most: int) -> dict[str, Any]:
    listed = catalogue.one(journal, line.run, marks)
    panels = []
    if listed.kind != AGENT and listed.kind in VIEWS:
        panels = list(VIEWS[listed.kind]().panels(journal, line.run))
    left_out = range(most // 2 + 1, line.done - most // 2 + 1) if line.done > most else range(0)
    return {
        "run": listed,
        "begun": about(journal, line.run),
        "spent": spent(journal, line.run),
        "line": line,
        "panels": panels,
        "left_out": left_out,
        "steps": list(_steps(journal, line, share, left_out)),
    }


def _steps(
    journal: Journal, line: Lifeline, share: int, left_out: range
) -> Iterator[tuple[int, Markup]]:
    """Yield the steps of a life as markup, each with no more bytes than its share."""
    for number in range(1, line.done + 1):
        if number in left_out:
            continue
        found = turn(journal, line, number)
        try:
            changes = rewritten(journal, line, number)
        except JournalError:  # a genome that is missing is no reason to show nothing
            changes = {}
        yield number, _fitting(share, turn=found, row=row(found.step), changes=changes)


def _fitting(share: int, **values: Any) -> Markup:
    """Return a step as markup, its texts as long as there is room for them."""
    length = min(share, LONGEST)
    while length >= LEAST:
        piece = rendered("reported.html", most=length, **values)
        size = len(piece.encode())
        if size <= share:
            return Markup(piece)
        length = min(length * share // size, length * 2 // 3)
    return Markup("<p>There is no room here for step {}.</p>").format(values["row"].step)
