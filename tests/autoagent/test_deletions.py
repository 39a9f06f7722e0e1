from contextlib import closing
from pathlib import Path

import pytest

from autoagent.guest_files import content_hash
from autoagent.journal import Journal, JournalError
from tests.autoagent.view.lives import BIRTH, lived
from tests.commands import autoagent, refused

SECRET = b"a text that nobody shall find again"


def test_nothing_is_left_of_a_run_but_what_others_have(db: Path) -> None:
    with closing(Journal(db)) as journal:
        journal.keep([SECRET, b"shared"])
    mine = {"a": content_hash(SECRET), "b": content_hash(b"shared")}
    run = lived(db, 3, prompt=SECRET.decode(), files=mine)
    other = lived(db, 1, files={"b": content_hash(b"shared")})
    with closing(Journal(db)) as journal:
        journal.delete(run)
        assert list(journal.events(run)) == []
        assert len(list(journal.events(other, "outcome"))) == 1
        assert journal.genome(BIRTH.hash) == BIRTH
        assert journal.select("SELECT COUNT(*) FROM genomes") == [(1,)]
        assert journal.files({"b": content_hash(b"shared")}) == {"b": b"shared"}
        with pytest.raises(JournalError):
            journal.files({"a": content_hash(SECRET)})
    for file in db.parent.glob("journal.db*"):
        assert SECRET not in file.read_bytes()


def test_a_run_that_lives_is_not_deleted(db: Path) -> None:
    run = lived(db)
    with closing(Journal(db)) as living, closing(Journal(db)) as journal:
        living.claim(run)
        with pytest.raises(JournalError, match="being lived"):
            journal.delete(run)
        assert len(list(journal.events(run, "outcome"))) == 3


def test_the_command_asks_before_it_deletes(db: Path) -> None:
    run = lived(db)
    kept = autoagent("runs", "--delete", run, "--db", db, typed="n\n")
    assert kept.returncode == 1
    gone = autoagent("runs", "--delete", run[:6], "--db", db, "--yes")
    assert gone.returncode == 0, gone.stderr
    assert f"run {run} is deleted" in gone.stderr.decode()
    refused(autoagent("runs", "--delete", run, "--db", db, "--yes"), run)
