"""Harm as a constraint: its price, and what is learned from."""

from pathlib import Path

import pytest
import torch

from rl.baselines import NoBaseline
from rl.episode import Decision, Episode, Turn
from rl.harm import FIRST, MOST, RATE, Constraint
from rl.policies import Categorical
from rl.reinforce import Reinforce
from rl.settings import Settings


def life(*rewards: float) -> Episode:
    decision = Decision(
        action=0,
        context=torch.zeros(2),
        tokens=torch.tensor([0]),
        log_probs=torch.full((1,), -0.5),
    )
    turns = [Turn(decision=decision, reward=each, harm=each < 0) for each in rewards]
    return Episode(seed=0, turns=turns, terminated=True)


def test_harm_costs_its_price_and_all_else_is_as_it_was() -> None:
    assert Constraint().rewards(life(1, 0, -1000)) == [1, 0, -FIRST]


def test_the_price_rises_while_there_is_harm_and_is_bounded() -> None:
    constraint = Constraint()
    constraint.learn([life(1), life(1)])
    assert constraint.price == FIRST
    constraint.learn([life(1), life(1, -1000)])
    assert constraint.price == FIRST + RATE / 2
    for _ in range(100):
        constraint.learn([life(-1000)])
    assert constraint.price == MOST


@pytest.mark.parametrize("kl", [0.0, 0.5])
def test_a_life_of_steps_is_heard_beside_one_of_harm(kl: float) -> None:
    """With the reward the harmful life makes nearly all of the gradient, with a price not."""
    norms = []
    for constraint in (None, Constraint()):
        torch.manual_seed(0)
        learner = Reinforce(Categorical(2, 3), NoBaseline(), kl=kl, constraint=constraint)
        norms.append(learner.update([life(1, 1, 1, 1), life(-1000)]).gradient_norm)
    assert norms[0] > 50 * norms[1]
    assert learner.constraint is not None
    assert learner.constraint.price == FIRST + RATE / 2


def test_an_unknown_channel_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown harm channel 'both'; known: reward, constraint"):
        Settings(harm="both")
