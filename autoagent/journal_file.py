"""The SQLite file of a journal: opened such that nothing in it is obeyed, whoever made it.

What a database file says can be code: a view in place of a table, a trigger, a default. So a
file is used only if its schema is, to the letter, one that this program makes; and whatever it
holds, no value is longer and no query lasts longer than some bound.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from functools import cache
from pathlib import Path

APPLICATION_ID = 0x6175746F
"""Marks an SQLite file as a journal ("auto")."""
SCHEMA_VERSION = 3
SEALED_SINCE = 2
"""The schema since which there is room for the codes of `autoagent.seal`."""
BUSY_SECONDS = 10.0
LONGEST_VALUE = 1 << 26
"""Bytes of one value in a row: those of an event, of a genome, or of a file."""
LONGEST_QUERY = 120.0
"""Seconds that reading may take; only a file that was made to be slow needs as many."""
BETWEEN_LOOKS = 1_000_000
"""Instructions of SQLite's machine between two looks at the clock."""

_EVENTS_1 = """CREATE TABLE events (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID"""
_BY_KIND = "CREATE INDEX events_by_kind ON events (kind, at)"
_GENOMES = """CREATE TABLE genomes (
    hash TEXT PRIMARY KEY,
    sources TEXT NOT NULL
) WITHOUT ROWID"""
_ROOM_FOR_MACS = "ALTER TABLE events ADD COLUMN mac BLOB"
_FILES = """CREATE TABLE files (
    hash TEXT PRIMARY KEY,
    data BLOB NOT NULL
)"""
STEPS = {1: (_EVENTS_1, _BY_KIND, _GENOMES), 2: (_ROOM_FOR_MACS,), 3: (_FILES,)}
"""What makes each schema of the one before it. A new journal takes all steps, as an old one does:
so there is one text of each schema."""


class FileError(Exception):
    """The file is none that can be used as a journal; the message says why."""


class MissingError(FileError):
    """There is no journal yet."""


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open a journal, made when missing, and bring it to the present schema.

    Raises:
        FileError: It is no journal that this program can write.
        OSError: It cannot be made.
        sqlite3.Error: It cannot be used.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _require_file(path)
    # What is in it concerns nobody else; SQLite gives the files beside it the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o600))
    # Autocommit: every transaction begins and ends where it says.
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _distrust(db)
        _version(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        _upgrade(db, path)
    except BaseException:
        db.close()
        raise
    return db


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a journal that is there; make nothing, and lock nothing.

    Raises:
        MissingError: It is not there, or empty.
        FileError: It is no journal that this program can read.
        sqlite3.Error: It cannot be used.
    """
    if not path.exists():
        raise MissingError
    _require_file(path)
    # SQLite would make files beside a journal that nobody writes, even to read it.
    beside = (Path(f"{path}{suffix}") for suffix in ("-wal", "-journal"))
    mode = "mode=ro" if any(file.exists() for file in beside) else "immutable=1"
    uri = f"{path.absolute().as_uri()}?{mode}"
    db = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _distrust(db)
        if _version(db, path) == 0:
            raise MissingError
    except BaseException:
        db.close()
        raise
    return db


def _require_file(path: Path) -> None:
    """Raise `FileError` for what would be waited for or written to for ever: a pipe, a device."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise FileError(f"{path} is no ordinary file; name another --db")


def _distrust(db: sqlite3.Connection) -> None:
    """Have the connection obey nothing that the file says, and bound what it may take."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.execute("PRAGMA mmap_size = 0")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    db.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 0)


def bounded(db: sqlite3.Connection) -> None:
    """Give what is read from now on `LONGEST_QUERY` seconds; then SQLite interrupts it."""
    deadline = time.monotonic() + LONGEST_QUERY
    db.set_progress_handler(lambda: int(time.monotonic() > deadline), BETWEEN_LOOKS)


def _version(db: sqlite3.Connection, path: Path) -> int:
    """Return the schema's version, 0 for that of an empty file.

    Raises:
        FileError: It has another schema than that version has, or is none that is known.
    """
    bounded(db)
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    found = _schema(db)
    if found and application != APPLICATION_ID:
        raise FileError(f"{path} is not a journal; name another --db")
    if version > SCHEMA_VERSION:
        raise FileError(
            f"the journal {path} was written by a newer autoagent (its version is {version}, this "
            f"program knows {SCHEMA_VERSION}); upgrade, or name another --db"
        )
    if not found:
        return 0
    if version not in STEPS or found != _made(version):
        raise FileError(
            f"{path} is not a journal as autoagent makes them: it holds other tables, views or "
            "triggers; name another --db"
        )
    return int(version)


def _upgrade(db: sqlite3.Connection, path: Path) -> None:
    """Take the steps that are missing, in one transaction; fail if nothing could be written."""
    db.execute("BEGIN IMMEDIATE")
    try:
        _take_steps(db, _version(db, path), SCHEMA_VERSION)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _take_steps(db: sqlite3.Connection, version: int, target: int) -> None:
    if version == target:
        return
    for step in range(version + 1, target + 1):
        for statement in STEPS[step]:
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {target}")


def _schema(db: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Return all that a database says of its tables, indices, views and triggers."""
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    return rows.fetchmany(16)


@cache
def _made(version: int) -> list[tuple[str, ...]]:
    """Return what a journal says that this program made."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    _take_steps(db, 0, version)
    made = _schema(db)
    db.close()
    return made
