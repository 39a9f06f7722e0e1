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

That is all, unless more is asked for. What is usual beside it has a file for each idea: lives of
one start are compared (`rl.baselines`), advantages brought to one scale (`rl.advantages`), lives
learned from several times and a sampler's likelihoods corrected (`rl.ratios`), in parts
(`rl.minibatches`), step size and bonus changed on the way (`rl.schedule`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from statistics import fmean
from typing import Any, TypeVar

import torch
from torch.nn.utils import clip_grad_norm_
from torch.nn.utils.rnn import pad_sequence

from rl.advantages import Rows, advantages
from rl.baselines import Baseline
from rl.episode import Decision, Episode
from rl.harm import Constraint
from rl.learner import Step
from rl.minibatches import Batch, apart, together
from rl.policies.policy import Diverged, Policy, Scores
from rl.ratios import clipped, truncated
from rl.schedule import Schedule
from rl.seeding import learning_order

T = TypeVar("T")


class Reinforce:
    """Ascends the expected return of a policy.

    Args:
        policy: What learns.
        baseline: What is subtracted from returns.
        lr: Step size of Adam, or how it changes.
        gamma: Discount of rewards for each turn.
        entropy: Weight of the bonus for the entropy of each token's distribution, or how it
            changes.
        entropy_floor: Nats of a token's distribution beyond which there is no bonus, so that it
            only keeps the entropy from falling lower; None rewards all entropy.
        kl: Weight β of the divergence from the reference in the reward.
        clip: Largest norm of a gradient; None leaves it as it is.
        normalise: Whether advantages are brought to one scale, see `rl.advantages`.
        epochs: Steps of Adam on the episodes of an update.
        ratio_clip: Bound of likelihood ratios, see `rl.ratios.clipped`; None takes log-likelihoods,
            which is right for one epoch alone.
        minibatch: Turns of each step, of which an epoch has several then, drawn anew. Each step's
            gradient has the expectation of that of all turns; None takes all of them at once.
        importance_cap: Largest weight of a token, see `rl.ratios.truncated`; None weighs nothing.
        micro_batch: Turns that are scored at once. It decides about memory, not about the result.
        constraint: What harm costs in place of its reward; None leaves the reward.
        seed: What turns are in which minibatch follows from it.

    Raises:
        ValueError: There are several steps in an update, and ratios are not clipped.
    """

    def __init__(
        self,
        policy: Policy,
        baseline: Baseline,
        *,
        lr: float | Schedule = 1e-3,
        gamma: float = 0.99,
        entropy: float | Schedule = 0.0,
        entropy_floor: float | None = None,
        kl: float = 0.0,
        clip: float | None = None,
        normalise: bool = False,
        epochs: int = 1,
        ratio_clip: float | None = None,
        minibatch: int | None = None,
        importance_cap: float | None = None,
        micro_batch: int = 256,
        constraint: Constraint | None = None,
        seed: int = 0,
    ) -> None:
        if (epochs > 1 or minibatch is not None) and ratio_clip is None:
            raise ValueError("several steps need clipped ratios; give ratio_clip, such as 0.2")
        self.policy = policy
        self.constraint = constraint
        self.baseline = baseline
        self._lr = _scheduled(lr)
        self._bonus = _scheduled(entropy)
        self.optimizer = torch.optim.Adam(policy.parameters(), lr=self._lr.first)
        self._gamma = gamma
        self._entropy_floor = math.inf if entropy_floor is None else entropy_floor
        self._kl = kl
        self._clip = clip
        self._normalise = normalise
        self._epochs = epochs
        self._ratio_clip = ratio_clip
        self._minibatch = minibatch
        self._importance_cap = importance_cap
        self._seed = seed
        self._micro_batch = micro_batch

    def update(self, episodes: Sequence[Episode], number: int = 1) -> Step:
        """Learn from complete episodes that the policy, as it is now, has lived.

        Args:
            episodes: What was lived.
            number: Which update it is, the first one being 1; schedules follow from it.

        Raises:
            Diverged: Something is no number; the policy is as it was unless a step broke it, or an
                earlier epoch has changed it.
        """
        rewards, kl = self.penalised(episodes)
        gains = [returns(of_episode, self._gamma) for of_episode in rewards]
        batches = self._batches(episodes, gains)
        for group in self.optimizer.param_groups:
            group["lr"] = self._lr.at(number)
        epochs = [
            [
                self._step(part, share * len(episodes), number)
                for part, share in self._parts(batches, number, epoch)
            ]
            for epoch in range(self._epochs)
        ]
        price = None if self.constraint is None else self.constraint.price
        self.baseline.learn(episodes, gains)
        if self.constraint is not None:
            self.constraint.learn(episodes)
        moved = None if self._ratio_clip is None else fmean(step.moved or 0 for step in epochs[-1])
        tokens = sum(len(turn.decision.tokens) for each in episodes for turn in each.turns)
        return replace(epochs[0][0], kl=kl, price=price, moved=moved, tokens=tokens)

    def backward(self, episodes: Sequence[Episode], gains: Rows, number: int = 1) -> Step:
        """Leave the gradient of the loss in the parameters; nothing is learned yet.

        Args:
            episodes: What was lived.
            gains: Return-to-go of each turn of each episode.
            number: As for `update`.

        Raises:
            Diverged: Loss or gradient is no number.
        """
        return self._gradient(self._batches(episodes, gains), len(episodes), number)

    def state_dict(self) -> dict[str, Any]:
        """Return the state of Adam, of the baseline, and the price of harm."""
        return {
            "optimizer": self.optimizer.state_dict(),
            "baseline": self.baseline.state_dict(),
            "price": self.constraint and self.constraint.price,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from such a state."""
        self.optimizer.load_state_dict(state["optimizer"])
        self.baseline.load_state_dict(state["baseline"])
        if self.constraint is not None:
            self.constraint.price = float(state["price"])

    def _parts(
        self, batches: list[Batch], number: int, epoch: int
    ) -> Iterator[tuple[list[Batch], float]]:
        """Yield what each step of an epoch learns from, and which share of all turns that is."""
        if self._minibatch is None:
            yield batches, 1.0
            return
        for batch in batches:
            self._remember(batch)
        turns = [turn for batch in batches for turn in apart(batch)]
        order = learning_order(self._seed, number, epoch, len(turns))
        for start in range(0, len(order), self._minibatch):
            drawn = sorted(order[start : start + self._minibatch])  # as they are, short ones first
            chosen = [turns[index] for index in drawn]
            yield list(map(together, self._split(chosen))), len(chosen) / len(turns)

    def _remember(self, batch: Batch) -> None:
        """See to it that likelihoods before the first step of the update are known."""
        if batch.before is None:
            with torch.no_grad():
                scores = self.policy.score(batch.decisions)
            batch.before = masked(scores.log_probs, scores.mask)

    def _step(self, batches: Sequence[Batch], episodes: float, number: int) -> Step:
        """Make one step of Adam."""
        step = self._gradient(batches, episodes, number)
        climb(self.policy, self.optimizer)
        return step

    def _gradient(self, batches: Sequence[Batch], episodes: float, number: int) -> Step:
        """Leave the gradient of the loss in the parameters, summed over micro-batches."""
        self.optimizer.zero_grad(set_to_none=True)
        loss, entropy, mismatch, tokens, moved = 0.0, 0.0, 0.0, 0, 0
        for batch in batches:
            scores = self.policy.score(batch.decisions)
            part = surrogate(
                scores._replace(log_probs=self._objective(batch, scores)),
                batch.advantages,
                episodes=episodes,
                entropy=self._bonus.at(number),
                entropy_floor=self._entropy_floor,
            )
            part.backward()  # type: ignore[no-untyped-call]
            loss += part.item()
            entropy += masked(scores.entropy, scores.mask).sum().item()
            mismatch = max(mismatch, worst_mismatch(batch.decisions, scores))
            tokens += int(scores.mask.sum().item())
            moved += self._moved(batch, scores)
        norm = clip_grad_norm_(
            self.policy.parameters(), math.inf if self._clip is None else self._clip
        ).item()
        require_finite(loss=loss, gradient=norm)
        return Step(
            loss=loss,
            entropy=entropy / tokens,
            kl=None,
            gradient_norm=norm,
            mismatch=mismatch,
            tokens=tokens,
            moved=None if self._ratio_clip is None else moved / tokens,
        )

    def _objective(self, batch: Batch, scores: Scores) -> torch.Tensor:
        """Return what advantages are multiplied with: log π, unless more is asked for."""
        log_probs = masked(scores.log_probs, scores.mask)
        if batch.before is None:
            batch.before = log_probs.detach()
        objective = log_probs
        if self._ratio_clip is not None:
            wanted = batch.advantages.to(log_probs)
            objective = clipped(log_probs, batch.before, wanted, self._ratio_clip)
        if self._importance_cap is not None:
            sampled, _ = _sampled(batch.decisions)
            objective = objective * truncated(
                batch.before, sampled.to(batch.before), self._importance_cap
            )
        return objective

    def _moved(self, batch: Batch, scores: Scores) -> int:
        """Return how many tokens' likelihoods are out of bounds, relative to the update's begin."""
        if self._ratio_clip is None or batch.before is None:
            return 0
        ratios = (masked(scores.log_probs.detach(), scores.mask) - batch.before).exp()
        return int(((ratios - 1).abs() > self._ratio_clip).sum().item())

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
            divergences: list[float] = masked(sampled - reference, mask).sum(dim=1).tolist()
            return divergences

    def _batches(self, episodes: Sequence[Episode], gains: Rows) -> list[Batch]:
        """Split turns such that those of one length, which share less padding, are together."""
        baselines = self.baseline.values(episodes, gains)
        rows = advantages(gains, baselines, normalised=self._normalise)
        weighted = [
            (turn.decision, advantage)
            for episode, row in zip(episodes, rows, strict=True)
            for turn, advantage in zip(episode.turns, row, strict=True)
        ]
        weighted.sort(key=lambda pair: len(pair[0].context) + len(pair[0].tokens))
        batches = []
        for part in self._split(weighted):
            decisions, values = zip(*part, strict=True)
            batches.append(Batch(list(decisions), torch.tensor(values, dtype=torch.float64)))
        return batches

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
    scores: Scores,
    advantages: torch.Tensor,
    *,
    episodes: float,
    entropy: float = 0.0,
    entropy_floor: float = math.inf,
) -> torch.Tensor:
    """Return the loss whose gradient is the estimate, with the opposite sign.

    Args:
        scores: Of some decisions; its log-probabilities, or what stands in their place.
        advantages: Their G_k - b_k, shape (decisions,).
        episodes: How many the update has, in all its micro-batches; of a part of its turns the
            same part.
        entropy: Weight of the entropy bonus.
        entropy_floor: Nats beyond which a token's entropy earns no more of it.
    """
    log_probs = masked(scores.log_probs, scores.mask).sum(dim=1)
    entropies = masked(scores.entropy, scores.mask).clamp(max=entropy_floor)
    bonus = entropy * entropies.sum(dim=1)
    return -(advantages.to(log_probs) * log_probs + bonus).sum() / episodes


def _scheduled(value: float | Schedule) -> Schedule:
    return value if isinstance(value, Schedule) else Schedule(value)


def climb(policy: Policy, optimizer: torch.optim.Optimizer) -> None:
    """Make a step of an optimizer.

    Raises:
        Diverged: A parameter is no number after it.
    """
    optimizer.step()
    if not all(torch.isfinite(parameter).all() for parameter in policy.parameters()):
        raise Diverged("a parameter is not finite after the step")


def masked(values: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return zero where nothing was sampled, whatever stands there."""
    return torch.where(mask.bool(), values, torch.zeros_like(values))


def _sampled(decisions: Sequence[Decision]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the log-probabilities when sampled, shape (decisions, length), and their mask."""
    sampled = [decision.log_probs for decision in decisions]
    mask = pad_sequence([torch.ones_like(row) for row in sampled], batch_first=True)
    return pad_sequence(sampled, batch_first=True), mask


def worst_mismatch(decisions: Sequence[Decision], scores: Scores) -> float:
    """Return the largest difference between a log-probability when sampled and when scored."""
    sampled, mask = _sampled(decisions)
    scored = scores.log_probs.detach().to(sampled)
    return masked(scored - sampled, mask).abs().max().item()


def require_finite(**values: float) -> None:
    """Raise `Diverged` if a value is no number, and say which."""
    for name, value in values.items():
        if not torch.isfinite(torch.tensor(value)):
            raise Diverged(f"the {name} is {value}")
