"""The search that is asked and told, with a scripted model."""

from __future__ import annotations

from pathlib import Path

import pytest

from genetic.search.journalled import Finish
from genetic.stepwise import Stepwise
from tests.genetic.fakes import Model


def block(text: str) -> str:
    return f"Let me see.\n```\n{text}\n```"


def test_it_is_asked_and_told_until_its_end(tmp_path: Path) -> None:
    left = iter(["2", "1"])
    model = Model(lambda query, rng: block(next(left)))
    asked = []
    with Stepwise("T.", "Q?", "3", llm=model, max_steps=2, db=tmp_path / "j.db") as search:
        while (x := search.ask()) is not None:
            assert search.ask() == x
            asked.append(x)
            search.tell(-float(x), f"it was {x}")
    assert asked == ["3", "2", "1"]
    assert (search.result.best_x, search.result.best_score) == ("1", -1)
    assert "it was 2" in model.queries[1]


def test_what_was_not_told_is_judged_when_it_is_taken_up(tmp_path: Path) -> None:
    db = tmp_path / "j.db"
    model = Model(lambda query, rng: block("2"))
    with Stepwise("T.", "Q?", "3", llm=model, max_steps=1, db=db) as search:
        search.ask()
        search.tell(-3)
        assert search.ask() == "2"
    assert search.result.cause is Finish.PAUSED
    assert search.ask() is None
    with pytest.raises(ValueError, match="no text to tell of"):
        search.tell(-2)
    with Stepwise("T.", "Q?", "3", llm=model, max_steps=1, db=db, resume="last") as search:
        assert search.ask() == "2"
        search.tell(-2)
        assert search.ask() is None
    assert search.result.best_score == -2
    assert len(model.queries) == 1


def test_errors_of_the_search_are_raised_where_it_is_asked(tmp_path: Path) -> None:
    search = Stepwise("T.", "Q?", "3", llm=Model(lambda q, r: ""), max_steps=0, db=tmp_path / "j")
    with pytest.raises(ValueError, match="max_steps must be from 1"):
        search.ask()
    with pytest.raises(ValueError, match="ask for one first"):
        search.tell(1)
    with pytest.raises(ValueError, match="not at its end"):
        search.result  # noqa: B018
