"""A journal that was written when its schema was 1, and what was told of it then."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.agent import AutonomousLLM
from autoagent.asker import Call, derived
from autoagent.budget import Budget
from autoagent.events import calls, checked
from autoagent.journal import Journal
from autoagent.journal_file import SCHEMA_VERSION
from autoagent.llm import Completion, Recorded
from autoagent.schema1 import converted
from autoagent.steps import fold
from sandbox.session import Sandbox
from tests.autoagent.cli.inside import inside
from tests.autoagent.old_journals import copied, lived_again, past_of, told_of
from tests.commands import autoagent, lines

TOLD = told_of(1)
JUDGED = ("translation", "cut translation")
"""Runs that say what programs are worth; that theirs is the user's word, none of that time can."""
LIVES = [name for name, told in TOLD.items() if told["replay"]]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A copy that may be written to."""
    return copied(1, tmp_path)


def version(db: Path) -> int:
    with closing(sqlite3.connect(db)) as connection:
        (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


@pytest.mark.parametrize("name", TOLD)
def test_what_is_shown_of_it_is_what_was_shown_then(untouchable: Path, name: str) -> None:
    before = untouchable.read_bytes()
    run, told = TOLD[name]["run"], TOLD[name]
    assert lines(autoagent("show", run, "--db", untouchable, "--json")) == told["show"]
    if name not in JUDGED:
        assert lines(autoagent("export", run, "--db", untouchable)) == told["export"]
    assert untouchable.read_bytes() == before
    assert version(untouchable) == 1


@pytest.mark.parametrize("name", JUDGED)
def test_what_it_says_of_programs_is_learnt_from_once_it_is_trusted(old: Path, name: str) -> None:
    run, told = TOLD[name]["run"], TOLD[name]
    refused = inside("export", run, "--db", old)
    assert refused.exit_code == 2
    assert f"autoagent trust {run} --db" in refused.stderr
    assert inside("trust", run, "--yes", "--db", old).exit_code == 0
    assert lines(autoagent("export", run, "--db", old)) == told["export"]


def test_all_its_events_are_proper_today(untouchable: Path) -> None:
    with closing(Journal(untouchable, read_only=True)) as journal:
        for name in LIVES:
            run = TOLD[name]["run"]
            assert list(checked(run, journal.events(run)))
            assert [call.key for call in calls(journal, run)] == [
                event.data["key"] for event in journal.events(run) if event.kind == "call"
            ], "what is read of a kind alone is what is read of it among all"


def test_answers_have_the_keys_from_which_their_seeds_follow(old: Path) -> None:
    with closing(Journal(old, read_only=True)) as journal:
        said = list(calls(journal, TOLD["life"]["run"]))
        skills = list(calls(journal, TOLD["skill"]["run"]))
    keys = [call.key for call in said]
    assert keys == ["life.1:0", "life.1:1", "life.2:0", "life.2:1", *keys[4:]]
    assert keys[4:] == ["life.3:0", "life.3:1", "life.3:2", "life.4:0"]  # one was refused
    for call in said[:5]:
        assert call.seed == derived(7, call.key.removeprefix("life."))
    assert said[5].seed == derived(8, "3:1")  # resumed with another
    assert [call.by_organism for call in skills] == [True, *[False] * 4]
    assert all(call.key.startswith("1.1.") for call in skills[1:])


@pytest.mark.parametrize("name", LIVES)
def test_its_lives_are_lived_again(wall: Sandbox, untouchable: Path, name: str) -> None:
    past = past_of(untouchable, TOLD[name]["run"])
    relived = lived_again(past, wall)
    assert [each.differences for each in relived] == [()] * (past.last_step + 1)


class Scripted:
    """Gives one text to whoever asks, and remembers the seeds it was asked with."""

    name = "scripted"

    def __init__(self, text: str) -> None:
        self.text = text
        self.seeds: list[int] = []

    def complete(self, query: str, *, seed: int, **_: Any) -> Completion:
        self.seeds.append(seed)
        return Completion(text=self.text, tokens_in=1, tokens_out=1, finish="stop", model=self.name)

    def close(self) -> None:
        pass


def test_a_run_that_was_cut_off_pays_for_no_answer_twice(wall: Sandbox, old: Path) -> None:
    run = TOLD["cut answer"]["run"]
    llm = Scripted("```python\nprint('on')\n```")
    with AutonomousLLM.resume(run, llm=llm, sandbox=wall, db=old) as agent:
        (step,) = agent.run(budget=Budget(steps=1))
    assert (step.step, step.stdout) == (2, "on\n")
    assert llm.seeds == [derived(0, "2:1")], "the first attempt was paid for"
    assert version(old) == SCHEMA_VERSION
    with closing(Journal(old, read_only=True)) as journal:
        assert [call.key for call in calls(journal, run)][-2:] == ["life.2:0", "life.2:1"]
        steps = list(fold(run, checked(run, journal.events(run))))
    assert steps[-1] == step


def test_the_answers_of_an_old_run_are_given_again(wall: Sandbox, old: Path) -> None:
    run = TOLD["life"]["run"]
    with AutonomousLLM(f"recorded:{run}", sandbox=wall, skills=["clock", "notes"], db=old) as agent:
        steps = list(agent.run("Say hello.", budget=Budget(steps=2)))
    assert steps[0].stdout == TOLD["life"]["show"][0]["stdout"]


def test_a_fork_of_an_old_run_goes_on(wall: Sandbox, old: Path) -> None:
    told = autoagent(
        "rollback", TOLD["death"]["run"], "--to", "1", "--llm", "smollm2", "--steps", "1",
        "--max-tokens", "20", "--db", old, "--json",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr.decode()
    assert lines(told)[0]["step"] == 2


@pytest.mark.slow
def test_an_old_translation_goes_on_with_what_it_was_answered(old: Path) -> None:
    run = TOLD["cut translation"]["run"]
    with closing(Journal(old, read_only=True)) as journal:
        before = list(calls(journal, run))
    assert len(before) == 10
    told = autoagent("translate", "--resume", run, "--db", old, "--json")
    assert told.returncode == 0, told.stderr.decode()
    with closing(Journal(old, read_only=True)) as journal:
        after = list(calls(journal, run))
    assert after[:10] == before
    assert len({(call.key, call.digest) for call in after}) == len(after) > 10


def test_new_events_are_not_converted() -> None:
    call = Call(
        completion=Recorded.of_texts(["x"]).complete("", seed=0, temperature=0, max_tokens=1),
        key="life.3:0",
        digest="d",
        seed=1,
        temperature=0.5,
        problem="no code",
    )
    row = (7, 0.0, "call", call.as_dict())
    assert list(converted([row])) == [row]
