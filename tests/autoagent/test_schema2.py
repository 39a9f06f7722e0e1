"""A journal that was written when its schema was 2, and what was told of it then.

Births tell of no genome there, and a journal keeps no files.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.agent import AutonomousLLM
from autoagent.budget import Budget
from autoagent.journal import Journal
from autoagent.life import Life
from autoagent.llm import Recorded
from autoagent.past import Past
from autoagent.replay import Recalling, relive
from sandbox.limits import Limits
from sandbox.session import Sandbox
from tests.commands import autoagent, lines

HOME = Path(__file__).parent / "journals"
TOLD: dict[str, dict[str, Any]] = json.loads((HOME / "schema2.json").read_text())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A copy that may be written to."""
    return Path(shutil.copy(HOME / "schema2.db", tmp_path / "old.db"))


@pytest.fixture
def untouchable(old: Path) -> Iterator[Path]:
    """One in a folder where nothing can be made."""
    old.chmod(0o400)
    old.parent.chmod(0o500)
    yield old
    old.parent.chmod(0o700)


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
    with closing(Journal(untouchable, read_only=True)) as journal:
        past = Past.of(journal, TOLD[name]["run"])
    assert past.first.name == "small"
    settings = past.settings
    life = Life(
        wall,
        limits=Limits(**settings["limits"]),
        on_harm=settings["on_harm"],
        host=Recalling(past),
    )
    relived = list(relive(life, past, wall))
    life.close()
    assert [each.differences for each in relived] == [()] * (past.last_step + 1)


def test_a_run_of_then_goes_on_today(wall: Sandbox, old: Path) -> None:
    llm = Recorded.of_texts(["```python\nself.finish(x + 4)\n```"], name="other")
    with AutonomousLLM.resume(TOLD["resumed"]["run"], llm=llm, sandbox=wall, db=old) as agent:
        (step,) = agent.run(budget=Budget(steps=1))
    assert (step.step, agent.result) == (4, 5)
    assert lines(autoagent("show", "last", "--db", old, "--json"))[-1]["summary"]["result"] == 5
