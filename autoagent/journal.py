"""The journal: an append-only SQLite log of runs, their events, and genomes.

Everything that enters an organism is here before it enters, and everything that is shown is
here before it is shown. An event is (run, number, time, kind, data); kinds and their data:

- ``run``: how the run was started: prompt and settings;
- ``born``: the birth record of the life;
- ``heartbeat``: step, query;
- ``call``: one answer of a model, paid for, usable or not;
- ``reply``: the answer given to the organism, the host's verdict, the clock reading;
- ``skill``, ``judge``: other replies;
- ``outcome``: what the organism did with the answer, alive or dead;
- ``end``: the run stopped: a summary.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from autoagent.genome import Genome

SCHEMA_VERSION = 1
BUSY_SECONDS = 10.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_by_kind ON events (kind, at);
CREATE TABLE IF NOT EXISTS genomes (
    hash TEXT PRIMARY KEY,
    sources TEXT NOT NULL
) WITHOUT ROWID;
"""

Data = dict[str, Any]


class JournalError(Exception):
    """The journal cannot be opened, read or written, or has no such run."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log; `at` is in seconds since the epoch."""

    number: int
    at: float
    kind: str
    data: Data


def default_path() -> Path:
    """Return where the journal lives unless told otherwise."""
    return platformdirs.user_data_path("autoagent") / "journal.db"


class Journal:
    """An open journal. Safe for several processes at once; one connection a `Journal`.

    Args:
        path: The database file; made when missing. None means the user's own journal.

    Raises:
        JournalError: It cannot be opened; the message says why and what to do.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Autocommit: every transaction below begins and ends where it says.
            self._db = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise JournalError(self._advice(error)) from error

    def _prepare(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise JournalError(
                f"the journal {self.path} was written by a newer autoagent (its version is "
                f"{version}, this program knows {SCHEMA_VERSION}); upgrade, or name another --db"
            )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if version < SCHEMA_VERSION:
            self._db.executescript(SCHEMA + f"PRAGMA user_version = {SCHEMA_VERSION};")
        # Nothing may be begun that could not be written down.
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("ROLLBACK")

    def _advice(self, error: Exception) -> str:
        text = str(error)
        if "locked" in text or "busy" in text:
            return f"the journal {self.path} is locked by another program; name another --db"
        if "not a database" in text or "malformed" in text:
            return f"{self.path} is not a journal ({text}); name another --db"
        return f"the journal {self.path} cannot be used: {text}; name a writable file with --db"

    def begin(self, data: Data) -> str:
        """Start a run, and return its id."""
        run = secrets.token_hex(4)
        self.append(run, [("run", data)])
        return run

    def append(
        self, run: str, events: Iterable[tuple[str, Data]], genome: Genome | None = None
    ) -> None:
        """Write events, and the genome that they name, in one transaction; returns once on disk.

        Raises:
            JournalError: They cannot be written; nothing of them is.
        """
        at = time.time()
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                for kind, data in events:
                    self._db.execute(
                        "INSERT INTO events SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ?, ? "
                        "FROM events WHERE run = ?",
                        (run, at, kind, json.dumps(data), run),
                    )
                if genome is not None:
                    sources = json.dumps(dict(genome.sources))
                    self._db.execute(
                        "INSERT OR IGNORE INTO genomes VALUES (?, ?)", (genome.hash, sources)
                    )
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise JournalError(self._advice(error)) from error

    def events(self, run: str, *kinds: str) -> Iterator[Event]:
        """Yield the events of a run in order, all or those of the given kinds."""
        marks = ",".join("?" * len(kinds))
        rows = self._db.execute(
            "SELECT number, at, kind, data FROM events WHERE run = ?"
            + (f" AND kind IN ({marks})" if kinds else "")
            + " ORDER BY number",
            (run, *kinds),
        )
        for number, at, kind, data in rows:
            yield Event(number, at, kind, json.loads(data))

    def genome(self, content_hash: str) -> Genome:
        """Return a stored genome.

        Raises:
            JournalError: There is none of that hash.
        """
        row = self._db.execute(
            "SELECT sources FROM genomes WHERE hash = ?", (content_hash,)
        ).fetchone()
        if row is None:
            raise JournalError(f"the journal {self.path} has no genome {content_hash}")
        return Genome(json.loads(row[0]))

    def runs(self) -> Iterator[tuple[str, float, Data, Data | None, int]]:
        """Yield (run, start time, settings, last summary or None, steps), oldest first."""
        rows = self._db.execute("SELECT run, at, data FROM events WHERE kind = 'run' ORDER BY at")
        for run, at, data in rows.fetchall():
            ends = [event.data for event in self.events(run, "end")]
            (steps,) = self._db.execute(
                "SELECT COUNT(*) FROM events WHERE run = ? AND kind = 'outcome'", (run,)
            ).fetchone()
            yield run, at, json.loads(data), ends[-1] if ends else None, steps

    def find(self, name: str) -> str:
        """Return the run whose id is `name`, or begins with it, or the last run for ``last``.

        Raises:
            JournalError: There is none, or more than one.
        """
        rows = self._db.execute("SELECT run FROM events WHERE kind = 'run' ORDER BY at").fetchall()
        found = [run for (run,) in rows if run == name] or [
            run for (run,) in rows if run.startswith(name) and name
        ]
        if name == "last":
            found = [run for (run,) in rows[-1:]]
        if not found:
            raise JournalError(
                f"no run {name!r} in {self.path}; `autoagent runs` lists those that are there"
            )
        if len(found) > 1:
            raise JournalError(f"{name!r} could be any of {', '.join(found[:8])}; give more digits")
        return str(found[0])

    def close(self) -> None:
        """Close the database."""
        self._db.close()
