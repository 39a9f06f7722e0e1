"""Tells a page that its run has gone on: server-sent events, from looks at the journal's files.

The run that is watched notices nothing: as long as the files stay as they are, nothing is opened.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import anyio
from anyio import to_thread

from autoagent.journal import JournalError
from autoagent.view.source import Source

BETWEEN_LOOKS = 0.2
"""Seconds."""
SURELY = 3.0
"""Seconds after which the journal is read though its files seem the same; a sign of life, too."""

State = tuple[int, int, str]
"""Number of the last event, steps so far, and the kind of the last event."""


async def news(source: Source, run: str, *, stopped: Callable[[], bool]) -> AsyncIterator[str]:
    """Yield an event whenever the run has gone on, until the server stops.

    Args:
        source: What is looked at.
        run: Id of the run.
        stopped: Whether the server stops.
    """
    seen: State | None = None
    files, looked = None, 0.0
    while not stopped():
        present = _files(source.path)
        if present != files or time.monotonic() - looked > SURELY:
            files, looked = present, time.monotonic()
            try:
                state = await to_thread.run_sync(_state, source, run)
            except JournalError:  # it may be whole again at the next look
                state = seen
            if state is None:
                yield _event("gone", {})
                return
            yield ": here\n\n" if state == seen else _event("run", _told(state))
            seen = state
        await anyio.sleep(BETWEEN_LOOKS)


def _state(source: Source, run: str) -> State | None:
    with source.open() as journal:
        rows = journal.select(
            "SELECT number, kind FROM events WHERE run = ? ORDER BY number DESC LIMIT 1", run
        )
        return (rows[0][0], source.lifeline(journal, run).done, rows[0][1]) if rows else None


def _told(state: State) -> dict[str, object]:
    number, steps, kind = state
    return {"number": number, "steps": steps, "ended": kind == "end"}


def _event(name: str, data: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _files(path: Path) -> list[tuple[int, int]]:
    """Return what changes whenever somebody writes the journal."""
    found = []
    for file in (path, Path(f"{path}-wal")):
        try:
            told = file.stat()
        except OSError:
            continue
        found.append((told.st_mtime_ns, told.st_size))
    return found
