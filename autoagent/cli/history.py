"""`autoagent runs` and `autoagent show`: what the journal knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import bad_input_exits, print_json, progress
from autoagent.cli.kinds import kind_of
from autoagent.cli.options import DbOption, JsonOption, RunArgument
from autoagent.events import moment, record, text
from autoagent.journal import Journal, NoJournalError
from autoagent.printable import printable

LISTED, ENDED = record(llm=text, prompt=text), record(cause=text)
"""What has to be known of a run, and of its end, to list it."""


def runs(db: DbOption = None, json: JsonOption = False) -> None:
    """List the runs in the journal, oldest first."""
    with bad_input_exits():
        rows = list(_rows(db))
    if json:
        for row in rows:
            print_json(row)
        return
    if not rows:
        progress("no runs yet; `autoagent run` begins one")
        return
    table = Table("run", "started", "model", "steps", "ended", "prompt")
    for row in rows:
        cells = [
            row["run"],
            row["started"],
            row["llm"],
            str(row["steps"]),
            row["cause"] or "unfinished",
            row["prompt"].strip().partition("\n")[0][:60],
        ]
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(table)


def show(
    run: RunArgument,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Print a run again from the journal: an agent's steps, or a translation's generations."""
    with bad_input_exits(), closing(Journal(db, read_only=True)) as journal:
        run_id = journal.find(run)
        kind_of(journal, run_id).show(journal, run_id, json=json)


def _rows(db: Path | None) -> Iterator[dict[str, Any]]:
    """Yield a row for each run; before the first run there is no journal of one's own."""
    try:
        journal = Journal(db, read_only=True)
    except NoJournalError:
        if db is not None:
            raise
        return
    yield from (_row(*each) for each in journal.runs())
    journal.close()


def _row(
    run: str, at: float, settings: dict[str, Any], end: dict[str, Any] | None, steps: int
) -> dict[str, Any]:
    row = {"run": run, "started": "", "llm": "", "steps": steps, "cause": "damaged", "prompt": ""}
    whole = LISTED(settings) and moment(at) and (end is None or ENDED(end))
    if not whole:  # which is no reason not to list the others
        return row
    return row | {
        "started": datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds"),
        "llm": settings["llm"],
        "cause": end["cause"] if end else None,
        "prompt": settings["prompt"],
    }
