"""`autoagent runs --delete`: what is deleted is gone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import typer

from autoagent.cli.common import bad_input_exits, progress
from autoagent.journal import Journal
from autoagent.marks import Marks


def delete(run: str, db: Path | None, *, asks: bool) -> None:
    """Delete a run, with its tags, after asking; exit where another process lives it."""
    with bad_input_exits(), closing(Journal(db)) as journal:
        name = journal.find(run)
        ((events,),) = journal.select("SELECT COUNT(*) FROM events WHERE run = ?", name)
        question = f"delete run {name} with its {events:,} events? It cannot be brought back."
        if asks and not typer.confirm(question):
            raise typer.Exit(1)
        journal.delete(name)
        Marks(journal.path).forget(name)
    progress(f"run {name} is deleted")
