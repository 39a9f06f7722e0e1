"""Runs that a stranger has had in hand."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def add(db: Path, run: str, *events: tuple[str, Any]) -> None:
    """Put events at the end of a run, as somebody does who lacks the user's key."""
    with closing(sqlite3.connect(db)) as journal, journal:
        (last,) = journal.execute("SELECT max(number) FROM events WHERE run = ?", (run,)).fetchone()
        for number, (kind, data) in enumerate(events, last + 1):
            journal.execute(
                "INSERT INTO events (run, number, at, kind, data) VALUES (?, ?, 0, ?, ?)",
                (run, number, kind, json.dumps(data)),
            )
