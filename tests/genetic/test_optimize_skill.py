"""Black-box optimisation in the hands of an organism: a real wall, and a scripted model."""

from __future__ import annotations

import pytest

from autoagent.asker import Asker
from autoagent.budget import Budget
from autoagent.meter import Meter
from autoagent.skills import SkillContext, SkillError, load_skills
from genetic.optimize_skill import Optimize
from tests.genetic.fakes import Model

F = """
def f(x):
    print("noise")
    return -int(x) ** 2, f"x is {x}"
"""


def context(model: Model, tokens: int | None = None) -> SkillContext:
    meter = Meter()
    meter.start(Budget(tokens=tokens))
    asker = Asker([model], meter=meter)
    return SkillContext(now=0, born=0, steps=0, seed=1, history=(), asker=asker)


def scripted(*answers: str) -> Model:
    left = iter(answers)
    return Model(lambda query, rng: f"So.\n```\n{next(left)}\n```")


def test_it_is_found_by_its_name() -> None:
    (skill,) = load_skills(["optimize"])
    assert isinstance(skill, Optimize)


def test_it_optimizes_by_the_agents_own_function() -> None:
    model = scripted("2", "nonsense", "1")
    told = Optimize().call(
        {"f": F, "x0": "3", "task": "Small numbers.", "steps": 3}, context(model)
    )
    assert (told["best_x"], told["best_score"], told["questions"]) == ("1", -1.0, 3)
    assert [each["score"] for each in told["history"]] == [-9.0, -4.0, None, -1.0]
    assert "ValueError" in told["history"][2]["feedback"]
    assert "x is 2" in model.queries[1]
    assert "Small numbers." in model.queries[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"f": F}, "missing"),
        ({"f": F, "x0": "1", "y": 2}, "unexpected keyword argument 'y'"),
        ({"f": 1, "x0": "1"}, "f must be a text"),
        ({"f": F, "x0": "1", "steps": 0}, "steps must be from 1 to 50"),
        ({"f": "def f(", "x0": "1"}, "f is no Python"),
    ],
)
def test_what_is_wrong_with_a_call_is_named(arguments: dict, message: str) -> None:
    with pytest.raises(SkillError, match=message):
        Optimize().call(arguments, context(scripted()))


def test_what_cannot_be_paid_is_refused_before_it_begins() -> None:
    model = scripted()
    with pytest.raises(SkillError, match="may take 20 questions and 50240 tokens"):
        Optimize().call({"f": F, "x0": "1"}, context(model, tokens=1000))
    assert model.queries == []
