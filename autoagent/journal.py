"""The journal: an append-only SQLite log of runs, their events, and genomes.

Everything that enters an organism is here before it enters, and everything that is shown is
here before it is shown. An event is (run, number, time, kind, data); kinds and their data:

- ``run``: how the run was started: prompt and settings;
- ``resume``: it goes on: the settings that may differ now;
- ``born``: the birth record of the life;
- ``heartbeat``: step, query, genome;
- ``call``: one answer of a model, paid for, usable or not: to the organism, a skill or a search;
- ``reply``: the answer given to the organism, the host's verdict;
- ``skill``, ``judge``: other replies;
- ``outcome``: what the organism did with the answer, alive or dead;
- ``end``: the run stopped: a summary.

What enters the organism (``born``, ``reply``, ``skill``, ``judge``) holds the clock reading, too.

One process at a time writes a run. It holds the run's lock file, and it numbers the events itself:
should the lock fail (on a network drive, say), the second writer's number is taken already.
"""

from __future__ import annotations

import itertools
import json
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock, Timeout

from autoagent.deletions import DELETIONS
from autoagent.genome import Genome
from autoagent.guest_files import content_hash
from autoagent.journal_advice import advice
from autoagent.journal_file import (
    SEALED_SINCE,
    FileError,
    MissingError,
    bounded,
    open_to_read,
    open_to_write,
)
from autoagent.message import from_json, to_json
from autoagent.schema1 import Row, converted, kinds_then
from autoagent.seal import Seal, SealError
from sandbox.memory_tree import MOST_BYTES

BEGINS = ("run", "resume")
"""Kinds of events after which a run is being lived."""

INSERT = "INSERT INTO events (run, number, at, kind, data, mac) VALUES (?, ?, ?, ?, ?, ?)"

LAST = (1 << 63) - 1
"""No event has a greater number."""

Data = dict[str, Any]


class JournalError(Exception):
    """The journal cannot be opened, read or written, or has no such run."""


class NoJournalError(JournalError):
    """There is no journal yet where one was to be read."""


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
        read_only: Make nothing and lock nothing; only read what is there.

    Raises:
        NoJournalError: It is to be read, and is not there.
        JournalError: It cannot be opened; the message says why and what to do.
    """

    def __init__(self, path: Path | str | None = None, *, read_only: bool = False) -> None:
        self.path = Path(path or default_path())
        self._read_only = read_only
        self._claims: dict[str, FileLock] = {}
        self._numbers: dict[str, int] = {}
        self._codes: dict[str, bytes | None] = {}
        self._writing = threading.Lock()  # several threads may append
        with self._advised():
            self._db = (open_to_read if read_only else open_to_write)(self.path)

    @contextmanager
    def _advised(self) -> Iterator[None]:
        """Turn what SQLite says into what to do about it."""
        try:
            yield
        except MissingError:
            told = f"there is no journal at {self.path}; `autoagent run` begins one"
            raise NoJournalError(told) from None
        except FileError as error:
            raise JournalError(str(error)) from None
        except (OSError, sqlite3.Error, MemoryError) as error:
            raise JournalError(self._advice(error)) from error

    def _advice(self, error: Exception) -> str:
        return advice(error, self.path, read_only=self._read_only)

    def begin(self, data: Data) -> str:
        """Start a run, and return its id."""
        run = secrets.token_hex(4)
        self._claim_new(run)
        self.append(run, [("run", data)])
        return run

    def fork(self, run: str, upto: int, data: Data) -> str:
        """Start a run whose past is another's, up to the event numbered `upto`; return its id."""
        fork = secrets.token_hex(4)
        self._claim_new(fork)
        if not self.is_own(run):
            self._codes[fork] = None  # so this one is not one's own, either
        past = self.select(
            "SELECT number, at, kind, data FROM events WHERE run = ? AND number <= ? "
            "AND +kind NOT IN ('run', 'end') ORDER BY number",
            *(run, upto),
        )
        begun = (1, time.time(), "run", to_json(data))
        with self._transaction():
            code = self._insert(fork, [begun, *past])
        self._numbers[fork], self._codes[fork] = upto, code
        return fork

    def is_own(self, run: str) -> bool:
        """Tell whether the user wrote all of a run: here, or with the same key elsewhere.

        Raises:
            JournalError: It cannot be read, or the user's key cannot be used.
        """
        if run not in self._codes:
            return self._chain(run) is not None
        return self._codes[run] is not None

    def adopt(self, run: str) -> None:
        """Make a run one's own, whoever wrote it.

        Raises:
            JournalError: It cannot be written, or the user has no key.
        """
        self.claim(run)
        if self._seal is None:
            raise JournalError(
                f"there is no key to make run {run} your own with, and none can be made in "
                f"{default_path().parent}; make that folder writable, and a link there no key"
            )
        code = b""
        with self._transaction():
            for number, kind, data, _ in self._links(run):
                code = self._seal.code(code, run, number, kind, data)
                self._db.execute(
                    "UPDATE events SET mac = ? WHERE run = ? AND number = ?", (code, run, number)
                )
        self._codes[run] = code

    @cached_property
    def _seal(self) -> Seal | None:
        try:
            return Seal.of_user(make=not self._read_only)
        except SealError as error:
            raise JournalError(str(error)) from None

    def _chain(self, run: str) -> bytes | None:
        """Return the last code of a run; None if it is a stranger's.

        A run without events is nobody's: a damaged file may hide them here and show them elsewhere.
        """
        if not self._sealed or self._seal is None:
            return None
        return self._seal.last(run, self._links(run)) or None

    @property
    def _sealed(self) -> bool:
        ((version,),) = self.select("PRAGMA user_version")
        return bool(version >= SEALED_SINCE)

    def _links(self, run: str) -> list[tuple[int, str, str, object]]:
        rows = self.select(
            "SELECT number, kind, data, mac FROM events WHERE run = ? ORDER BY number", run
        )
        return [(number, kind, data, code) for number, kind, data, code in rows]

    def _insert(self, run: str, rows: Iterable[tuple[int, float, str, str]]) -> bytes | None:
        """Write events of a run, and return the code of the last one."""
        code = self._codes[run]
        for number, at, kind, data in rows:
            if code is not None and self._seal is not None:
                code = self._seal.code(code, run, number, kind, data)
            self._db.execute(INSERT, (run, number, at, kind, data, code))
        return code

    def _claim_new(self, run: str) -> None:
        """Claim a run that has no events yet, and is the user's from the first one on."""
        self.claim(run)
        self._codes[run] = b"" if self._sealed and self._seal is not None else None

    def claim(self, run: str) -> None:
        """Make this the journal that writes the run, until it is closed.

        Raises:
            JournalError: Another one is writing it.
        """
        if run in self._claims:
            return
        # The same file by any name; and a name from a stranger's journal is no path.
        path = f"{self.path.resolve()}.{_proper(run)}.lock"
        lock = FileLock(path, blocking=False, thread_local=False)
        with self._advised():
            try:
                lock.acquire()
            except Timeout:
                raise JournalError(
                    f"run {run} is being lived by another process; wait for it or stop it"
                ) from None
        self._claims[run] = lock
        ((self._numbers[run],),) = self.select(
            "SELECT COALESCE(MAX(number), 0) FROM events WHERE run = ?", run
        )
        self._codes[run] = self._chain(run)

    def append(
        self, run: str, events: Iterable[tuple[str, Data]], genome: Genome | None = None
    ) -> None:
        """Write events, and the genome that they name, in one transaction; returns once on disk.

        Raises:
            JournalError: They cannot be written, or another process has written the run since
                it was claimed; nothing of them is.
        """
        self.claim(run)
        with self._writing:
            first, at = self._numbers[run] + 1, time.time()
            rows = [
                (number, at, kind, to_json(data))
                for number, (kind, data) in enumerate(events, first)
            ]
            with self._transaction():
                code = self._insert(run, rows)
                if genome is not None:
                    sources = json.dumps(dict(genome.sources))
                    self._db.execute(
                        "INSERT OR IGNORE INTO genomes VALUES (?, ?)", (genome.hash, sources)
                    )
            self._numbers[run] += len(rows)
            self._codes[run] = code

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Write all of it, or nothing.

        Raises:
            JournalError: Nothing was written; the message says why.
        """
        with self._advised():
            bounded(self._db)
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def select(self, query: str, *values: str | float) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds, for whoever reads otherwise than run by run.

        What the rows hold is as it is stored: of any type, and written by anybody.

        Raises:
            JournalError: The file cannot be read.
        """
        with self._advised():
            bounded(self._db)
            return self._db.execute(query, values).fetchall()

    def _row(self, number: object, at: object, kind: object, data: object) -> Row:
        """Return a row of events; SQLite stores values of any type, whatever a column's is.

        Raises:
            JournalError: One is of another type than it must be.
        """
        if type(number) is not int or type(at) is not float or type(kind) is not str:
            what = f"{number!r:.20}, {at!r:.20}, {kind!r:.20}"
            raise JournalError(self._advice(ValueError(f"malformed event: {what}")))
        return number, at, kind, self._parsed(data)

    def _parsed(self, text: object) -> Any:
        if not isinstance(text, str):
            raise JournalError(self._advice(ValueError("not JSON: no text")))
        try:
            return from_json(text)
        except (ValueError, RecursionError) as error:
            raise JournalError(self._advice(ValueError(f"not JSON: {error}"))) from error

    def events(self, run: str, *kinds: str, after: int = 0, last: int = LAST) -> Iterator[Event]:
        """Yield the events of a run in order, all or those of the given kinds.

        Args:
            run: Its id.
            kinds: What is wanted; all, if nothing is named.
            after: The number of the last event that is not wanted.
            last: The number of the last one that is.

        Raises:
            JournalError: They cannot be read.
        """
        read = kinds_then(kinds)
        marks = ",".join("?" * len(read))
        # What is no number is no more and no less than one: without bounds, all is read.
        bounds: dict[str, int] = {}
        if after:
            bounds["number > ?"] = after
        if last != LAST:
            bounds["number <= ?"] = last
        rows = self.select(
            " AND ".join(["SELECT number, at, kind, data FROM events WHERE run = ?", *bounds])
            # The plus keeps SQLite to the rows whose codes were checked: an index could say else.
            + (f" AND +kind IN ({marks})" if read else "")
            + " ORDER BY number",
            run,
            *bounds.values(),
            *read,
        )
        for event in itertools.starmap(Event, converted(itertools.starmap(self._row, rows))):
            if not kinds or event.kind in kinds:
                yield event

    def genome(self, content_hash: str) -> Genome:
        """Return a stored genome.

        Raises:
            JournalError: There is none of that hash, or it cannot be read.
        """
        for (text,) in self.select("SELECT sources FROM genomes WHERE hash = ?", content_hash):
            sources = self._parsed(text)
            if not isinstance(sources, dict) or Genome(sources).hash != content_hash:
                raise JournalError(f"the genome {content_hash} in {self.path} is damaged")
            return Genome({name: str(source) for name, source in sources.items()})
        raise JournalError(f"the journal {self.path} has no genome {content_hash}")

    def keep(self, files: Iterable[bytes]) -> None:
        """Store the contents of files, each once for its hash.

        Raises:
            JournalError: They cannot be written; nothing of them is.
        """
        rows = [(content_hash(data), data) for data in files]
        with self._writing, self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO files VALUES (?, ?)", rows)

    def files(self, manifest: Mapping[str, str]) -> dict[str, bytes]:
        """Return stored files.

        Args:
            manifest: Their names, each with the hash of its content.

        Raises:
            JournalError: One is missing or damaged, or they cannot be read.
        """
        found: dict[str, bytes] = {}
        left = MOST_BYTES
        for name, content in manifest.items():
            rows = self.select("SELECT data FROM files WHERE hash = ?", content)
            data = rows[0][0] if rows else None
            if not isinstance(data, bytes) or content_hash(data) != content:
                raise JournalError(f"the file {name[:80]!r} in {self.path} is missing or damaged")
            left -= len(data)
            if left < 0:
                raise JournalError(f"a run in {self.path} has more files than one can have")
            found[name] = data
        return found

    def runs(
        self, *, newest_first: bool = False
    ) -> Iterator[tuple[str, float, Data, Data | None, int]]:
        """Yield (run, start time, settings, last summary or None, steps), oldest first.

        Args:
            newest_first: Yield the newest first instead.

        Raises:
            JournalError: They cannot be read.
        """
        begun = "SELECT run, number, at, kind, data FROM events WHERE kind = 'run' ORDER BY at"
        for run, *row in self.select(f"{begun} DESC" if newest_first else begun):
            ((steps,),) = self.select(
                "SELECT COUNT(*) FROM events WHERE run = ? AND kind IN ('outcome', 'generation')",
                _proper(run),
            )
            _, at, _, data = self._row(*row)
            yield run, at, data, self.end(run), steps

    def end(self, run: str) -> Data | None:
        """Return the summary of a run that has stopped; None while it is unfinished.

        Raises:
            JournalError: It cannot be read.
        """
        last = [*self.events(run, *BEGINS, "end")][-1:]
        return last[0].data if last and last[0].kind == "end" else None

    def find(self, name: str) -> str:
        """Return the run whose id is `name`, or begins with it, or the last run for ``last``.

        Raises:
            JournalError: There is none, or more than one, or they cannot be read.
        """
        rows = self.select("SELECT run FROM events WHERE kind = 'run' ORDER BY at")
        names = [_proper(run) for (run,) in rows]
        found = [run for run in names if run == name] or [
            run for run in names if run.startswith(name) and name
        ]
        if name == "last":
            found = names[-1:]
        if not found:
            raise JournalError(
                f"no run {name!r} in {self.path}; `autoagent runs` lists those that are there"
            )
        if len(found) > 1:
            raise JournalError(f"{name!r} could be any of {', '.join(found[:8])}; give more digits")
        return found[0]

    def release(self, run: str) -> None:
        """Let others write a run that was claimed here."""
        lock = self._claims.pop(run, None)
        if lock is not None:
            Path(lock.lock_file).unlink(missing_ok=True)
            lock.release()

    def delete(self, run: str) -> None:
        """Delete a run, with the genomes and files that no other has; what it was is overwritten.

        Raises:
            JournalError: Another process lives it, or the journal cannot be written.
        """
        self.claim(run)
        try:
            with self._writing, self._advised():
                self._db.execute("PRAGMA secure_delete = ON")
                with self._transaction():
                    for statement in DELETIONS:
                        self._db.execute(statement, {"run": run})
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self.release(run)

    def close(self) -> None:
        """Close the database, and let others write the runs that were claimed here."""
        self._db.close()
        for run in list(self._claims):
            self.release(run)


def _proper(run: object) -> str:
    """Return the id of a run, if it is one.

    Raises:
        JournalError: It is not.
    """
    if not isinstance(run, str) or not re.fullmatch("[0-9a-f]{8}", run):
        raise JournalError(f"{str(run)[:80]!r} is no id of a run; the journal is damaged")
    return run
