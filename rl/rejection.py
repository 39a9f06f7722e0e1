"""Fine-tuning by rejection sampling: the policy learns from the best of its own lives.

Each round samples lives, keeps the best of them by return, and takes supervised steps on their
answers, but for those that failed (Yuan et al. 2023, RFT; with rounds it is expert iteration).
What is ascended is

    Σ_kept answers Σ_tokens log π(token) / (answers of a batch · mean answer length)

which is REINFORCE with an advantage of 1 for what is kept, and of 0 for all else. An answer is
learned as the token ids that were sampled for the token ids that it was sampled for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_

from rl.episode import Decision, Episode
from rl.learner import Step
from rl.policies.policy import Policy
from rl.reinforce import climb, masked, require_finite, worst_mismatch
from rl.seeding import learning_order, lots
from rl.settings import RunSettings, at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionSettings(RunSettings):
    """How a policy learns from its best lives; see `RunSettings` for the rest.

    Attributes:
        epochs: How often each kept answer is seen.
        keep: Share of the lives that is kept, the best ones, of each group, if there are groups.
            None is kept that is no better than the worst; so there may be fewer, or none.
        least: Return below which no life is kept, however good beside others; None sets none.
        batch: Answers of each step.
    """

    epochs: int = 2
    keep: float = 0.25
    least: float | None = None
    batch: int = 8

    def learner(self, policy: Policy) -> Rejection:
        """Return what learns by these settings."""
        return Rejection(policy, self)

    def check(self) -> None:
        """Raise ValueError if a value is out of range, or means nothing beside the others."""
        RunSettings.check(self)
        at_least(1, self, "batch")
        if self.episodes < 2:
            raise ValueError(
                f"episodes must be at least 2, got {self.episodes}; lives are compared"
            )
        if not 0 < self.keep <= 1:
            raise ValueError(f"keep is a share above 0, and at most 1, got {self.keep}")
        if self.least is not None and not math.isfinite(self.least):
            raise ValueError(f"least must be a number, got {self.least}")
        if self.keep == 1 and self.least is None:
            raise ValueError("keep is 1 and least is not given, so nothing is rejected; lower keep")


class Rejection:
    """Takes supervised steps on the best of what a policy has lived.

    Args:
        policy: What learns.
        settings: How.
    """

    def __init__(self, policy: Policy, settings: RejectionSettings) -> None:
        self.policy = policy
        self.optimizer = torch.optim.Adam(policy.parameters(), lr=settings.lr)
        self._settings = settings

    def update(self, episodes: Sequence[Episode], number: int = 1) -> Step:
        """Learn from the best of some episodes; see `Learner.update`."""
        settings = self._settings
        chance = lots(settings.seed, number, len(episodes))
        lives = best(
            episodes, settings.keep, drawn=chance, group=settings.group, least=settings.least
        )
        kept = answers(lives)
        sampled = sum(len(turn.decision.tokens) for life in episodes for turn in life.turns)
        length = sum(len(each.tokens) for each in kept) / max(1, len(kept))
        told = _Told()
        for epoch in range(settings.epochs):
            for batch in self._batches(kept, number, epoch):
                self._step(batch, length, told if epoch == 0 else _Told())
        return told.step(sampled, len(kept))

    def state_dict(self) -> dict[str, Any]:
        """Return the state of Adam."""
        return {"optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state of Adam."""
        self.optimizer.load_state_dict(state["optimizer"])

    def _batches(
        self, kept: Sequence[Decision], number: int, epoch: int
    ) -> Iterator[list[Decision]]:
        """Yield the answers of each step, in an order that follows from seed, round and epoch."""
        order = learning_order(self._settings.seed, number, epoch, len(kept))
        for start in range(0, len(kept), self._settings.batch):
            yield [kept[at] for at in order[start : start + self._settings.batch]]

    def _step(self, batch: Sequence[Decision], length: float, told: _Told) -> None:
        """Make one step of Adam, and tell of it."""
        self.optimizer.zero_grad(set_to_none=True)
        size = self._settings.micro_batch
        for start in range(0, len(batch), size):
            part = batch[start : start + size]
            scores = self.policy.score(part)
            loss = -masked(scores.log_probs, scores.mask).sum()
            (loss / (self._settings.batch * length)).backward()  # type: ignore[no-untyped-call]
            told.loss += loss.item()
            told.entropy += masked(scores.entropy, scores.mask).sum().item()
            told.tokens += int(scores.mask.sum().item())
            if told.gradient_norm is None:  # of what no step has moved yet
                told.mismatch = max(told.mismatch, worst_mismatch(part, scores))
        largest = math.inf if self._settings.clip is None else self._settings.clip
        norm = clip_grad_norm_(self.policy.parameters(), largest).item()
        require_finite(loss=told.loss, gradient=norm)
        climb(self.policy, self.optimizer)
        told.gradient_norm = norm if told.gradient_norm is None else told.gradient_norm


@dataclass(slots=True)
class _Told:
    """What adds up over the steps of an epoch; norm and mismatch are of the first one."""

    loss: float = 0.0
    entropy: float = 0.0
    tokens: int = 0
    mismatch: float = 0.0
    gradient_norm: float | None = None

    def step(self, sampled: int, kept: int) -> Step:
        """Return it as the figures of an update."""
        return Step(
            loss=self.loss / max(1, self.tokens),
            entropy=self.entropy / max(1, self.tokens),
            kl=None,
            gradient_norm=self.gradient_norm or 0.0,
            mismatch=self.mismatch,
            tokens=sampled,
            kept=kept,
        )


def best(
    episodes: Sequence[Episode],
    keep: float,
    *,
    drawn: Sequence[int],
    group: int = 1,
    least: float | None = None,
) -> list[Episode]:
    """Return the episodes with the highest returns, in each group if there are some.

    None is as bad as the worst of them: where all are alike, nothing tells what was good.

    Args:
        episodes: What was lived.
        keep: The share that is returned, rounded, at least one where one is better than the worst.
        drawn: A lot for each of them; of equals the higher one is better.
        group: How many, one after the other, are compared; 1 compares all.
        least: Return below which none is returned.
    """
    size = group if group > 1 else len(episodes)
    ranked = [(_returned(each), lot, each) for each, lot in zip(episodes, drawn, strict=True)]
    found: list[Episode] = []
    for start in range(0, len(episodes), size):
        rivals = sorted(ranked[start : start + size], key=lambda rank: rank[:2], reverse=True)
        worst = rivals[-1][0]
        chosen = rivals[: max(1, round(keep * len(rivals)))]
        found += [each for gain, _, each in chosen if gain > worst]
    return [each for each in found if least is None or _returned(each) >= least]


def answers(lives: Sequence[Episode]) -> list[Decision]:
    """Return what was decided in some lives that is worth learning.

    That is not what failed or did harm, nor what a life ended with.
    """
    return [
        turn.decision
        for life in lives
        for turn in (life.turns[:-1] if life.terminated else life.turns)
        if not (turn.harm or turn.failed)
    ]


def _returned(episode: Episode) -> float:
    return sum(episode.rewards)
