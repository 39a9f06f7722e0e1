"""What a shell is told that completes the id of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import typer

from autoagent.cli.common import BAD_INPUTS
from autoagent.journal import Journal
from autoagent.printable import printable

MOST = 50
"""Runs that a shell is told, the newest first."""


def completed_run(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return ids of runs that begin like what is typed, each with the beginning of its prompt."""
    given = context.params.get("db")
    try:
        with closing(Journal(Path(given) if given else None, read_only=True)) as journal:
            return list(islice(_found(journal, incomplete), MOST))
    except BAD_INPUTS:
        return []  # in the middle of a line there is nowhere to say what is wrong


def _found(journal: Journal, incomplete: str) -> Iterator[tuple[str, str]]:
    for run, _, settings, *_ in journal.runs(newest_first=True):
        if run.startswith(incomplete):
            prompt = settings.get("prompt") if isinstance(settings, dict) else ""
            yield run, printable(str(prompt)).replace("\n", " ")[:60]
