"""Black-box optimisation in the hands of an organism: a real wall, and a scripted model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from autoagent.asker import Asker, Call
from autoagent.budget import Budget
from autoagent.llm import LLM, PYTHON, Frame, Query
from autoagent.llm.llamacpp.model import LlamaCpp
from autoagent.meter import Meter
from autoagent.skills import SkillContext, SkillError, load_skills
from genetic.evolve.candidate import Candidate
from genetic.evolve.proposer import Shown
from genetic.optimize import HistoryProposer
from genetic.optimize_skill import QUESTION, TOKENS, Asked, Optimize
from sandbox.programs.evaluator import Evaluation
from tests.genetic.fakes import Model

F = """
def f(x):
    print("noise")
    return -int(x) ** 2, f"x is {x}"
"""


def context(model: LLM, tokens: int | None = None) -> SkillContext:
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
    with pytest.raises(SkillError, match="may take 20 questions and 74580 tokens"):
        Optimize().call({"f": F, "x0": "1"}, context(model, tokens=1000))
    assert model.queries == []


def test_the_price_is_the_most_that_a_question_takes(smollm2: LlamaCpp) -> None:
    asked = Asked(f=F, x0="31415926535" * 20, task="27182818284" * 40, steps=1)
    proposer = HistoryProposer(asked.task, QUESTION, asked.room)
    history = [Candidate(f"{n}", f"{n}{asked.x0}", Evaluation(score=float(n))) for n in range(100)]
    query = proposer.query(Shown(history[-1], (), history))
    most = asked.price["tokens"] / 2 - TOKENS
    assert most / 2 < smollm2.count_query(query, proposer.frame) <= most < smollm2.context


class Little(Model):
    """A model that reads little, and counts in its own way."""

    context = 700

    def count_query(self, query: Query, frame: Frame = PYTHON) -> int:
        return len(str(query)) // 2


def test_a_replay_asks_what_was_asked_whatever_the_model_reads() -> None:
    answers = iter(range(2, 99))
    model = Little(lambda query, rng: f"So.\n```\n{next(answers)}{'0' * 50}\n```")
    asked = {"f": F, "x0": "1", "steps": 20}
    said: list[Any] = []
    lived = replace(context(model), asker=Asker([model], record=said.append))
    told = Optimize().call(asked, lived)
    known = [Call.of(data) for data in said]
    assert len(known) == told["questions"] == 20
    assert Optimize().call(asked, replace(lived, asker=Asker([], known=known))) == told
