"""`autoagent trust`: make a run that came from elsewhere one's own."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.options import DbOption, RunArgument
from autoagent.journal import Journal
from autoagent.past import Past
from autoagent.printable import printable

LONGEST = 200
"""Characters of a setting that are shown, of its beginning and of its end."""


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
        table = Table(*(Column(name, overflow="fold") for name in ("setting", "value")))
        for setting, value in _flat(_settings(journal, name)):
            table.add_row(*(Text(_cut(printable(text))) for text in (setting, value)))
        Console().print(table)
        if not yes and not typer.confirm(f"adopt run {name}, with these settings?"):
            raise typer.Exit(1)
        journal.adopt(name)
        progress(f"run {name} is your own now")


def _settings(journal: Journal, run: str) -> dict[str, Any]:
    """Return what a run would choose, with what later resumptions changed.

    Of a search, some of what it was begun with counts and some of what it goes on with: both are
    told.
    """
    begun = next(journal.events(run, "run")).data
    if not isinstance(begun, dict):
        fail(f"the record of run {run} is damaged: it has no settings")
    if "activity" not in begun:
        return Past.of(journal, run).settings
    later: dict[str, Any] = {}
    for event in journal.events(run, "resume"):
        later |= event.data if isinstance(event.data, dict) else {}
    changed = {name: value for name, value in later.items() if value != begun.get(name)}
    return begun | ({"resumed": changed} if changed else {})


def _flat(settings: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return settings and those inside them, in words."""
    rows: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}.")
        else:
            rows.append((prefix + name, str(value)))
    return rows


def _cut(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} […] {text[-half:]}"
