"""How far policies are apart, life by life."""

from __future__ import annotations

import pytest

from rl.episode import Episode
from rl.evaluation.actions import DONE, Action
from rl.evaluation.differences import differences, less
from rl.evaluation.evaluate import Evaluation, evaluated
from rl.evaluation.report import markdown

DID = Action("x = 1", 0.0, ran=True, survived=True)


def evaluation(policy: str, steps: list[int], prompts: int = 4) -> Evaluation:
    lives = [
        Episode(seed=seed, turns=[], terminated=False, info={DONE: [DID] * each, "solved": each})
        for seed, each in enumerate(steps)
    ]
    return evaluated(policy, lives, prompts=prompts)


FIRST = evaluation("first", [1, 9, 1, 9, 1, 9, 1, 9])
AHEAD = evaluation("ahead", [2, 10, 2, 10, 2, 10, 2, 10])


def test_a_lead_in_each_life_is_told_where_two_intervals_overlap() -> None:
    assert AHEAD.survival.low is not None
    assert FIRST.survival.high is not None
    assert AHEAD.survival.low < FIRST.survival.high
    lead = less(FIRST, AHEAD, "survival")
    assert lead is not None
    assert (lead.value, lead.low, lead.high) == (1.0, 1.0, 1.0)
    assert [name for name, _ in differences([FIRST, AHEAD])] == [
        "survived steps, less first",
        "micro-tasks solved, less first",
    ]
    assert "| survived steps, less first |  | 1.00 [1.00, 1.00] |" in markdown([FIRST, AHEAD], {})


@pytest.mark.parametrize(("prompts", "drawn"), [(4, 4), (1, 8)])
def test_prompts_are_drawn_anew_and_lives_where_there_is_one_prompt(
    prompts: int, drawn: int
) -> None:
    lead = less(
        evaluation("first", [1] * 8, prompts),
        evaluation("other", [1, 2, 3, 4] * 2, prompts),
        "solved",
    )
    assert lead is not None
    assert (lead.value, lead.count) == (1.5, drawn)


def test_the_difference_is_that_of_the_means_however_many_lives_a_prompt_has() -> None:
    first, other = evaluation("first", [1, 1, 1, 1, 1]), evaluation("other", [2, 1, 1, 1, 2])
    lead = less(first, other, "survival")
    assert lead is not None
    assert lead.value == pytest.approx(other.survival.value - first.survival.value)
    assert f"{lead}" == str(lead) == f"{lead:.2f}"


def test_what_did_not_live_the_same_lives_is_not_compared() -> None:
    assert less(FIRST, evaluation("fewer", [1, 2]), "survival") is None
    assert less(FIRST, evaluation("edits:random", [2] * 8), "survival") is None
    assert less(FIRST, FIRST, "survival") is None
