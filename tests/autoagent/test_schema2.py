"""A journal that was written when its schema was 2, and what was told of it then.

Births tell of no genome there, and a journal keeps no files.
"""

from pathlib import Path
from typing import Any

import pytest

from autoagent.agent import AutonomousLLM
from autoagent.budget import Budget
from autoagent.llm import Recorded
from sandbox.session import Sandbox
from tests.autoagent.old_journals import copied, lived_again, past_of, told_of
from tests.commands import autoagent, lines

TOLD = told_of(2)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A copy that may be written to."""
    return copied(2, tmp_path)


def proper(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines without what only later ends tell."""
    for line in told:
        line.get("summary", {}).pop("result", None)
    return told


@pytest.mark.parametrize("name", TOLD)
def test_what_is_shown_of_it_is_what_was_shown_then(untouchable: Path, name: str) -> None:
    run, told = TOLD[name]["run"], TOLD[name]
    shown = proper(lines(autoagent("show", run, "--db", untouchable, "--json")))
    assert shown == told["show"]
    assert lines(autoagent("export", run, "--db", untouchable)) == told["export"]


@pytest.mark.parametrize("name", ["death", "resumed"])  # the policy knows more modules today
def test_its_lives_are_lived_again(wall: Sandbox, untouchable: Path, name: str) -> None:
    past = past_of(untouchable, TOLD[name]["run"])
    assert past.first.name == "small"
    relived = lived_again(past, wall)
    assert [each.differences for each in relived] == [()] * (past.last_step + 1)


def test_a_run_of_then_goes_on_today(wall: Sandbox, old: Path) -> None:
    llm = Recorded.of_texts(["```python\nself.finish(x + 4)\n```"], name="other")
    with AutonomousLLM.resume(TOLD["resumed"]["run"], llm=llm, sandbox=wall, db=old) as agent:
        (step,) = agent.run(budget=Budget(steps=1))
    assert (step.step, agent.result) == (4, 5)
    assert lines(autoagent("show", "last", "--db", old, "--json"))[-1]["summary"]["result"] == 5
