"""`autoagent trust`: make a run that came from elsewhere one's own."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.options import DbOption, RunArgument
from autoagent.journal import Journal
from autoagent.past import Past
from autoagent.printable import printable

LONGEST = 200
"""Characters of a setting that are shown."""


def trust(
    run: RunArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    db: DbOption = None,
) -> None:
    """Adopt RUN, after its settings are shown: it may then choose them as your own runs do."""
    with bad_input_exits(), closing(Journal(db)) as journal:
        name = journal.find(run)
        if journal.is_own(name):
            progress(f"run {name} is your own already")
            return
        table = Table("setting", "value")
        for setting, value in _flat(_settings(journal, name)):
            table.add_row(*(Text(printable(text)[:LONGEST]) for text in (setting, value)))
        Console().print(table)
        if not yes and not typer.confirm(f"adopt run {name}, with these settings?"):
            raise typer.Exit(1)
        journal.adopt(name)
        progress(f"run {name} is your own now")


def _settings(journal: Journal, run: str) -> dict[str, Any]:
    """Return what a run would choose, with what later resumptions changed."""
    begun = next(journal.events(run, "run")).data
    if not isinstance(begun, dict):
        fail(f"the record of run {run} is damaged: it has no settings")
    return begun if "activity" in begun else Past.of(journal, run).settings


def _flat(settings: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return settings and those inside them, in words."""
    rows: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}.")
        else:
            rows.append((prefix + name, str(value)))
    return rows
