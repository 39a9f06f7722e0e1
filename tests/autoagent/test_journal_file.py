"""A journal's file may be anybody's: nothing that it says is done."""

import json
import os
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest

from autoagent import journal_file
from autoagent.journal import Journal, JournalError
from tests.commands import autoagent

HOME = Path(__file__).parent / "journals"
ENDLESS = """
DROP TABLE events;
CREATE VIEW events AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT '0badf00d' AS run, i AS number, 0.0 AS at, 'run' AS kind, '{}' AS data FROM n;
"""
HUGE = """
DROP TABLE events;
CREATE VIEW events AS
    SELECT '0badf00d' AS run, 1 AS number, 0.0 AS at, 'run' AS kind, zeroblob(900000000) AS data;
"""
FORGING = """
CREATE TRIGGER forge AFTER INSERT ON events WHEN NEW.kind = 'outcome'
    BEGIN UPDATE events SET data = '{}' WHERE run = NEW.run AND number = NEW.number; END;
"""
OTHERS = [
    "CREATE TABLE more (x);",
    "CREATE INDEX slow ON events (data);",
    "CREATE UNIQUE INDEX once ON events (kind);",
    "ALTER TABLE events ADD COLUMN x TEXT DEFAULT 'x';",
    "ALTER TABLE events ADD COLUMN x TEXT AS (hex(zeroblob(1000000)));",
    "PRAGMA user_version = 1;",
    "PRAGMA user_version = 0;",
    "DROP TABLE genomes;",
    "DROP INDEX events_by_kind;",
    "DROP TABLE genomes; CREATE VIEW genomes AS SELECT run AS hash, data AS sources FROM events;",
]


@pytest.fixture
def honest(db: Path) -> Path:
    with closing(Journal(db)) as journal:
        journal.begin({"llm": "m", "prompt": "p"})
    return db


def forged(db: Path, statements: str) -> None:
    with closing(sqlite3.connect(db)) as connection:
        connection.executescript(statements)
        connection.execute("PRAGMA journal_mode = DELETE")


@pytest.mark.parametrize("statements", [ENDLESS, HUGE, FORGING, *OTHERS])
@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_with_another_schema_is_refused(
    honest: Path, statements: str, read_only: bool
) -> None:
    forged(honest, statements)
    before = honest.read_bytes()
    with pytest.raises(JournalError, match="not a journal as autoagent makes them"):
        Journal(honest, read_only=read_only)
    assert honest.read_bytes() == before


@pytest.mark.parametrize("command", [["runs"], ["show", "last"], ["replay", "last"]])
@pytest.mark.parametrize("statements", [ENDLESS, HUGE])
def test_no_command_waits_for_what_a_file_says(
    honest: Path, command: list[str], statements: str
) -> None:
    forged(honest, statements)
    done = autoagent(*command, "--db", honest)
    assert done.returncode == 2
    assert b"holds other tables, views or triggers; name another --db" in done.stderr


def test_new_and_old_journals_come_to_one_schema(db: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.write_bytes((HOME / "schema1.db").read_bytes())
    for path in (db, old, old):
        with closing(Journal(path)) as journal:
            assert journal_file._schema(journal._db) == journal_file._made(
                journal_file.SCHEMA_VERSION
            )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("data", b"{}"), ("data", "{"), ("data", "[" * 100_000), ("kind", b"run"),
        ("number", "x"), ("number", 0.5), ("at", "now"), ("at", b""),
    ],
)  # fmt: skip
def test_values_of_another_type_are_damage(honest: Path, column: str, value: object) -> None:
    with closing(sqlite3.connect(honest)) as connection, connection:
        connection.execute(f"UPDATE events SET {column} = ?", (value,))
        ((run,),) = connection.execute("SELECT run FROM events").fetchall()
    for read_only in (True, False):
        journal = Journal(honest, read_only=read_only)
        with closing(journal), pytest.raises(JournalError, match="damaged"):
            list(journal.events(run))
    for command in (["runs"], ["show", run], ["export", run]):
        assert b"Traceback" not in autoagent(*command, "--db", honest).stderr


@pytest.mark.parametrize("run", [b"0badf00d", "../../x", 7, "\x1b[2Jx"])
def test_a_run_that_has_no_proper_id_is_damage(honest: Path, run: object) -> None:
    with closing(sqlite3.connect(honest)) as connection, connection:
        connection.execute("UPDATE events SET run = ?", (run,))
    for command in (["runs"], ["show", "last"]):
        done = autoagent(*command, "--db", honest)
        assert done.returncode == 2, done.stdout
        assert b"is no id of a run; the journal is damaged" in done.stderr


def test_a_value_beyond_the_bound_is_refused(honest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(honest)) as connection, connection:
        connection.execute("UPDATE events SET data = ?", (json.dumps("x" * 10_000),))
    monkeypatch.setattr(journal_file, "LONGEST_VALUE", 9_000)
    with closing(Journal(honest)) as journal:
        with pytest.raises(JournalError, match="is of more than"):
            journal.find("last") and list(journal.runs())
        with pytest.raises(JournalError, match="is of more than"):
            journal.begin({"prompt": "x" * 10_000})


def test_a_query_that_lasts_too_long_is_interrupted(
    honest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "LONGEST_QUERY", -1.0)
    monkeypatch.setattr(journal_file, "BETWEEN_LOOKS", 1)
    with pytest.raises(JournalError, match="as only one does that was made for that"):
        Journal(honest)


def test_a_journal_is_its_owners_alone(db: Path) -> None:
    before = os.umask(0)
    try:
        with closing(Journal(db)) as journal:
            journal.begin({})
            modes = {stat.S_IMODE(file.stat().st_mode) for file in db.parent.glob(db.name + "*")
                     if not file.name.endswith(".lock")}  # fmt: skip
    finally:
        os.umask(before)
    assert modes == {0o600}


@pytest.mark.parametrize("read_only", [True, False])
def test_a_pipe_is_not_waited_for(db: Path, read_only: bool) -> None:
    os.mkfifo(db)
    started = time.monotonic()
    with pytest.raises(JournalError, match="no ordinary file"):
        Journal(db, read_only=read_only)
    assert time.monotonic() - started < 60
