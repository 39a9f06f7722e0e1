"""`autoagent runs` and `autoagent show`: what the journal knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.activity import activity_of
from autoagent.cli.agent_runs import AgentRuns
from autoagent.cli.common import bad_input_exits, fail, print_json, progress
from autoagent.cli.delete import delete
from autoagent.cli.kinds import KINDS, kind_of
from autoagent.cli.options import DbOption, JsonOption, RunArgument
from autoagent.events import moment, record, text
from autoagent.journal import BEGINS, Journal, NoJournalError
from autoagent.printable import printable
from autoagent.ui.summary import print_heading, print_totals
from autoagent.view.catalogue import lives

LISTED, ENDED = record(llm=text, prompt=text), record(cause=text)
"""What has to be known of a run, and of its end, to list it."""


def runs(
    *,
    limit: Annotated[int | None, typer.Option(help="So many runs at most.", min=1)] = None,
    model: Annotated[str, typer.Option(help="Only runs with this in their model's name.")] = "",
    kind: Annotated[str | None, typer.Option(help=f"Only these: {', '.join(KINDS)}.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only runs that were begun then or later.")
    ] = None,
    deleted: Annotated[
        str | None, typer.Option("--delete", help="Delete this run instead, for good.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """List the runs in the journal, newest first."""
    if deleted is not None:
        delete(deleted, db, asks=not yes)
        return
    if kind is not None and kind not in KINDS:
        fail(f"--kind {kind}: known are {', '.join(KINDS)}")
    try:
        earliest = 0.0 if since is None else since.timestamp()
    except (ValueError, OverflowError) as error:
        fail(f"--since {since}: {error}; give a day since 1970")
    with bad_input_exits():
        found = (
            row
            for row in _rows(db, earliest)
            if model in row["llm"] and kind in (None, row["kind"])
        )
        rows = list(islice(found, None if limit is None else min(limit, sys.maxsize)))
    if json:
        for row in rows:
            print_json(row)
        return
    if not rows:
        asked_for_all = earliest == 0 and kind is None and not model
        none = "no runs yet; `autoagent run` begins one" if asked_for_all else "no such runs"
        progress(none)
        return
    table = Table("run", "started", "kind", "model", "steps", "ended", "prompt")
    for row in rows:
        cells = [
            row["run"],
            row["started"][:16].replace("T", " "),
            row["kind"],
            row["llm"],
            str(row["steps"]),
            row["cause"] or ("lives" if row["lives"] else "unfinished"),
            row["prompt"].strip().partition("\n")[0][:60],
        ]
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(table)


def show(
    run: RunArgument,
    query: Annotated[
        bool, typer.Option("--query", help="Print what an agent asked its model, too.")
    ] = False,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Print a run again from the journal: an agent's steps, or a translation's generations.

    Above it stands what it began with, below it what it took over all resumes.
    """
    with bad_input_exits(), closing(Journal(db, read_only=True)) as journal:
        run_id = journal.find(run)
        kind = kind_of(journal, run_id)
        tell = partial(kind.show, journal, run_id, json=json)
        if query:
            if not isinstance(kind, AgentRuns):
                fail(f"--query: run {run_id} is no agent's, and only an agent's queries are kept")
            tell = partial(kind.show, journal, run_id, json=json, query=True)
        begun = list(journal.events(run_id, *BEGINS))
        if json or not begun:
            tell()
            return
        print_heading(Console(), run_id, activity_of(begun[0].data), begun)
        tell()
        print_totals(Console(), journal.events(run_id))


def _rows(db: Path | None, earliest: float) -> Iterator[dict[str, Any]]:
    """Yield a row for each run that is not older; before the first run there is no journal."""
    try:
        journal = Journal(db, read_only=True)
    except NoJournalError:
        if db is not None:
            raise
        return
    with closing(journal):
        for each in journal.runs(newest_first=True):
            _, at, *_ = each
            if not moment(at) or at >= earliest:
                row = _row(*each)
                yield row | {"lives": row["cause"] is None and lives(journal.path, row["run"])}


def _row(
    run: str, at: float, settings: dict[str, Any], end: dict[str, Any] | None, steps: int
) -> dict[str, Any]:
    row = {"run": run, "started": "", "kind": "", "llm": "", "steps": steps, "prompt": ""}
    row["cause"] = "damaged"
    whole = LISTED(settings) and moment(at) and (end is None or ENDED(end))
    if not whole:  # which is no reason not to list the others
        return row
    return row | {
        "started": datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds"),
        "kind": activity_of(settings),
        "llm": settings["llm"],
        "cause": end["cause"] if end else None,
        "prompt": settings["prompt"],
    }
