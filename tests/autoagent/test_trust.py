"""What a stranger's run decides on this machine: nothing that its user does not say."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from autoagent.agent import AutonomousLLM
from autoagent.budget import Budget
from autoagent.journal import Journal
from autoagent.llm import Recorded
from autoagent.past import Past
from autoagent.trust import Chosen, notice, settled
from sandbox.limits import Limits
from sandbox.session import Sandbox
from tests.commands import autoagent

GREEDY = {"fuel": 1 << 62, "memory_mb": 4096, "wall_seconds": 86_400.0, "output_bytes": 1 << 20}
Make = Callable[..., str]


@pytest.fixture
def stranger(wall: Sandbox, db: Path) -> Make:
    """Write a run, change its settings as a stranger would, and return its id."""

    def make(own: bool = False, **settings: Any) -> str:
        llm = Recorded.of_texts(["```python\nprint('hi')\n```"], name="smollm2")
        policy = settings.get("policy", "strict")
        with AutonomousLLM(llm, sandbox=wall, policy=policy, db=db) as agent:
            list(agent.run("Say hi", budget=Budget(steps=1)))
            run = agent.run_id or ""
        with closing(sqlite3.connect(db)) as connection, connection:
            for kind in ("run", "born"):
                ((text,),) = connection.execute(
                    "SELECT data FROM events WHERE run = ? AND kind = ?", (run, kind)
                ).fetchall()
                data = json.loads(text)
                data |= {name: value for name, value in settings.items() if name in data}
                connection.execute(
                    "UPDATE events SET data = ? WHERE run = ? AND kind = ?",
                    (json.dumps(data | {"note": "changed"}), run, kind),
                )
        if own:
            with closing(Journal(db)) as journal:
                journal.adopt(run)
        return run

    return make


def past(db: Path, run: str) -> Past:
    with closing(Journal(db, read_only=True)) as journal:
        return Past.of(journal, run, whose=True)


def test_limits_are_capped_at_the_usual_ones(stranger: Make, db: Path) -> None:
    foreign = past(db, stranger(limits=GREEDY))
    assert settled(foreign, Chosen())["limits"] == Limits()
    most = Limits(fuel=5, memory_mb=4096)
    capped = settled(foreign, Chosen(limits=most))["limits"]
    assert capped == Limits(fuel=5, memory_mb=4096)
    assert "may use no more than usual" in (notice(foreign) or "")
    own = past(db, stranger(own=True, limits=GREEDY))
    assert asdict(settled(own, Chosen())["limits"]) == GREEDY
    assert notice(own) is None


def test_limits_below_the_usual_ones_stay(stranger: Make, db: Path) -> None:
    low = GREEDY | {"fuel": 10**9, "memory_mb": 64, "wall_seconds": 1.0}
    assert asdict(settled(past(db, stranger(limits=low)), Chosen())["limits"]) == low


@pytest.mark.parametrize(
    ("option", "value"),
    [("sandbox", "process"), ("policy", "open"), ("llm", "openai:m"), ("llm", "hf:/evil")],
)
def test_what_is_unusual_has_to_be_said(stranger: Make, db: Path, option: str, value: str) -> None:
    run = stranger(**{option: value})
    with pytest.raises(ValueError, match=f"give --{option} to say what to use, or adopt it"):
        settled(past(db, run), Chosen())
    said = Chosen(**{option: value})  # type: ignore[arg-type]
    assert settled(past(db, run), said)[option] == value
    own = stranger(own=True, **{option: value})
    assert settled(past(db, own), Chosen())[option] == value


def test_a_policy_cannot_be_changed(stranger: Make, db: Path) -> None:
    with pytest.raises(ValueError, match="under the policy 'strict', and cannot"):
        settled(past(db, stranger(own=True)), Chosen(policy="open"))


@pytest.mark.parametrize("command", ["resume", "replay", "rollback"])
def test_every_command_that_lives_it_again_refuses(stranger: Make, db: Path, command: str) -> None:
    run = stranger(policy="open")
    to = ["--to", "0"] if command == "rollback" else []
    done = autoagent(command, run, *to, "--db", db)
    assert done.returncode == 2
    assert b"give --policy to say what to use" in done.stderr
    done = autoagent("replay", run, "--policy", "open", "--db", db)
    assert done.returncode == 0, done.stderr.decode()


def test_the_library_refuses_as_the_command_does(stranger: Make, wall: Sandbox, db: Path) -> None:
    run = stranger(policy="open")
    llm = Recorded.of_texts(["```python\nprint('on')\n```"])
    with pytest.raises(ValueError, match="give --policy"):
        AutonomousLLM.resume(run, llm=llm, sandbox=wall, db=db)
    with AutonomousLLM.resume(run, llm=llm, sandbox=wall, policy="open", db=db) as agent:
        (step,) = agent.run(budget=Budget(steps=1))
    assert step.stdout == "on\n"
    with closing(Journal(db)) as journal:
        assert not journal.is_own(run), "to go on with it does not make it one's own"


def test_a_limit_that_there_is_not_says_nothing(stranger: Make, db: Path) -> None:
    run = stranger(limits=GREEDY | {"more": 1})
    assert settled(past(db, run), Chosen())["limits"] == Limits(output_bytes=1 << 20)


def test_a_run_is_adopted_after_its_settings_are_shown(stranger: Make, db: Path) -> None:
    run = stranger(policy="open", limits=GREEDY)
    done = autoagent("trust", run, "--db", db, typed="n\n")
    assert done.returncode == 1
    shown = done.stdout.decode()
    assert "open" in shown
    assert str(GREEDY["fuel"]) in shown
    with closing(Journal(db)) as journal:
        assert not journal.is_own(run)
    assert autoagent("trust", run, "--yes", "--db", db).returncode == 0
    done = autoagent("replay", run, "--db", db)
    assert done.returncode == 0, done.stderr.decode()
    assert b"not known as your own" not in done.stderr
    assert b"your own already" in autoagent("trust", run, "--db", db).stderr


def test_what_a_later_resumption_chose_is_shown(stranger: Make, wall: Sandbox, db: Path) -> None:
    run = stranger()
    other = Recorded.of_texts(["```python\nprint('on')\n```"], name="openai:elsewhere")
    with AutonomousLLM.resume(run, llm=other, sandbox=wall, db=db) as agent:
        list(agent.run(budget=Budget(steps=1)))
    shown = autoagent("trust", run, "--yes", "--db", db).stdout.decode()
    assert "openai:elsewhere" in shown
    assert "smollm2" not in shown
