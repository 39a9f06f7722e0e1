"""Clipped ratios and truncated weights, against what is computed by hand and by enumeration."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest
import torch

from rl.baselines import LeaveOneOut, NoBaseline
from rl.episode import Episode
from rl.ratios import clipped, truncated
from rl.reinforce import Reinforce, returns
from tests.rl.toys import ACTIONS, LONGEST, VOCABULARY, Toy, probability, pulls, talks

REWARDS = (1.0, -3.0, 0.5)


def test_a_ratio_that_went_too_far_where_it_is_wanted_pulls_no_more() -> None:
    """By the definition: the smaller one of what is clipped and what is not."""
    before = torch.zeros(4, 1)
    log_probs = torch.tensor([[0.5], [-0.5], [0.5], [-0.5]], requires_grad=True)
    advantages = torch.tensor([2.0, 2.0, -2.0, -2.0])
    found = clipped(log_probs, before, advantages, 0.2)
    ratios = log_probs.detach().exp()
    bounded = ratios.clamp(0.8, 1.2)
    smaller = torch.minimum(ratios * advantages[:, None], bounded * advantages[:, None])
    assert torch.allclose(found * advantages[:, None], smaller)
    (gradient,) = torch.autograd.grad(found.sum(), log_probs)
    assert gradient.squeeze(1).tolist() == pytest.approx([0, math.exp(-0.5), math.exp(0.5), 0])


def test_weights_are_ratios_up_to_the_cap() -> None:
    weights = truncated(torch.tensor([0.0, 2.0, -1.0]), torch.zeros(3), 2.0)
    assert weights.tolist() == pytest.approx([1.0, 2.0, math.exp(-1)])


@pytest.mark.parametrize("micro_batch", [3, 1000])
def test_before_the_first_step_the_gradient_is_that_of_reinforce(micro_batch: int) -> None:
    """Over two turns of one or two tokens, for each episode that can be."""
    policy = Toy(3, VOCABULARY, longest=LONGEST)
    episodes = talks(policy)
    gains = [returns(episode.rewards, 0.9) for episode in episodes]
    gradients = []
    for bound in (None, 0.2):
        learner = Reinforce(policy, NoBaseline(), ratio_clip=bound, micro_batch=micro_batch)
        step = learner.backward(episodes, gains)
        assert policy.logits.grad is not None
        gradients.append(policy.logits.grad.clone())
    assert step.moved == 0.0
    assert gradients[0].abs().max() > 0.1
    assert (gradients[0] - gradients[1]).abs().max() < 1e-12


def test_later_epochs_are_bounded_by_where_the_update_began() -> None:
    """One epoch is REINFORCE; in many, no likelihood is driven much beyond the bound."""

    def trained(epochs: int, bound: float | None) -> torch.Tensor:
        policy = Toy(1, ACTIONS)
        learner = Reinforce(policy, LeaveOneOut(), lr=0.01, epochs=epochs, ratio_clip=bound)
        step = learner.update(pulls(policy, REWARDS))
        assert step.mismatch == 0.0  # of the first epoch
        if epochs > 1:
            assert step.moved is not None
            assert step.moved > 0
        return torch.log_softmax(policy.logits.detach()[0, ACTIONS], dim=0)

    begun = torch.log_softmax(Toy(1, ACTIONS).logits.detach()[0, ACTIONS], dim=0)
    assert torch.equal(trained(1, None), trained(1, 0.2))
    ratios = {bound: (trained(200, bound) - begun).exp() for bound in (0.05, 0.2)}
    assert ratios[0.05][0] < 1.1 < ratios[0.2][0] < 1.3


def test_several_epochs_without_a_bound_are_refused() -> None:
    with pytest.raises(ValueError, match="give ratio_clip, such as 0.2"):
        Reinforce(Toy(1, ACTIONS), NoBaseline(), epochs=2)


def sampled_elsewhere(policy: Toy, other: Toy) -> list[Episode]:
    """Return the pulls of a sampler that is not quite the policy that is trained."""
    episodes = pulls(other, REWARDS)
    for mine, its in zip(policy.decisions(0), other.decisions(0), strict=True):
        assert mine.action == its.action
    return episodes


def expected(policy: Toy, episodes: list[Episode], cap: float | None) -> torch.Tensor:
    """Return the expectation of the gradient over all pairs of pulls, as they are sampled."""
    learner = Reinforce(policy, LeaveOneOut(), gamma=1.0, importance_cap=cap)
    total = torch.zeros_like(policy.logits)
    for pair in itertools.product(episodes, repeat=2):
        learner.backward(pair, [episode.rewards for episode in pair])
        assert policy.logits.grad is not None
        total -= math.prod(map(probability, pair)) * policy.logits.grad
    return total


def test_weights_make_up_for_a_sampler_that_is_another_policy() -> None:
    """Without a cap the expectation is what the sampled advantages say of the trained policy."""
    policy, other = Toy(1, ACTIONS), Toy(1, ACTIONS, seed=1)
    episodes = sampled_elsewhere(policy, other)
    # the baseline is the mean of the sampler's returns, a constant: it changes no expectation
    chances = torch.softmax(policy.logits[0, ACTIONS], dim=0)
    worth = chances @ torch.tensor(REWARDS, dtype=torch.float64)
    (truth,) = torch.autograd.grad(worth, policy.logits)
    assert (expected(policy, episodes, 1e9) - truth).abs().max() < 1e-12
    assert (expected(policy, episodes, None) - truth).abs().max() > 1e-2
    assert (expected(policy, episodes, 1.0) - truth).abs().max() > 1e-2


def test_where_sampler_and_trainer_agree_weights_change_nothing() -> None:
    policy = Toy(1, ACTIONS)
    episodes = pulls(policy, REWARDS)
    assert torch.equal(expected(policy, episodes, 2.0), expected(policy, episodes, None))


def test_what_stands_at_padding_is_ignored() -> None:
    """A sampler's padding is none of the trainer's business, and neither is its own."""

    class Strange(Toy):
        def score(self, decisions):  # type: ignore[no-untyped-def]
            scores = super().score(decisions)
            nothing = torch.where(scores.mask.bool(), scores.log_probs, math.nan)
            return scores._replace(log_probs=nothing)

    policies = [kind(3, VOCABULARY, longest=LONGEST) for kind in (Toy, Strange)]
    for policy in policies:
        episodes = talks(policy)
        moved = [
            replace(turn.decision, log_probs=turn.decision.log_probs - 0.1)
            for episode in episodes
            for turn in episode.turns
        ]
        following = iter(moved)
        episodes = [
            replace(each, turns=[replace(turn, decision=next(following)) for turn in each.turns])
            for each in episodes
        ]
        learner = Reinforce(policy, NoBaseline(), epochs=2, ratio_clip=0.2, importance_cap=1.05)
        learner.update(episodes)
    assert torch.equal(policies[0].logits, policies[1].logits)
    assert policies[0].logits.isfinite().all()
