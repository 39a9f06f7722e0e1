"""What organisms may ask the host to do, and how much of it."""

from pathlib import Path
from typing import Any

import pytest

from autoagent.death import Cause
from autoagent.host import Idle
from autoagent.life import Death
from autoagent.skills import SkillContext, load_skills
from sandbox import extensions
from sandbox.extensions import Extensions
from tests.conftest import Live
from tests.installed import install


def test_skills_are_performed_by_the_host(live: Live) -> None:
    code = "self.use('notes', write='one')\nprint(self.use('notes', write='two'))"
    now = [100.0]
    kept, aged, refused, unknown = live(
        code,
        "print(self.use('clock')['age_seconds'])",
        "self.use('notes', write=5)",
        "self.use('fly')",
        skills=load_skills(["clock", "notes"]),
        host=Idle(lambda: now[0]),
    )
    assert kept.outcome.stdout == "['one', 'two']\n"
    assert aged.outcome.stdout == "0.0\n"
    assert "write must be a text" in refused.outcome.error
    assert "there is no skill 'fly'" in unknown.outcome.error


def test_a_skill_that_the_budget_refuses_tells_why(live: Live) -> None:
    class Poor(Idle):
        def charge(self, cost: float) -> str | None:
            return "no money"

    (event,) = live("self.use('clock')", skills=load_skills(["clock"]), host=Poor())
    assert "no money" in event.outcome.error


def test_a_skill_that_fails_is_told(live: Live) -> None:
    class Broken:
        name = "broken"
        description = "self.use('broken')"
        cost = 0.0

        def call(self, arguments: dict[str, Any], context: SkillContext) -> Any:
            return {"raise": lambda: 1 / 0, "infinite": lambda: [1e999]}.get(
                arguments["what"], object
            )()

    codes = [f"self.use('broken', what={what!r})" for what in ("raise", "infinite", "object")]
    failed, infinite, unserialisable = live(*codes, skills=[Broken()])
    assert "ZeroDivisionError" in failed.outcome.error
    assert "ValueError" in infinite.outcome.error
    assert "TypeError" in unserialisable.outcome.error


def test_a_step_has_a_bound_on_messages(live: Live) -> None:
    code = "while True:\n    try: self.use('x')\n    except RuntimeError: pass"
    (dead,) = live(code)
    assert isinstance(dead, Death)
    assert dead.cause is Cause.OUTPUT


def test_what_is_said_in_one_step_is_bounded(live: Live) -> None:
    """Before, names of unknown skills filled the host's memory."""
    code = """
for i in range(200):
    try:
        self.use('x%d' % i + 'y' * 100_000)
    except RuntimeError:
        pass
"""
    (event,) = live(code)
    assert isinstance(event, Death)
    assert event.cause is Cause.OUTPUT
    assert "characters said in one step" in event.detail


def test_what_a_skill_remembers_in_a_life_is_bounded(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoagent.skill_calls.MOST_REMEMBERED", 2_000)
    say = "print(len(self.use('notes', write='y' * 700)))"
    events = live(*[f"{say}  # {n}" for n in range(4)], skills=load_skills(["notes"]))
    assert [event.outcome.stdout for event in events] == ["1\n", "2\n", "", ""]
    assert "all that it can remember" in events[-1].outcome.error


def test_a_skill_that_cannot_be_loaded_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "weather", {"autoagent.skills": {"rain": "weather_of_nowhere:Rain"}})
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("autoagent.skills.SKILLS", Extensions("autoagent.skills", "skill"))
    extensions._installed.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"the skill 'rain' of weather 1\.0 cannot be loaded"):
            load_skills(["rain"])
        assert [skill.name for skill in load_skills(["clock"])] == ["clock"]
    finally:
        extensions._installed.cache_clear()
