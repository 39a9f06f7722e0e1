"""Rejection sampling: what is kept, what is learned of it, and how a run goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from rl.episode import Episode, Turn
from rl.logs import read_log
from rl.policies import Categorical
from rl.rejection import Rejection, RejectionSettings, answers, best
from rl.rollout import Rollouts
from rl.seeding import lots
from rl.trainer import Trainer
from tests.rl.toys import ACTIONS, LONGEST, VOCABULARY, Hazard, Toy, pulls, talks


def lives(*returned: float) -> list[Episode]:
    decision = Toy(1, ACTIONS).decision(0, [1])
    return [
        Episode(seed=number, turns=[Turn(decision=decision, reward=reward)], terminated=False)
        for number, reward in enumerate(returned)
    ]


@pytest.mark.parametrize(
    ("keep", "group", "least", "expected"),
    [
        (0.25, 1, None, [2, 5]),
        (0.25, 4, None, [2, 5]),
        (0.5, 4, None, [2, 3, 5, 4]),
        (0.5, 4, 4.0, [2, 5, 4]),
        (0.01, 1, None, [2]),
        (1.0, 1, 3.0, [2, 5, 4, 3, 0]),
        (1.0, 4, -2000.0, [2, 3, 0, 5, 4, 6]),
        (0.25, 1, 100.0, []),
    ],
)
def test_the_best_are_kept(
    keep: float, group: int, least: float | None, expected: list[int]
) -> None:
    """Of equals, the one with the higher lot: lives 0 and 3 have the same return."""
    lived = lives(3.0, -1000.0, 9.0, 3.0, 4.0, 7.0, 2.0, 1.0)
    found = best(lived, keep, drawn=range(8), group=group, least=least)
    assert [each.seed for each in found] == expected


def test_where_all_lives_are_alike_none_is_kept() -> None:
    """Or the first ones would be learned, their failed answers with them."""
    alike = lives(*[7.0] * 32)
    assert best(alike, 0.25, drawn=range(32)) == []
    assert best(alike, 1.0, drawn=range(32), least=7.0) == []
    one = [*alike[:-1], *lives(8.0)]
    assert [each.rewards for each in best(one, 0.25, drawn=range(32))] == [[8.0]]


def test_chance_that_follows_from_the_seed_decides_between_equals() -> None:
    alike = lives(*[7.0] * 31, 0.0)

    def kept(seed: int) -> list[int]:
        return [each.seed for each in best(alike, 0.25, drawn=lots(seed, 1, 32))]

    assert kept(1) == kept(1)
    assert kept(1) != kept(2) != list(range(8))


def test_harm_failure_and_what_a_life_ended_with_are_not_learned() -> None:
    said = list(Toy(1, ACTIONS).decisions(0))
    turns = [Turn(decision=each, reward=1.0, harm=number == 1) for number, each in enumerate(said)]
    dead = Episode(seed=0, turns=turns, terminated=True)
    cut = Episode(seed=0, turns=turns, terminated=False)
    assert [each.action for each in answers([dead, cut])] == [0, 0, 2]
    turns[0] = replace(turns[0], failed=True)
    assert [each.action for each in answers([dead, cut])] == [2]


@pytest.mark.parametrize("micro_batch", [1, 100])
def test_a_step_ascends_the_likelihood_of_what_is_kept(micro_batch: int) -> None:
    """Against the gradient of its definition, over answers of one and of two tokens."""
    policy = Toy(3, VOCABULARY, longest=LONGEST)
    # two turns each, and the life goes on after them
    lived = [
        Episode(seed=0, turns=each.turns, terminated=False)
        for each in talks(policy)
        if len(each.turns) == 2
    ]
    settings = RejectionSettings(keep=0.5, batch=1000, epochs=1, lr=1e-9, micro_batch=micro_batch)
    step = Rejection(policy, settings).update(lived)
    found = policy.logits.grad
    assert found is not None
    kept = answers(best(lived, 0.5, drawn=lots(0, 1, len(lived))))
    policy.logits.grad = None
    likelihood = torch.stack([policy.score([each]).log_probs.sum() for each in kept]).sum()
    length = sum(len(each.tokens) for each in kept) / len(kept)
    (-likelihood / (1000 * length)).backward()
    assert policy.logits.grad is not None
    assert torch.allclose(found, policy.logits.grad, atol=1e-9)
    assert step.kept == len(kept)
    assert step.loss == pytest.approx(-likelihood.item() / sum(len(x.tokens) for x in kept))
    assert step.tokens == sum(len(turn.decision.tokens) for each in lived for turn in each.turns)
    assert step.mismatch < 1e-9


def test_in_rounds_the_best_arm_becomes_likely() -> None:
    policy = Toy(1, ACTIONS)
    learner = Rejection(policy, RejectionSettings(keep=0.34, lr=0.1))
    for number in range(30):
        lived = [
            Episode(seed=0, turns=each.turns, terminated=False)
            for each in pulls(policy, (1.0, -3.0, 0.5))
        ]
        assert learner.update(lived, number).kept == 1
    assert torch.softmax(policy.logits[0, ACTIONS], 0)[0] > 0.95


def test_where_nothing_is_kept_nothing_is_learned() -> None:
    policy = Toy(1, ACTIONS)
    before = policy.logits.detach().clone()
    step = Rejection(policy, RejectionSettings(least=2.0)).update(lives(1.0, 0.0))
    assert (step.kept, step.loss, step.gradient_norm) == (0, 0.0, 0.0)
    assert torch.equal(before, policy.logits)


class Endless(Hazard):
    """Lives five steps."""

    def reset(self, **given: Any) -> Any:
        self._left = 5
        self._hazard = 0.0
        return super().reset(**given)

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self._left -= 1
        seen, reward, dead, _, info = super().step(action)
        return seen, reward, dead, self._left == 0, info


def run(folder: Path, updates: int, *, resume: bool = False) -> list[dict[str, Any]]:
    settings = RejectionSettings(
        updates=updates, episodes=6, envs=2, group=3, keep=0.4, lr=0.01, batch=3
    )
    rollouts = Rollouts(Endless, envs=2, seed=settings.seed)
    policy = Categorical(3, ACTIONS, hidden=(8,), seed=0)
    Trainer(policy, rollouts, settings, folder, resume=resume).run()
    rollouts.close()
    lines = read_log(folder / "log.jsonl")
    return [{name: line[name] for name in line if "seconds" not in name} for line in lines]


def test_a_resumed_run_is_the_same_run(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole", 4)
    run(tmp_path / "halves", 2)
    assert run(tmp_path / "halves", 4, resume=True) == whole
    # a life of five answers from each group, unless its lives were all alike
    assert [line["kept"] for line in whole] == [10, 10, 5, 10]
    weights = [
        torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)["policy"]
        for name in ("whole", "halves")
    ]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"keep": 0.0}, "keep is a share above 0, and at most 1, got 0.0"),
        ({"keep": 1.5}, "keep is a share above 0, and at most 1, got 1.5"),
        ({"keep": float("nan")}, "keep is a share above 0"),
        ({"keep": 1.0}, "nothing is rejected; lower keep"),
        ({"least": float("inf")}, "least must be a number, got inf"),
        ({"episodes": 1}, "episodes must be at least 2, got 1; lives are compared"),
        ({"batch": 0}, "batch must be at least 1, got 0"),
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"lr": -1.0}, "lr must be a number more than 0"),
        ({"episodes": 5, "group": 2}, "episodes must be a multiple of group"),
        ({"batch": "8"}, "batch must be a whole number, got '8'"),
    ],
)
def test_settings_that_cannot_be_are_told(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        RejectionSettings(**changed)
