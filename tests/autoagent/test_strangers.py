"""Journals from strangers, or from a disk that lost a part: told as damaged, never a traceback."""

import contextlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoagent import AutonomousLLM, Budget
from autoagent.analyzers import Analysis, Finding
from autoagent.analyzers.analyst import Analyst
from autoagent.events import FIELDS, recorded_steps
from autoagent.journal import Journal, JournalError
from autoagent.llm import Completion, Recorded
from autoagent.past import Past
from autoagent.skills import Notes
from autoagent.walls import WallOptions
from sandbox.session import Sandbox
from tests.commands import autoagent, lines, refused

WRONG: list[Any] = [None, -1, 10**400, 1.5, "x", [], {}, [1], {"a": 1}, True, [[]], "\x1b]0;x\x07"]


@pytest.fixture(scope="module")
def lived(wall: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with a run in it that has all kinds of events."""
    db = tmp_path_factory.mktemp("strangers") / "journal.db"
    texts = [
        "```python\ndef f():\n    return 1\nprint(self.use('notes', write='a'))\n```",
        "```python\neval('__imp' + 'ort__(\"os\").system(\"true\")')\n```",
        "```python\nself.finish(1)\n```",
        "```python\nprint(f())\n```",
    ]

    class Announced(Notes):
        acts = True

    options: dict[str, Any] = {
        "skills": [Announced()],
        "on_harm": "feedback",
        "check": lambda result, files: "not yet",
    }
    with AutonomousLLM(Recorded.of_texts(texts), sandbox=wall, db=db, **options) as agent:
        assert len(list(agent.run("p", budget=Budget(steps=3)))) == 3
        run = agent.run_id or ""
    llm = Recorded.of_texts(texts)
    with AutonomousLLM.resume(
        run, llm=llm, sandbox=wall, db=db, approve=lambda text: None
    ) as agent:
        assert list(agent.run()) == []
    answer = Completion(text="a", tokens_in=1, tokens_out=1, finish="stop", model="m")
    asked = {"key": "k", "digest": "d", "seed": 0, "temperature": 0.0, "problem": None}
    finding = Finding(code="name-defined", message="no x")
    analysis = Analysis(
        analyzer="mypy",
        version="1",
        kind="critical",
        score=-1.0,
        passed=False,
        message="no x",
        digest="d",
        findings=(finding,),
    )
    found = {"digest": "d", "variant": "coworker", "analyzers": ["mypy"]}
    with closing(Journal(db)) as journal:  # what a skill would have been told, and analyzers found
        journal.append(run, [("call", asdict(answer) | asked)])
        journal.append(run, [("analysis", found | {"found": [analysis.as_dict()]})])
    with closing(Journal(db, read_only=True)) as journal:
        assert {event.kind for event in journal.events(run)} == set(FIELDS)
    return db


def changed(db: Path, copy: Path, number: int, data: object) -> str:
    """Copy a journal, with other data in one event; return its run."""
    shutil.copy(db, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        text = data if isinstance(data, str) else json.dumps(data)
        connection.execute("UPDATE events SET data = ? WHERE number = ?", (text, number))
        ((run,),) = connection.execute("SELECT DISTINCT run FROM events")
    return str(run)


def read_all(db: Path, run: str) -> None:
    """Do with a journal what the commands do."""
    with closing(Journal(db, read_only=True)) as journal:
        list(recorded_steps(journal, run))
        past = Past.of(journal, run)
        past.same_wall(WallOptions())
        for turn in past.turns:
            journal.genome(turn.genome)
            assert turn.attempts is not None
            Analyst([], known=turn.analyses)
        assert past.death is None or past.last_words is not None


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_field_may_be_anything(lived: Path, tmp_path: Path, data: st.DataObject) -> None:
    with closing(Journal(lived, read_only=True)) as journal:
        event = data.draw(st.sampled_from(list(journal.events(journal.find("last")))))
    if event.data and data.draw(st.booleans()):
        name = data.draw(st.sampled_from(sorted(event.data)))
        wrong = data.draw(st.sampled_from([*WRONG, KeyError]))
        rest = {key: value for key, value in event.data.items() if key != name}
        other: object = rest if wrong is KeyError else {**rest, name: wrong}
    else:
        other = data.draw(st.sampled_from([*WRONG, "[" * 100_000, "{", ""]))
    copy = tmp_path / "copy.db"
    run = changed(lived, copy, event.number, other)
    with contextlib.suppress(JournalError, ValueError):
        read_all(copy, run)


@pytest.mark.parametrize("command", ["show", "resume", "replay", "genome", "export", "diff"])
@pytest.mark.parametrize("kind", ["run", "outcome", "heartbeat"])
def test_each_command_says_that_a_record_is_damaged(
    lived: Path, tmp_path: Path, command: str, kind: str
) -> None:
    copy = tmp_path / "copy.db"
    with closing(Journal(lived, read_only=True)) as journal:
        number = next(event.number for event in journal.events(journal.find("last"), kind))
    changed(lived, copy, number, {"prompt": 1})
    steps = ["0", "1"] if command == "diff" else []
    refused(autoagent(command, "last", *steps, "--db", copy), "is damaged", f"({kind})")


def test_the_list_of_runs_survives_anything(lived: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    changed(lived, copy, 1, {"prompt": ["\x1b]0;x\x07"]})
    (row,) = lines(autoagent("runs", "--db", copy, "--json"))
    assert row["cause"] == "damaged"
    assert b"damaged" in autoagent("runs", "--db", copy).stdout


def test_the_id_of_a_run_is_no_path(lived: Path, tmp_path: Path) -> None:
    copy, victim = tmp_path / "copy.db", tmp_path / "victim.lock"
    shutil.copy(lived, copy)
    victim.touch()
    (tmp_path / "copy.db.x").mkdir()
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE events SET run = 'x/../victim'")
    refused(autoagent("resume", "last", "--db", copy), "no id of a run")
    assert victim.exists()


def test_a_genome_that_is_not_what_its_hash_says(lived: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(lived, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute('UPDATE genomes SET sources = \'{"f": "lie"}\'')
    refused(autoagent("genome", "last", "--db", copy), "genome", "is damaged")


def test_a_journal_does_not_choose_what_is_executed(lived: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(Journal(lived, read_only=True)) as journal:
        beginnings = list(journal.events(journal.find("last"), "run", "resume"))

    def edited(**changes: object) -> None:
        shutil.copy(lived, copy)
        with closing(sqlite3.connect(copy)) as connection, connection:
            for event in beginnings:
                text = json.dumps({**event.data, **changes})
                connection.execute(
                    "UPDATE events SET data = ? WHERE number = ?", (text, event.number)
                )

    wall = {"image": "evil.example/image:1", "runtime": None, "unsafe": True}
    edited(sandbox="docker", wall=wall)
    for command in (["resume", "last", "--llm", "smollm2"], ["replay", "last"]):
        refused(autoagent(*command, "--db", copy), "'docker'", "--sandbox")
        said = autoagent(*command, "--sandbox", "docker", "--db", copy)
        refused(said, "evil.example/image:1", "--image")
    edited(llm="openai:m", server="https://evil.example/v1")
    refused(autoagent("resume", "last", "--db", copy), "'openai:m'", "--llm")
    assert autoagent("trust", "last", "--yes", "--db", copy).returncode == 0
    refused(autoagent("resume", "last", "--db", copy), "evil.example", "--base-url")
