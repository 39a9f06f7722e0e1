"""Steps on parts of the turns, against the whole, by enumeration of all orders."""

from __future__ import annotations

import itertools

import pytest
import torch

from rl import reinforce
from rl.baselines import LeaveOneOut, NoBaseline
from rl.reinforce import Reinforce, returns
from tests.rl.toys import ACTIONS, LONGEST, VOCABULARY, Toy, pulls, talks

REWARDS = (1.0, -3.0, 0.5, 2.0)
TURNS = 4


class Still:
    """An optimizer that takes note of each gradient, and does not move."""

    def __init__(self, policy: Toy) -> None:
        self.param_groups: list[dict[str, float]] = []
        self.gradients: list[torch.Tensor] = []
        self._policy = policy

    def zero_grad(self, set_to_none: bool) -> None:
        self._policy.logits.grad = None

    def step(self) -> None:
        assert self._policy.logits.grad is not None
        self.gradients.append(self._policy.logits.grad.clone())


@pytest.mark.parametrize("size", [1, 2, 3])
def test_each_step_has_the_expectation_of_the_whole_gradient(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over all orders of four turns, whichever step of the epoch it is."""
    policy = Toy(1, TURNS)
    episodes = pulls(policy, REWARDS)
    learner = Reinforce(policy, LeaveOneOut(), ratio_clip=0.2, minibatch=size, micro_batch=2)
    still = Still(policy)
    learner.optimizer = still  # type: ignore[assignment]
    orders = [list(each) for each in itertools.permutations(range(TURNS))]
    for order in orders:
        monkeypatch.setattr(reinforce, "learning_order", lambda *_, order=order: order)
        learner.update(episodes)
    steps = -(-TURNS // size)
    assert len(still.gradients) == steps * len(orders)
    learner.backward(episodes, [returns(each.rewards, 0.99) for each in episodes])
    whole = policy.logits.grad
    assert whole is not None
    assert whole.abs().max() > 0.1
    for number in range(steps):
        found = torch.stack(still.gradients[number::steps]).mean(dim=0)
        assert (found - whole).abs().max() < 1e-12


def test_one_minibatch_of_all_turns_is_none() -> None:
    """Over two turns of one or two tokens, for each episode that can be, bit for bit."""
    learned = []
    for minibatch in (None, 10_000):
        policy = Toy(3, VOCABULARY, longest=LONGEST)
        learner = Reinforce(
            policy, NoBaseline(), epochs=3, ratio_clip=0.2, minibatch=minibatch, micro_batch=7
        )
        learner.update(talks(policy))
        learned.append(policy.logits.detach().clone())
    assert torch.equal(*learned)


def test_all_steps_of_an_update_are_bounded_by_where_it_began() -> None:
    policy = Toy(1, ACTIONS)
    begun = torch.log_softmax(policy.logits.detach()[0, ACTIONS], dim=0)
    learner = Reinforce(policy, LeaveOneOut(), lr=0.01, epochs=70, ratio_clip=0.05, minibatch=1)
    step = learner.update(pulls(policy, REWARDS[:ACTIONS]))
    assert step.tokens == ACTIONS
    assert step.moved is not None
    assert 0 < step.moved <= 1
    ratios = (torch.log_softmax(policy.logits.detach()[0, ACTIONS], dim=0) - begun).exp()
    assert 1.05 < ratios[0] < 1.1


def test_who_is_in_a_minibatch_follows_from_seed_update_and_epoch() -> None:
    def learned(seed: int, number: int) -> torch.Tensor:
        policy = Toy(3, VOCABULARY, longest=LONGEST)
        learner = Reinforce(policy, NoBaseline(), ratio_clip=0.2, minibatch=16, seed=seed)
        learner.update(talks(policy)[:64], number)
        return policy.logits.detach()

    assert torch.equal(learned(1, 2), learned(1, 2))
    assert not torch.equal(learned(1, 2), learned(2, 2))
    assert not torch.equal(learned(1, 2), learned(1, 3))


def test_minibatches_without_a_bound_are_refused() -> None:
    with pytest.raises(ValueError, match="give ratio_clip, such as 0.2"):
        Reinforce(Toy(1, ACTIONS), NoBaseline(), minibatch=4)
