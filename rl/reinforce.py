"""REINFORCE over episodes of many turns, from log-probabilities of tokens.

The gradient of the expected return is estimated from N complete episodes (Williams 1992):

    1/N Σ_episodes Σ_turns (G_k - b_k) Σ_tokens of turn k ∇ log π(token)

where G_k is the discounted sum of the rewards from turn k on, and b_k a baseline that does not
depend on what was decided at turn k. Three things keep this an estimate of the gradient, and not
of something near it:

- Sums are divided by N, a constant: not by the tokens of a turn, which would make a long answer
  cheaper for each token, and not by the deviation of a batch, in which one large loss makes all
  other rewards small.
- Only tokens that the policy sampled count. An end of turn that was sampled is one of them.
- The distribution that is scored is the one that was sampled from.

With a discount below 1, turn k is not weighted by its power k, as is usual: a turn then cares
less for what is far ahead of it, but late turns are learned from as much as early ones. With a
discount of 1 the expectation is the gradient exactly.

The penalty for leaving the reference is part of the reward: r_k - β Σ_tokens (log π - log ref).
Its expectation is the KL divergence (Schulman 2020, the estimator k1), and since it is rewarded,
not differentiated, earlier turns answer for it, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import torch
from torch.nn.utils import clip_grad_norm_
from torch.nn.utils.rnn import pad_sequence

from rl.baselines import Baseline
from rl.episode import Decision, Episode
from rl.harm import Constraint
from rl.policies.policy import Diverged, Policy, Scores

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one update was like.

    Attributes:
        loss: Its value says little: its gradient is what counts.
        entropy: Mean over sampled tokens, in nats.
        kl: Mean over turns of the divergence from the reference, in nats; None without penalty.
        gradient_norm: Before clipping.
        mismatch: Largest difference between a log-probability when sampled and when scored; more
            than rounding means that another distribution is trained than was sampled from.
        tokens: That were sampled.
    """

    loss: float
    entropy: float
    kl: float | None
    gradient_norm: float
    mismatch: float
    tokens: int


class Reinforce:
    """Ascends the expected return of a policy.

    Args:
        policy: What learns.
        baseline: What is subtracted from returns.
        lr: Step size of Adam.
        gamma: Discount of rewards for each turn.
        entropy: Weight of the bonus for the entropy of each token's distribution.
        kl: Weight β of the divergence from the reference in the reward.
        clip: Largest norm of a gradient; None leaves it as it is.
        micro_batch: Turns that are scored at once. It decides about memory, not about the result.
        constraint: What harm costs in place of its reward; None leaves the reward.
    """

    def __init__(
        self,
        policy: Policy,
        baseline: Baseline,
        *,
        lr: float = 1e-3,
        gamma: float = 0.99,
        entropy: float = 0.0,
        kl: float = 0.0,
        clip: float | None = None,
        micro_batch: int = 256,
        constraint: Constraint | None = None,
    ) -> None:
        self.policy = policy
        self.constraint = constraint
        self.baseline = baseline
        self.optimizer = torch.optim.Adam(policy.parameters(), lr=lr)
        self._gamma = gamma
        self._entropy = entropy
        self._kl = kl
        self._clip = clip
        self._micro_batch = micro_batch

    def update(self, episodes: Sequence[Episode]) -> Step:
        """Learn from complete episodes that the policy, as it is now, has lived.

        Raises:
            Diverged: Something is no number; the policy is as it was unless the step broke it.
        """
        rewards, kl = self.penalised(episodes)
        gains = [returns(of_episode, self._gamma) for of_episode in rewards]
        step = self.backward(episodes, gains, kl)
        self.optimizer.step()
        if not all(torch.isfinite(parameter).all() for parameter in self.policy.parameters()):
            raise Diverged("a parameter is not finite after the step")
        self.baseline.learn(episodes, gains)
        if self.constraint is not None:
            self.constraint.learn(episodes)
        return step

    def backward(
        self, episodes: Sequence[Episode], gains: Sequence[Sequence[float]], kl: float | None = None
    ) -> Step:
        """Leave the gradient of the loss in the parameters; nothing is learned yet.

        Args:
            episodes: What was lived.
            gains: Return-to-go of each turn of each episode.
            kl: What to report as divergence.

        Raises:
            Diverged: Loss or gradient is no number.
        """
        baselines = self.baseline.values(episodes, gains)
        weighted = [
            (turn.decision, gain - baseline)
            for episode, *values in zip(episodes, gains, baselines, strict=True)
            for turn, gain, baseline in zip(episode.turns, *values, strict=True)
        ]
        self.optimizer.zero_grad(set_to_none=True)
        loss, entropy, mismatch, tokens = 0.0, 0.0, 0.0, 0
        for decisions, advantages in self._micro_batches(weighted):
            scores = self.policy.score(decisions)
            part = surrogate(scores, advantages, episodes=len(episodes), entropy=self._entropy)
            part.backward()  # type: ignore[no-untyped-call]
            loss += part.item()
            entropy += _masked(scores.entropy, scores.mask).sum().item()
            mismatch = max(mismatch, _mismatch(decisions, scores))
            tokens += int(scores.mask.sum().item())
        norm = clip_grad_norm_(
            self.policy.parameters(), float("inf") if self._clip is None else self._clip
        ).item()
        _check(loss=loss, gradient=norm)
        return Step(
            loss=loss,
            entropy=entropy / tokens,
            kl=kl,
            gradient_norm=norm,
            mismatch=mismatch,
            tokens=tokens,
        )

    def penalised(self, episodes: Sequence[Episode]) -> tuple[list[list[float]], float | None]:
        """Return the rewards with the penalty for leaving the reference, and its mean."""
        priced = self.constraint
        unpenalised = [priced.rewards(each) if priced else each.rewards for each in episodes]
        if not self._kl:
            return unpenalised, None
        decisions = [turn.decision for episode in episodes for turn in episode.turns]
        divergences = list(chain.from_iterable(map(self._divergences, self._split(decisions))))
        following = iter(divergences)
        rewards = [
            [reward - self._kl * next(following) for reward in of_episode]
            for of_episode in unpenalised
        ]
        return rewards, sum(divergences) / len(divergences)

    def _divergences(self, decisions: Sequence[Decision]) -> list[float]:
        """Return log π - log ref of what was sampled, for each decision."""
        with torch.no_grad():
            sampled, mask = _sampled(decisions)
            reference = self.policy.reference(decisions).to(sampled)
            divergences: list[float] = _masked(sampled - reference, mask).sum(dim=1).tolist()
            return divergences

    def _micro_batches(
        self, weighted: Sequence[tuple[Decision, float]]
    ) -> Iterator[tuple[list[Decision], torch.Tensor]]:
        """Split turns such that those of one length, which share less padding, are together."""
        ordered = sorted(weighted, key=lambda pair: len(pair[0].context) + len(pair[0].tokens))
        for part in self._split(ordered):
            decisions, advantages = zip(*part, strict=True)
            yield list(decisions), torch.tensor(advantages, dtype=torch.float64)

    def _split(self, items: Sequence[T]) -> Iterator[Sequence[T]]:
        for start in range(0, len(items), self._micro_batch):
            yield items[start : start + self._micro_batch]


def returns(rewards: Sequence[float], gamma: float) -> list[float]:
    """Return G_k = r_k + gamma * G_(k+1) for each turn, 0 after the last one.

    With a gamma of 0.99, the rewards 1, 1, 1, -1000 come to about -967.33, -978.11, -989 and -1000.
    """
    gains = [0.0]
    for reward in reversed(rewards):
        gains.append(reward + gamma * gains[-1])
    return gains[:0:-1]


def surrogate(
    scores: Scores, advantages: torch.Tensor, *, episodes: int, entropy: float = 0.0
) -> torch.Tensor:
    """Return the loss whose gradient is the estimate, with the opposite sign.

    Args:
        scores: Of some decisions.
        advantages: Their G_k - b_k, shape (decisions,).
        episodes: How many the update has, in all its micro-batches.
        entropy: Weight of the entropy bonus.
    """
    log_probs = _masked(scores.log_probs, scores.mask).sum(dim=1)
    bonus = entropy * _masked(scores.entropy, scores.mask).sum(dim=1)
    return -(advantages.to(log_probs) * log_probs + bonus).sum() / episodes


def _masked(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return zero where nothing was sampled, whatever stands there."""
    return torch.where(mask.bool(), values, torch.zeros_like(values))


def _sampled(decisions: Sequence[Decision]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the log-probabilities when sampled, shape (decisions, length), and their mask."""
    sampled = [decision.log_probs for decision in decisions]
    mask = pad_sequence([torch.ones_like(row) for row in sampled], batch_first=True)
    return pad_sequence(sampled, batch_first=True), mask


def _mismatch(decisions: Sequence[Decision], scores: Scores) -> float:
    sampled, mask = _sampled(decisions)
    scored = scores.log_probs.detach().to(sampled)
    return _masked(scored - sampled, mask).abs().max().item()


def _check(**values: float) -> None:
    for name, value in values.items():
        if not torch.isfinite(torch.tensor(value)):
            raise Diverged(f"the {name} is {value}")
