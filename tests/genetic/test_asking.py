"""Ratings by a model are questions of the search: counted, journalled, and never asked twice."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.asker import Asker, Question
from autoagent.budget import Budget
from autoagent.events import calls
from autoagent.journal import Journal
from autoagent.llm import LLMUnreachable
from genetic import optimize
from genetic.asking import Counted
from genetic.eval_utils import Rubric
from genetic.evolve.evolver import UNJUDGED
from genetic.evolve.recorder import born
from genetic.search.journalled import Finish
from tests.genetic.fakes import Model

ONE, TWO = "From 0 to 9: it is high.", "From 0 to 9: it is odd."


def answer(query: str, rng: random.Random) -> str:
    """Rate a text, or write another one; now and then there is none in it."""
    if query.startswith("Rubric:"):
        return f"So so.\nScore: {rng.randrange(10)}"
    return "Nothing." if rng.random() < 0.2 else f"Another.\n```\n{rng.randrange(10**6)}\n```"


def rated(x: str) -> tuple[float, str]:
    """Judge by two ratings; whatever goes wrong, goes on."""
    try:
        (one, words), (two, _) = Rubric(ONE)(x), Rubric(TWO)(x)
    except Exception:
        return -1.0, "not rated"
    return one + two / 10, words


def searched(
    db: Path,
    model: Model,
    most: int,
    resume: str | None = None,
    budget: Budget | None = None,
) -> optimize.Result:
    return optimize.run(
        "t", "q", rated, "1", llm=model, db=db, resume=resume, calls=most, budget=budget
    )


@pytest.mark.parametrize("most", [*range(1, 9), 20])
def test_a_run_asks_as_many_questions_as_it_may_ratings_included(tmp_path: Path, most: int) -> None:
    model, db = Model(answer), tmp_path / "j.db"
    found = searched(db, model, most)
    assert (found.cause, len(model.queries)) == (Finish.CALLS, most)
    assert len(set(model.queries)) == most
    with closing(Journal(db, read_only=True)) as journal:
        assert [*born(journal, found.run)][-1]["calls"] == most
        assert next(call.key for call in calls(journal, found.run)).startswith("rating.")


def test_what_is_judged_says_why_it_could_not_be(tmp_path: Path) -> None:
    found = searched(tmp_path / "j.db", Model(answer), 1)
    assert [(step.score, step.feedback) for step in found.history] == [(None, UNJUDGED)]


class Killed(BaseException):
    """As good as kill -9: nothing is written after it."""


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4, 8])
def test_taken_up_after_a_cut_nothing_is_asked_twice(
    tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = searched(tmp_path / "whole.db", Model(answer), 11)
    asked = itertools.count()

    def dying(query: str, rng: random.Random) -> str:
        if next(asked) == after:
            monkeypatch.setattr(Journal, "append", lambda *events: None)
            raise Killed
        return answer(query, rng)

    cut, db = Model(dying), tmp_path / "cut.db"
    with pytest.raises(Killed):
        searched(db, cut, 11)
    monkeypatch.undo()
    rest = Model(answer)
    again = searched(db, rest, 11, "last")
    assert len(rest.queries) == 11 - after
    assert not set(rest.queries) & set(cut.queries[:after])
    assert (again.history, again.best_x) == (whole.history, whole.best_x)
    with closing(Journal(db, read_only=True)) as journal:
        assert len({call.key for call in calls(journal, again.run)}) == 11


@pytest.mark.parametrize("most", [1, 4, 5, 6, 9])
def test_with_more_calls_it_goes_on_as_if_it_had_had_them(tmp_path: Path, most: int) -> None:
    whole, db = searched(tmp_path / "whole.db", Model(answer), 14), tmp_path / "j.db"
    first = searched(db, Model(answer), most)
    model = Model(answer)
    again = searched(db, model, 14, first.run)
    assert len(model.queries) == 14 - most
    assert again.history == whole.history
    with (
        closing(Journal(db, read_only=True)) as journal,
        closing(Journal(tmp_path / "whole.db", read_only=True)) as other,
    ):
        assert [*born(journal, again.run)] == [*born(other, whole.run)]


def test_ratings_are_paid_from_the_budget_and_end_the_run_where_they_cannot_be(
    tmp_path: Path,
) -> None:
    model, db = Model(answer), tmp_path / "j.db"
    cut = searched(db, model, 9, budget=Budget(tokens=40))  # ten for each question
    assert (cut.cause, len(model.queries)) == (Finish.BUDGET, 4)
    before = searched(tmp_path / "none.db", Model(answer), 9, budget=Budget(tokens=1))
    assert (before.best_x, before.best_score) == ("1", None)

    def silent(query: str, rng: random.Random) -> str:
        raise LLMUnreachable("nobody is there")

    away = searched(db, Model(silent), 9, cut.run)
    assert (away.cause, away.detail) == (Finish.UNREACHABLE, "nobody is there")
    rest = Model(answer)
    assert searched(db, rest, 9, cut.run).cause is Finish.CALLS
    assert len(rest.queries) == 5


def test_another_model_may_rate_and_is_counted_too(tmp_path: Path) -> None:
    writer = Model(lambda query, rng: f"So.\n```\n{rng.randrange(10**6)}\n```")
    rater = Model(lambda query, rng: "Good.\nScore: 5", name="rater")
    f, db = Rubric(ONE, Asker([rater])), tmp_path / "j.db"
    found = optimize.run("t", "q", f, "1", llm=writer, db=db, calls=5)
    assert (len(writer.queries), len(rater.queries), found.best_score) == (2, 3, 5.0)
    with closing(Journal(db, read_only=True)) as journal:
        told = [call.completion.model for call in calls(journal, found.run)]
    assert told == ["rater", "scripted", "rater", "scripted", "rater"]


def test_a_rubric_without_a_model_is_for_searches() -> None:
    with pytest.raises(ValueError, match="no model rates: a Rubric without an asker"):
        Rubric(ONE)("x")


def drafted(model: Model) -> Callable[[str], float]:
    """Return an objective that has a model written to by two threads of its own."""

    def f(x: str) -> float:
        counted = Counted(model)

        def ask(seed: int) -> int:
            asker = Asker([counted], seed=seed)
            return len(asker.ask(Question(key="draft", query=f"Rate {x}")).text)

        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(ask, range(2)))

    return f


def test_what_an_objective_uses_asks_as_the_search_does(tmp_path: Path) -> None:
    db, model = tmp_path / "j.db", Model(answer)
    f = drafted(other := Model(lambda query, rng: "x" * rng.randrange(99), name="other"))
    found = optimize.run("t", "q", f, "1", llm=model, db=db, calls=9)
    assert found.cause is Finish.CALLS
    assert len(model.queries) + len(other.queries) == 9
    assert len(other.queries) > 2
    again = optimize.run("t", "q", f, "1", llm=model, db=db, calls=9, resume=found.run)
    assert (again, len(model.queries) + len(other.queries)) == (found, 9)
    assert f("elsewhere") > 0
    assert len(model.queries) + len(other.queries) == 11
