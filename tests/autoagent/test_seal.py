import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.journal import Journal, JournalError
from autoagent.seal import Seal

Rows = list[tuple[int, str, str, object]]
KEY = b"k" * 32


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "autoagent"


def chained(seal: Seal, run: str, *events: tuple[int, str, str]) -> Rows:
    rows: Rows = []
    code = b""
    for number, kind, data in events:
        code = seal.code(code, run, number, kind, data)
        rows.append((number, kind, data, code))
    return rows


EVENTS = [(1, "run", "{}"), (2, "born", '{"a": 1}'), (4, "reply", "{}")]


def swapped(rows: Rows) -> Rows:
    (one, kind, data, code), (two, other_kind, other_data, other_code), *rest = rows
    return [(one, other_kind, other_data, other_code), (two, kind, data, code), *rest]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[1:],
        lambda rows: [rows[0], rows[2]],
        swapped,
        lambda rows: [*rows[:2], (3, *rows[2][1:])],
        lambda rows: [*rows[:2], (rows[2][0], "outcome", *rows[2][2:])],
        lambda rows: [*rows[:2], (*rows[2][:2], "[]", rows[2][3])],
        lambda rows: [*rows[:2], (*rows[2][:3], None)],
        lambda rows: [*rows[:2], (*rows[2][:3], "text")],
        lambda rows: [*rows, (5, "end", "{}", None)],
        lambda rows: [*rows, (5, "end", "{}", rows[2][3])],
    ],
)
def test_nothing_can_be_changed_left_out_or_moved(change: Callable[[Rows], Rows]) -> None:
    rows = chained(Seal(KEY), "r", *EVENTS)
    assert Seal(KEY).last("r", rows) == rows[-1][3]
    assert Seal(KEY).last("r", change(rows)) is None


def test_only_the_end_can_be_missing() -> None:
    rows = chained(Seal(KEY), "r", *EVENTS)
    for length in range(len(rows) + 1):
        assert Seal(KEY).last("r", rows[:length]) is not None


def test_the_codes_are_of_one_run_and_one_key() -> None:
    rows = chained(Seal(KEY), "r", *EVENTS)
    assert Seal(KEY).last("s", rows) is None
    assert Seal(b"x" * 32).last("r", rows) is None


def test_parts_do_not_run_into_each_other() -> None:
    seal = Seal(KEY)
    assert seal.code(b"", "a", 1, "bc", "d") != seal.code(b"", "a", 1, "b", "cd")


def test_a_key_is_made_once_and_is_the_users_alone(home: Path) -> None:
    assert Seal.of_user(make=False) is None
    assert not home.exists()
    before = os.umask(0)
    try:
        one = Seal.of_user(make=True)
    finally:
        os.umask(before)
    other = Seal.of_user(make=True)
    assert one is not None
    assert other is not None
    assert one.code(b"", "r", 1, "k", "d") == other.code(b"", "r", 1, "k", "d")
    (file,) = home.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_not_used(home: Path, db: Path, mode: int) -> None:
    Seal.of_user(make=True)
    (home / "journal.key").chmod(mode)
    with closing(Journal(db)) as journal, pytest.raises(JournalError, match="not yours alone"):
        journal.begin({})


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_told(home: Path, db: Path, content: bytes) -> None:
    home.mkdir(parents=True)
    (home / "journal.key").touch(0o600)
    (home / "journal.key").write_bytes(content)
    with closing(Journal(db)) as journal, pytest.raises(JournalError, match="is damaged; remove"):
        journal.begin({})


def test_a_link_is_no_key(home: Path, db: Path, tmp_path: Path) -> None:
    home.mkdir(parents=True)
    (tmp_path / "others").write_bytes(KEY)
    (home / "journal.key").symlink_to(tmp_path / "others")
    assert Seal.of_user(make=True) is None
    with closing(Journal(db)) as journal:
        run = journal.begin({})
        assert not journal.is_own(run)
        with pytest.raises(JournalError, match="make that folder writable"):
            journal.adopt(run)


def lived(journal: Journal) -> str:
    run = journal.begin({"prompt": "p"})
    journal.append(run, [("heartbeat", {"step": 1}), ("outcome", {"step": 1})])
    journal.append(run, [("heartbeat", {"step": 2})])
    return run


def test_what_one_writes_is_ones_own_also_after_it_was_taken_up(db: Path) -> None:
    with closing(Journal(db)) as journal:
        run = lived(journal)
        assert journal.is_own(run)
    with closing(Journal(db)) as journal:
        journal.append(run, [("end", {})])
        assert journal.is_own(run)
    with closing(Journal(db, read_only=True)) as journal:
        assert journal.is_own(run)


def test_a_fork_is_ones_own_only_if_its_source_is(db: Path) -> None:
    with closing(Journal(db)) as journal:
        run = lived(journal)
        fork = journal.fork(run, 3, {"forked": run})
        journal.append(fork, [("heartbeat", {"step": 2})])
        assert journal.is_own(fork)
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE events SET data = '{}' WHERE number = 2 AND run = ?", (run,))
    with closing(Journal(db)) as journal:
        assert not journal.is_own(run)
        assert journal.is_own(fork)
        assert not journal.is_own(journal.fork(run, 3, {"forked": run}))
        journal.append(run, [("end", {})])
        assert not journal.is_own(run)


def test_a_run_that_is_adopted_is_ones_own(db: Path, home: Path) -> None:
    with closing(Journal(db)) as journal:
        run = lived(journal)
    (home / "journal.key").unlink()
    with closing(Journal(db)) as journal:
        assert not journal.is_own(run)
        before = list(journal.events(run))
        journal.adopt(run)
        journal.append(run, [("end", {})])
    with closing(Journal(db)) as journal:
        assert journal.is_own(run)
        assert list(journal.events(run))[:-1] == before


INDEX = "CREATE INDEX events_by_kind ON events (kind, at)"


def write_behind_the_index(db: Path, statement: str) -> None:
    """Change the rows of events, and leave what their index says of them as it is."""
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        ((root,),) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'events_by_kind'"
        )
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'events_by_kind'")
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute(statement)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "INSERT INTO sqlite_schema VALUES ('index', 'events_by_kind', 'events', ?, ?)",
            (root, INDEX),
        )


def test_a_run_that_only_the_index_knows_is_nobodys(db: Path) -> None:
    with closing(Journal(db)) as journal:
        run = lived(journal)
    write_behind_the_index(db, "DELETE FROM events")
    with closing(Journal(db)) as journal:
        assert journal.find("last") == run
        assert not journal.is_own(run)
        journal.append(run, [("resume", {})])
        assert not journal.is_own(run)
