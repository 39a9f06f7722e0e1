"""What tasks come to."""

from typing import Any

import pytest

from autoagent.tasks.outcome import Outcome
from autoagent.tasks.report import Report

USUAL: dict[str, Any] = {
    "task": "a",
    "kind": "compute",
    "level": "easy",
    "model": "m",
    "genome": "small",
    "seed": 0,
    "conditions": {},
    "run": "r",
    "cause": "finished",
    "wrong": "",
    "steps": 2,
    "tokens": 10,
    "seconds": 1.0,
}


def outcome(**what: Any) -> Outcome:
    return Outcome(**(USUAL | what))


def test_deaths_are_no_ends_by_wish_or_budget() -> None:
    causes = ["finished", "gave_up", "budget", "harm", "fuel", "crashed", "ended"]
    assert [outcome(cause=cause).died for cause in causes] == [False] * 3 + [True] * 4


def test_outcomes_are_told_by_side_kind_and_level() -> None:
    outcomes = [
        outcome(),
        outcome(task="b", kind="self", wrong="no", cause="harm", tokens=30),
        outcome(genome="capable"),
        outcome(task="b", kind="self", genome="capable"),
    ]
    report = Report(outcomes, {"seed": 0})
    small = report.groups["m/small"]
    assert (small["all"].solved.value, small["all"].deaths, small["all"].tokens.value) == (
        0.5,
        1,
        20,
    )
    assert (small["compute"].solved.value, small["self"].solved.value) == (1.0, 0.0)
    assert "hard" not in small
    assert report.leads["m/capable"].difference.value == 0.5
    text = report.markdown()
    assert "| m/small | self | 1 | 0.0% [0.0%, 79.3%] |" in text
    assert "| b | self | easy | m/small | 0 | no | harm |" in text


def test_draws_of_a_task_count_once() -> None:
    drawn = [outcome(seed=seed, wrong="no" if seed else "") for seed in range(4)]
    others = [outcome(task=name) for name in "bcd"]
    solved = Report([*drawn, *others], {}).groups["m/small"]["all"].solved
    assert (solved.value, solved.count) == ((0.25 + 3) / 4, 4)
    never = [outcome(seed=seed, wrong="no") for seed in range(4)]
    nothing = Report(never, {}).groups["m/small"]["all"].solved
    assert (nothing.value, nothing.count) == (0.0, 1)
    assert nothing.high == pytest.approx(0.793, abs=0.001)


def test_a_damaged_outcome_is_none() -> None:
    assert Outcome.of(outcome().as_dict()) == outcome()
    with pytest.raises(ValueError, match="fields are missing"):
        Outcome.of(outcome().as_dict() | {"steps": "two"})
