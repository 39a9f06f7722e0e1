import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.asker import Call
from autoagent.genome import Genome
from autoagent.guest_files import manifest
from autoagent.journal import Journal, JournalError, NoJournalError
from autoagent.llm import Completion
from autoagent.steps import fold


def test_events_come_back_in_order(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({"prompt": "p"})
    journal.append(run, [("heartbeat", {"step": 1, "query": "q"}), ("reply", {"text": "ä\ud800"})])
    events = list(Journal(db).events(run))
    assert [(e.number, e.kind) for e in events] == [(1, "run"), (2, "heartbeat"), (3, "reply")]
    assert events[2].data == {"text": "ä\ud800"}
    assert [e.kind for e in journal.events(run, "reply", "run")] == ["run", "reply"]


def test_two_writers_do_not_collide(db: Path) -> None:
    one, other = Journal(db), Journal(db)
    first, second = one.begin({}), other.begin({})
    for journal, run in ((one, first), (other, second), (other, second), (one, first)):
        journal.append(run, [("call", {})])
    assert [e.number for e in one.events(first)] == [1, 2, 3]
    assert [e.number for e in one.events(second)] == [1, 2, 3]


def test_one_process_at_a_time_writes_a_run(db: Path) -> None:
    one, other = Journal(db), Journal(db)
    run = one.begin({})
    with pytest.raises(JournalError, match="lived by another process"):
        other.append(run, [("call", {})])
    one.close()
    other.append(run, [("call", {})])
    assert [e.number for e in other.events(run)] == [1, 2]
    other.close()
    assert [file.name for file in db.parent.iterdir()] == [db.name], "no lock is left behind"


def test_where_locks_fail_the_second_writer_is_refused(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoagent.journal.FileLock.acquire", lambda self: None)
    one, other = Journal(db), Journal(db)
    run = one.begin({})
    other.claim(run)
    other.append(run, [("call", {"text": "other"})])
    with pytest.raises(JournalError, match="another process writes the same run"):
        one.append(run, [("call", {"text": "one"})])
    assert [e.data.get("text") for e in one.events(run)] == [None, "other"]


def test_a_fork_shares_the_past_and_nothing_else(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({"prompt": "p"})
    journal.append(run, [("born", {}), ("resume", {}), ("outcome", {"step": 1}), ("call", {})])
    fork = journal.fork(run, 4, {"prompt": "p", "forked": run})
    assert [e.kind for e in journal.events(fork)] == ["run", "born", "resume", "outcome"]
    journal.append(fork, [("call", {})])
    assert [e.number for e in journal.events(fork)] == [1, 2, 3, 4, 5]
    assert [e.kind for e in journal.events(run)][-1] == "call"


def test_a_run_that_goes_on_is_unfinished(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({"llm": "x", "prompt": "p"})
    assert journal.end(run) is None
    journal.append(run, [("end", {"cause": "paused"})])
    assert journal.end(run) == {"cause": "paused"}
    journal.append(run, [("resume", {})])
    assert journal.end(run) is None


def test_a_failed_write_leaves_nothing(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({})
    with pytest.raises(TypeError):
        journal.append(run, [("call", {}), ("call", {"bad": object()})])
    assert [e.kind for e in journal.events(run)] == ["run"]
    journal.append(run, [("call", {})])


def test_a_full_disk_is_told_and_the_journal_stays_whole(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({})
    journal._db.execute("PRAGMA max_page_count = 12")
    with pytest.raises(JournalError, match="full"):
        for _ in range(100):
            journal.append(run, [("call", {"text": "x" * 4000})])
    (check,) = sqlite3.connect(db).execute("PRAGMA integrity_check").fetchone()
    assert check == "ok"
    numbers = [e.number for e in Journal(db).events(run)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_genomes_are_stored_once(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({})
    genome = Genome({"f": "def f(): pass\n"})
    for _ in range(2):
        journal.append(run, [("outcome", {})], genome=genome)
    assert journal.genome(genome.hash) == genome
    (count,) = sqlite3.connect(db).execute("SELECT COUNT(*) FROM genomes").fetchone()
    assert count == 1
    with pytest.raises(JournalError, match="no genome feed"):
        journal.genome("feed")


def test_runs_are_found_by_prefix_or_as_last(db: Path) -> None:
    journal = Journal(db)
    with pytest.raises(JournalError, match="no run"):
        journal.find("last")
    first, second = journal.begin({}), journal.begin({})
    assert journal.find("last") == second
    assert journal.find(first) == first
    prefix = first[:4] if first[:4] != second[:4] else first[:7]
    assert journal.find(prefix) == first
    with pytest.raises(JournalError, match="no run"):
        journal.find("")


def test_an_ambiguous_prefix_names_the_candidates(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = iter(["aa111111", "aa222222"])
    monkeypatch.setattr("secrets.token_hex", lambda n: next(ids))
    journal = Journal(db)
    journal.begin({})
    journal.begin({})
    with pytest.raises(JournalError, match="aa111111, aa222222"):
        journal.find("aa")


def test_fold_joins_a_step_from_its_events(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({})
    outcome = {"step": 1, "stdout": "hi\n", "alive": False, "cause": "ended"}
    journal.append(run, [("heartbeat", {"step": 1, "query": "q"})])
    for tokens in (3, 4):
        said = Completion(text="answer", tokens_in=10, tokens_out=tokens, finish="stop", model="m")
        call = Call(completion=said, key=f"life.1.{tokens}", digest="", seed=0, temperature=0.0)
        journal.append(run, [("call", call.as_dict())])
    journal.append(run, [("reply", {"text": "answer"}), ("outcome", outcome)])
    (step,) = fold(run, journal.events(run))
    assert (step.query, step.response, step.stdout) == ("q", "answer", "hi\n")
    assert (step.tokens_in, step.tokens_out, step.cause) == (20, 7, "ended")


def test_reading_makes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "journal.db"
    with pytest.raises(NoJournalError, match="no journal at"):
        Journal(file, read_only=True)
    assert not file.parent.exists()


def test_an_empty_file_becomes_a_journal(db: Path) -> None:
    db.touch()
    with pytest.raises(NoJournalError):
        Journal(db, read_only=True)
    assert db.stat().st_size == 0
    Journal(db).begin({})
    assert Journal(db, read_only=True).find("last")


def test_a_journal_is_read_while_it_is_written(db: Path) -> None:
    writer = Journal(db)
    run = writer.begin({})
    reader = Journal(db, read_only=True)
    writer._db.execute("BEGIN IMMEDIATE")
    assert reader.find("last") == run
    with pytest.raises(JournalError, match="readonly"):
        reader.begin({})


def test_reading_leaves_no_files_beside_the_journal(db: Path) -> None:
    Journal(db).close()
    reader = Journal(db, read_only=True)
    assert list(reader.runs()) == []
    reader.close()
    assert list(db.parent.iterdir()) == [db]


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_of_another_program_is_left_alone(db: Path, read_only: bool) -> None:
    other = sqlite3.connect(db)
    other.execute("CREATE TABLE mails (text)")
    other.execute("PRAGMA user_version = 7")
    other.close()
    before = db.read_bytes()
    with pytest.raises(JournalError, match="not a journal"):
        Journal(db, read_only=read_only)
    assert db.read_bytes() == before


def test_a_damaged_page_is_told(db: Path) -> None:
    journal = Journal(db)
    run = journal.begin({"prompt": "p" * 100_000})
    journal.close()
    with db.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (db.stat().st_size - 4096))
    damaged = Journal(db, read_only=True)
    for read in (damaged.runs, lambda: damaged.events(run), lambda: [damaged.find("last")]):
        with pytest.raises(JournalError, match="damaged"):
            list(read())
    with pytest.raises(JournalError, match="damaged"):
        damaged.genome("feed")


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_no_number_is_written_that_is_none(db: Path, number: float) -> None:
    journal = Journal(db)
    run = journal.begin({})
    with pytest.raises(ValueError, match="JSON"):
        journal.append(run, [("call", {"cost": number})])
    assert len(list(journal.events(run))) == 1


@pytest.mark.parametrize("data", ["{", '{"a": Infinity}', '{"a": 1e999}', '{"a": NaN}'])
def test_an_event_that_is_not_json_is_told(db: Path, data: str) -> None:
    journal = Journal(db)
    run = journal.begin({})
    journal._db.execute("UPDATE events SET data = ?", [data])
    with pytest.raises(JournalError, match="damaged"):
        list(journal.events(run))


def test_files_are_stored_once_by_their_content(db: Path) -> None:
    names = {"a": b"1", "b/c": b"", "b/d": b"1"}
    with closing(Journal(db)) as journal:
        journal.keep(names.values())
        journal.keep([b"1", b"\0" * 1000])
        assert journal.files(manifest(names)) == names
        assert journal.select("SELECT COUNT(*) FROM files") == [(3,)]
        with pytest.raises(JournalError, match="'a' in .* is missing or damaged"):
            journal.files({"a": "0" * 64})
        journal._db.execute("UPDATE files SET data = x'00' WHERE data = x'31'")
        with pytest.raises(JournalError, match="missing or damaged"):
            journal.files(manifest(names))
