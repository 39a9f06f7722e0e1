"""Lives that are lived again: cut off anywhere, rolled back, verified."""

import json
import shutil
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from autoagent import AutonomousLLM, Budget, Cause, Stop
from autoagent.journal import Journal, JournalError
from autoagent.life import Life
from autoagent.llm import Query, Recorded
from autoagent.past import Past
from autoagent.replay import Recalling, Relived, relive
from autoagent.walls import open_wall
from sandbox.limits import Limits
from sandbox.session import End, Sandbox, SandboxError
from sandbox.verdict import Verdict
from tests.commands import autoagent

ANSWERS = [
    "I would rather not.",  # asked again
    "```python\ndef greet():\n    return 'hello'\nprint(greet())\n```",
    "```python\nself.use('notes', write='a')\nprint(self.use('notes'))\n```",
    # harm that only shows behind the wall
    "```python\neval('__imp' + 'ort__(\"os\").system(\"true\")')\n```",
    "```python\ndef greet():\n    return {'a', 'b', 'c'}\nprint(greet())\n```",
    "```python\nprint(self.use('notes', write='b'))\n1 / 0\n```",
    "```python\ndef run(self):\n    return None\n```",  # the loop ends
]
SETTINGS: dict[str, Any] = {"on_harm": "feedback", "skills": ["notes"]}
UNEQUAL = ("now", "ms", "spent", "told", "fuel")


def live(wall: Sandbox, db: Path, budget: Budget | None = None) -> AutonomousLLM:
    agent = AutonomousLLM(Recorded.of_texts(ANSWERS), sandbox=wall, db=db, **SETTINGS)
    for _ in agent.run("Define greet", budget=budget):
        pass
    agent.close()
    return agent


def go_on(wall: Sandbox, db: Path, run: str, budget: Budget | None = None) -> AutonomousLLM:
    agent = AutonomousLLM.resume(run, llm=Recorded.of_texts(ANSWERS), sandbox=wall, db=db)
    for _ in agent.run(budget=budget):
        pass
    agent.close()
    return agent


def story(db: Path, run: str) -> list[tuple[str, dict[str, Any]]]:
    """What a life consists of, without what two equal ones may differ in."""
    journal = Journal(db, read_only=True)
    events = [
        (event.kind, {name: v for name, v in event.data.items() if name not in UNEQUAL})
        for event in journal.events(run)
        if event.kind not in ("run", "resume", "end")
    ]
    journal.close()
    return events


def cut(db: Path, run: str, after: int) -> None:
    """Leave a journal as a host leaves it that is killed after so many events."""
    with sqlite3.connect(db) as connection:
        connection.execute("DELETE FROM events WHERE run = ? AND number > ?", (run, after))


def edit(db: Path, run: str, kind: str, **changes: Any) -> None:
    """Change the last event of a kind."""
    with sqlite3.connect(db) as connection:
        number, data = connection.execute(
            "SELECT number, data FROM events WHERE run = ? AND kind = ? ORDER BY number DESC",
            (run, kind),
        ).fetchone()
        connection.execute(
            "UPDATE events SET data = ? WHERE run = ? AND number = ?",
            (json.dumps({**json.loads(data), **changes}), run, number),
        )


def again(wall: Sandbox, db: Path, run: str, **limits: Any) -> list[Relived]:
    journal = Journal(db, read_only=True)
    past = Past.of(journal, run)
    journal.close()
    life = Life(
        wall,
        limits=Limits(**past.settings["limits"] | limits),
        on_harm=past.settings["on_harm"],
        host=Recalling(past),
    )
    try:
        return list(relive(life, past, wall))
    finally:
        life.close()


@pytest.fixture
def lived(wall: Sandbox, db: Path) -> str:
    """The id of a run that was lived to its end."""
    agent = live(wall, db)
    assert agent.ended is not None
    assert agent.ended.cause is Cause.ENDED, agent.ended
    assert agent.run_id is not None
    return agent.run_id


def test_cut_off_after_any_event_a_life_goes_on_as_if_nothing_had_happened(
    wall: Sandbox, db: Path, lived: str, tmp_path: Path
) -> None:
    whole = story(db, lived)
    kinds = [kind for kind, _ in whole]
    assert {"born", "call", "reply", "skill", "judge", "outcome", "heartbeat"} == set(kinds)
    for events in range(1, len(whole) + 2):
        copy = tmp_path / f"{events}.db"
        shutil.copy(db, copy)
        cut(copy, lived, events)
        agent = go_on(wall, copy, lived)
        assert agent.ended is not None
        assert agent.ended.cause is Cause.ENDED
        assert story(copy, lived) == whole, f"cut after {events}: {kinds[events - 2]}"


def test_each_step_by_itself_is_the_same_life(wall: Sandbox, db: Path, lived: str) -> None:
    other = live(wall, db, Budget(steps=1)).run_id
    assert other is not None
    for step in range(2, 8):
        agent = go_on(wall, db, other, Budget(steps=1))
        assert agent.ended is not None
        assert agent.spent.steps == (1 if step < 7 else 0), "the budget counts from the resume"
    assert story(db, other) == story(db, lived)


def test_a_life_that_is_over_is_left_alone(wall: Sandbox, db: Path, lived: str) -> None:
    before = list(Journal(db, read_only=True).events(lived))
    agent = go_on(wall, db, lived)
    assert agent.ended is not None
    assert (agent.ended.cause, agent.spent.steps) == (Cause.ENDED, 0)
    assert list(Journal(db, read_only=True).events(lived)) == before


def test_a_life_is_verified_by_living_it_again(wall: Sandbox, db: Path, lived: str) -> None:
    steps = again(wall, db, lived)
    assert [relived.step for relived in steps] == [0, 1, 2, 3, 4, 5, 6]
    assert not any(relived.differences for relived in steps)


@pytest.mark.parametrize(
    ("kind", "changes", "step", "what"),
    [
        ("outcome", {"genome": "0" * 16}, 6, "genome"),
        ("outcome", {"fuel": 1}, 6, "fuel"),
        ("outcome", {"cause": "crashed"}, 6, "cause"),
        ("outcome", {"error": "other"}, 6, "error"),
        ("heartbeat", {"query": "other"}, 5, "query"),
        ("skill", {"input": {"write": "c"}}, 5, "message"),
    ],
)
def test_the_first_difference_is_found(
    wall: Sandbox, db: Path, lived: str, kind: str, changes: dict[str, Any], step: int, what: str
) -> None:
    edit(db, lived, kind, **changes)
    *same, last = again(wall, db, lived)
    assert not any(relived.differences for relived in same)
    assert (last.differences[0].step, last.differences[0].what) == (step, what)


def test_a_life_that_goes_another_way_is_not_taken_up(wall: Sandbox, db: Path, lived: str) -> None:
    cut(db, lived, 8)
    edit(db, lived, "outcome", stdout="other")
    for kind in ("run", "born"):
        edit(db, lived, kind, build="f" * 64)
    with pytest.raises(JournalError, match=r"step 1: stdout was 'other' .* guest build ffffffff"):
        go_on(wall, db, lived)


def test_another_build_that_only_costs_more_is_taken_up(
    wall: Sandbox, db: Path, lived: str
) -> None:
    whole = len(story(db, lived))
    with sqlite3.connect(db) as connection:
        for number, data in connection.execute(
            "SELECT number, data FROM events WHERE kind = 'outcome'"
        ).fetchall():
            other = json.dumps({**json.loads(data), "fuel": 1})
            connection.execute("UPDATE events SET data = ? WHERE number = ?", (other, number))
    for kind in ("run", "born"):
        edit(db, lived, kind, build="f" * 64)
    cut(db, lived, whole - 4)
    agent = go_on(wall, db, lived)
    assert agent.ended is not None
    assert agent.ended.cause is Cause.ENDED
    assert len(story(db, lived)) == whole


def test_recorded_skills_are_not_performed_again(
    wall: Sandbox, db: Path, lived: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("performed again")

    monkeypatch.setattr("autoagent.skills.Notes.call", fail)
    cut(db, lived, len(story(db, lived)) - 3)
    agent = go_on(wall, db, lived)
    assert agent.ended is not None
    assert agent.ended.cause is Cause.ENDED
    assert agent.spent.skill_calls == 0


@pytest.mark.slow
def test_a_broken_wall_is_no_death(db: Path) -> None:
    """A worker that is killed ends the run, and the step is lived again."""
    wall = open_wall("wasm")
    killers: list[threading.Timer] = []

    def broken_soon(query: Query) -> str:
        if agent.spent.steps == 0:
            return "```python\nx = 1\n```"
        killers.append(threading.Timer(0.1, wall.close))
        killers[-1].start()
        return "```python\nsum(range(10**7))\n```"

    agent = AutonomousLLM(broken_soon, sandbox=wall, db=db)
    assert len(list(agent.run("Count", budget=Budget(steps=9)))) == 1
    for killer in killers:
        killer.join()
    assert agent.ended is not None
    assert agent.ended.cause is Cause.WORKER
    agent.close()
    assert agent.run_id is not None
    answers = Recorded.of_texts(["", "", "```python\nprint('on')\n```"])
    other = AutonomousLLM.resume(agent.run_id, llm=answers, sandbox=wall, db=db)
    assert [step.step for step in other.run(budget=Budget(steps=2))] == [2, 3]
    other.close()
    wall.close()
    kinds = [kind for kind, _ in story(db, agent.run_id)]
    assert kinds.count("outcome") == kinds.count("reply") == kinds.count("call") == 3


def test_a_killed_run_goes_on(db: Path) -> None:
    wall = open_wall("wasm")
    code = "```python\nprint(sum(range(10**7)))\n```"
    killers: list[threading.Timer] = []

    def killed_soon(query: Query) -> str:
        killers.append(threading.Timer(0.1, agent.kill))
        killers[-1].start()
        return code

    agent = AutonomousLLM(killed_soon, sandbox=wall, db=db)
    assert list(agent.run("Count")) == []
    for killer in killers:
        killer.join()
    assert agent.ended is not None
    assert agent.ended.cause is Stop.KILLED
    agent.close()
    assert agent.run_id is not None
    other = AutonomousLLM.resume(agent.run_id, llm=Recorded.of_texts([code]), sandbox=wall, db=db)
    (step,) = other.run(budget=Budget(steps=1))
    assert step.stdout == "49999995000000\n"
    assert [kind for kind, _ in story(db, agent.run_id)].count("call") == 1
    other.close()
    wall.close()


def test_a_recorded_hang_is_not_waited_for_again(wall: Sandbox, db: Path) -> None:
    limits = Limits(fuel=10**15, wall_seconds=2.0)
    agent = AutonomousLLM(
        Recorded.of_texts(["```python\nwhile True: pass\n```"]), sandbox=wall, db=db, limits=limits
    )
    assert [step.cause for step in agent.run("Wait")] == ["hang"]
    agent.close()
    assert agent.run_id is not None
    started = time.monotonic()
    *_, last = again(wall, db, agent.run_id, wall_seconds=3600.0)
    assert time.monotonic() - started < 120
    assert last.event is not None
    assert (last.event.cause, last.differences) == (Cause.HANG, ())  # type: ignore[union-attr]


def test_one_process_at_a_time_lives_a_run(wall: Sandbox, db: Path) -> None:
    agent = AutonomousLLM(Recorded.of_texts(ANSWERS), sandbox=wall, db=db, **SETTINGS)
    steps = agent.run("Define greet")
    next(steps)
    assert agent.run_id is not None
    with pytest.raises(JournalError, match="lived by another process"):
        AutonomousLLM.resume(agent.run_id, llm=Recorded.of_texts([]), sandbox=wall, db=db)
    agent.close()
    AutonomousLLM.resume(agent.run_id, llm=Recorded.of_texts([]), sandbox=wall, db=db).close()


def test_another_model_and_seed_from_here_on(wall: Sandbox, db: Path) -> None:
    run = live(wall, db, Budget(steps=1)).run_id
    assert run is not None
    other = Recorded.of_texts(["```python\nprint('other')\n```"], name="other")
    agent = AutonomousLLM.resume(run, llm=other, sandbox=wall, db=db, seed=7, temperature=0.9)
    (step,) = agent.run(budget=Budget(steps=1))
    agent.close()
    assert step.stdout == "other\n"
    journal = Journal(db, read_only=True)
    past = Past.of(journal, run)
    (*_, call) = journal.events(run, "call")
    assert (past.settings["llm"], past.settings["seed"]) == ("other", 7)
    assert call.data["temperature"] == 0.9
    assert [event.data["seed"] for event in journal.events(run, "born")] == [0]


def test_a_damaged_record_is_told(wall: Sandbox, db: Path, lived: str) -> None:
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE events SET data = '{}' WHERE kind = 'heartbeat'")
    with pytest.raises(JournalError, match="is damaged"):
        go_on(wall, db, lived)


def test_a_refused_answer_is_not_taken_up_again(wall: Sandbox, db: Path) -> None:
    refused, other = "```python\nprint('refused')\n```", "```python\nprint('other')\n```"
    agent = AutonomousLLM(
        Recorded.of_texts([refused]), sandbox=wall, db=db, approve=lambda text: None
    )
    assert list(agent.run("Say")) == []
    agent.close()
    assert agent.ended is not None
    assert agent.ended.detail == "not approved"
    answers = Recorded.of_texts([refused, refused, other])  # the first is the one given before
    with AutonomousLLM.resume(agent.run_id or "", llm=answers, sandbox=wall, db=db) as resumed:
        (step,) = resumed.run(budget=Budget(steps=1))
    assert step.stdout == "other\n"


def test_an_agent_lives_once(wall: Sandbox, db: Path, lived: str) -> None:
    cut(db, lived, 8)
    with AutonomousLLM.resume(lived, llm=Recorded.of_texts(ANSWERS), sandbox=wall, db=db) as agent:
        agent.run()
        with pytest.raises(ValueError, match="this agent is living"):
            agent.run()


@pytest.mark.parametrize("missing", [0, 1])
def test_a_record_with_a_skill_too_few_or_too_many_differs(
    wall: Sandbox, db: Path, lived: str, missing: int
) -> None:
    with sqlite3.connect(db) as connection:
        numbers = [
            number
            for (number,) in connection.execute(
                "SELECT number FROM events WHERE kind = 'skill' ORDER BY number"
            )
        ]
        if missing:
            connection.execute("DELETE FROM events WHERE number = ?", (numbers[-1],))
        else:
            connection.execute("UPDATE events SET number = number + 1000 WHERE number > ?",
                               (numbers[-1],))  # fmt: skip
            connection.execute(
                "INSERT INTO events SELECT run, ?, at, kind, data, mac FROM events "
                "WHERE number = ?",
                (numbers[-1] + 1, numbers[-1]),
            )
    before = len(story(db, lived))
    *_, last = again(wall, db, lived)
    assert [difference.what for difference in last.differences] == ["message"]
    cut(db, lived, numbers[-1] + (3 if missing else 1003))
    with pytest.raises(JournalError, match="cannot be rebuilt"):
        go_on(wall, db, lived)
    assert len(story(db, lived)) <= before, "nothing was written"


def test_a_pause_does_not_wait_for_the_whole_past(wall: Sandbox, db: Path, lived: str) -> None:
    cut(db, lived, len(story(db, lived)) - 2)
    with AutonomousLLM.resume(lived, llm=Recorded.of_texts(ANSWERS), sandbox=wall, db=db) as agent:
        agent.pause()
        assert list(agent.run()) == []
    assert agent.ended is not None
    assert agent.ended.cause is Stop.PAUSED


class Slower:
    """A wall on a machine that is too busy."""

    def __init__(self, wall: Sandbox) -> None:
        self.name, self.build, self.counts_fuel = wall.name, wall.build, True
        self.undetermined: tuple[str, ...] = ()
        self._wall = wall

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Any:
        session = self._wall.start(argument, limits, seed=seed, now=now)
        session.resume = lambda *_, **__: None  # type: ignore[assignment]
        session._event = End("hang", "no heartbeat within the time limit", None)  # type: ignore[attr-defined]
        return session

    def close(self) -> None:
        pass


def test_a_machine_that_is_too_busy_proves_nothing(wall: Sandbox, db: Path, lived: str) -> None:
    with pytest.raises(SandboxError, match="less busy"):
        again(Slower(wall), db, lived)


def test_addresses_are_not_compared_where_the_wall_leaves_them_to_chance(
    wall: Sandbox, db: Path
) -> None:
    code = "```python\ndef f(): pass\nprint(f)\n```"
    with AutonomousLLM(Recorded.of_texts([code]), sandbox=wall, db=db) as agent:
        (step,) = agent.run("Show", budget=Budget(steps=1))
    assert "0x" in step.stdout
    edit(db, step.run, "outcome", stdout="<function f at 0x123>\n")
    edit(db, step.run, "heartbeat", query="later")
    exact = again(wall, db, step.run)[-1]
    assert [difference.what for difference in exact.differences] == ["stdout", "query"]
    blurred = Slower(wall)
    blurred.undetermined = ("memory addresses",)
    blurred.start = wall.start  # type: ignore[method-assign]
    assert [each.what for each in again(blurred, db, step.run)[-1].differences] == ["query"]


FORGED = [
    "```python\nimport os\nos.system('true')\n```",
    "```python\nexec('import os; os.sys' + 'tem(1)')\n```",
]


@pytest.mark.parametrize("text", FORGED)
def test_harm_that_a_journal_denies_is_named(
    wall: Sandbox, db: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes a journal in which harmful code was found to be harmless."""
    with monkeypatch.context() as forging:
        forging.setattr("autoagent.life.judged", lambda code, mode="exec", **_: Verdict(()))
        agent = AutonomousLLM(Recorded.of_texts([text]), sandbox=wall, db=db)
        (step,) = agent.run("Harm", budget=Budget(steps=1))
        agent.close()
    assert step.alive
    assert step.harm == []
    run = agent.run_id or ""
    done = autoagent("replay", run, "--verify", "--db", db, "--json")
    result = json.loads(done.stdout)
    assert (done.returncode, result["verified"]["same"]) == (1, False)
    difference = result["verified"]["difference"]
    assert (difference["step"], difference["what"], difference["recorded"]) == (1, "verdict", [])
    assert "os.system" in json.dumps(difference["relived"])


@pytest.mark.parametrize(
    ("name", "value"),
    [("prompt", "Be kind"), ("seed", 5), ("skills", {}), ("output_bytes", 1), ("policy", "open")],
)
def test_another_birth_than_the_run_says_is_damage(
    db: Path, lived: str, name: str, value: object
) -> None:
    edit(db, lived, "born", **{name: value})
    done = autoagent("replay", lived, "--db", db)
    assert done.returncode == 2
    assert f"it says that {name} is ".encode() in done.stderr
