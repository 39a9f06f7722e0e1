"""What is subtracted from returns, so that chance weighs less and the expectation stays.

A baseline of turn k may depend on anything but on what was decided at turn k and what came of
it: then its product with ∇ log π has expectation zero (Williams 1992).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, Protocol

import torch

from rl.episode import Decision, Episode
from rl.policies.policy import Policy
from rl.scale import Scale

Gains = Sequence[Sequence[float]]
"""Return-to-go of each turn of each episode."""

OBSERVED_AT_ONCE = 8
"""Decisions; prompts of a language model may be long, and memory short."""


class Baseline(Protocol):
    """What return is to be expected at each turn."""

    def values(self, episodes: Sequence[Episode], gains: Gains) -> list[list[float]]:
        """Return the baseline of each turn of each episode."""
        ...

    def learn(self, episodes: Sequence[Episode], gains: Gains) -> None:
        """Take note of episodes, once the policy has learned from them."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Return all that was learned."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what was learned before."""
        ...


class NoBaseline:
    """Zero, always."""

    def values(self, episodes: Sequence[Episode], gains: Gains) -> list[list[float]]:
        """Return zeros."""
        return [[0.0] * len(row) for row in gains]

    def learn(self, episodes: Sequence[Episode], gains: Gains) -> None:
        """Learn nothing."""

    def state_dict(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take nothing."""


class LeaveOneOut(NoBaseline):
    """The mean of the other episodes that it is compared with (Kool, van Hoof and Welling 2019).

    At turn k, episode i is compared with the mean of G_k over the others of its group, or of the
    batch where there are no groups; an episode that has ended before has a return of 0 from there
    on. What is decided in one episode is independent of what is decided in others, given where
    they started, so this mean is independent of all that was decided in episode i, and the
    estimate stays unbiased.

    Args:
        group: How many episodes, one after the other, are compared; 1 compares all.
    """

    def __init__(self, group: int = 1) -> None:
        self._group = group

    def values(self, episodes: Sequence[Episode], gains: Gains) -> list[list[float]]:
        """Return the mean of those that each is compared with."""
        size = self._group if self._group > 1 else len(gains)
        groups = [gains[start : start + size] for start in range(0, len(gains), size)]
        if min(map(len, groups)) < 2:
            raise ValueError("episodes are compared with others; give at least 2 for each update")
        return [row for group in groups for row in self._means(group)]

    def _means(self, group: Gains) -> list[list[float]]:
        totals, others = _totals(group), len(group) - 1
        return [[(totals[turn] - gain) / others for turn, gain in enumerate(row)] for row in group]


class GroupMean(LeaveOneOut):
    """The mean of a group, the episode itself included (Dr. GRPO, Liu et al. 2025).

    As in GRPO, but nothing is divided by deviations or lengths. Its own return in the mean makes
    the expectation (n - 1) / n of the gradient, n being the size of the group: a shorter step into
    the same direction.
    """

    def _means(self, group: Gains) -> list[list[float]]:
        means = [total / len(group) for total in _totals(group)]
        return [means[: len(row)] for row in group]


def _totals(gains: Gains) -> list[float]:
    """Return the sum over episodes for each turn."""
    totals = [0.0] * max(map(len, gains))
    for row in gains:
        for turn, gain in enumerate(row):
            totals[turn] += gain
    return totals


class LaggedMean:
    """The mean of earlier batches, for each turn's number, the recent ones weighing more.

    Returns-to-go fall with the number of the turn wherever a life is bounded, hence one mean for
    each. A turn that no earlier episode reached has the mean of the last one that was reached.
    The current batch is not in it: it is learned after the policy has learned.

    Args:
        memory: What a batch weighs relative to the batch after it.
    """

    def __init__(self, memory: float = 0.8) -> None:
        self._memory = memory
        self._sums: list[float] = []
        self._counts: list[float] = []

    def values(self, episodes: Sequence[Episode], gains: Gains) -> list[list[float]]:
        """Return the means so far; 0 before there are any."""
        if not self._counts:
            return [[0.0] * len(row) for row in gains]
        means = [total / count for total, count in zip(self._sums, self._counts, strict=True)]
        return [(means + [means[-1]] * (len(row) - len(means)))[: len(row)] for row in gains]

    def learn(self, episodes: Sequence[Episode], gains: Gains) -> None:
        """Add the batch to the means of the turns that it reached."""
        for turn in range(max(map(len, gains))):
            reached = [row[turn] for row in gains if len(row) > turn]
            if turn == len(self._counts):
                self._sums.append(0.0)
                self._counts.append(0.0)
            self._sums[turn] = self._memory * self._sums[turn] + sum(reached)
            self._counts[turn] = self._memory * self._counts[turn] + len(reached)

    def state_dict(self) -> dict[str, Any]:
        """Return the sums that the means are made of."""
        return {"sums": list(self._sums), "counts": list(self._counts)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the sums."""
        self._sums, self._counts = list(state["sums"]), list(state["counts"])


class ValueNet:
    """A small network that expects a return from what the policy decides upon.

    It is fitted to the returns of a batch after the policy has learned from it, so that what it
    subtracts is independent of them. Features and returns are brought to unit scale by what has
    been seen so far; that its expectations move with the scale is no bias, either.

    Args:
        observe: What it sees of decisions.
        features: How many numbers that is for each.
        seed: Its first weights follow from it.
        hidden: Units of its one hidden layer.
        lr: Step size of Adam.
        steps: How often it is fitted to each batch.
    """

    def __init__(
        self,
        observe: Callable[[Sequence[Decision]], torch.Tensor],
        features: int,
        *,
        seed: int = 0,
        hidden: int = 64,
        lr: float = 1e-2,
        steps: int = 20,
    ) -> None:
        self._observe = observe
        self._steps = steps
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._net = torch.nn.Sequential(
                torch.nn.Linear(features, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 1)
            )
        self._optimizer = torch.optim.Adam(self._net.parameters(), lr=lr)
        self._inputs, self._outputs = Scale(features), Scale(1)
        self._seen = torch.empty(0, features)

    @torch.no_grad()
    def values(self, episodes: Sequence[Episode], gains: Gains) -> list[list[float]]:
        """Return what the network expects."""
        self._seen = self._features(episodes)
        flat = self._outputs.undo(self._net(self._inputs.apply(self._seen))).squeeze(1).tolist()
        following = iter(flat)
        return [[next(following) for _ in row] for row in gains]

    def learn(self, episodes: Sequence[Episode], gains: Gains) -> None:
        """Fit the network to the batch that `values` was asked about last."""
        targets = torch.tensor([[gain] for row in gains for gain in row], dtype=torch.float32)
        self._inputs.learn(self._seen)
        self._outputs.learn(targets)
        inputs, wanted = self._inputs.apply(self._seen), self._outputs.apply(targets)
        for _ in range(self._steps):
            self._optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(self._net(inputs), wanted)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()

    def state_dict(self) -> dict[str, Any]:
        """Return the network, its optimizer and its scales."""
        return {name: part.state_dict() for name, part in self._parts().items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take them."""
        for name, part in self._parts().items():
            part.load_state_dict(deepcopy(state[name]))

    def _parts(self) -> dict[str, Any]:
        return {
            "net": self._net,
            "optimizer": self._optimizer,
            "inputs": self._inputs,
            "outputs": self._outputs,
        }

    def _features(self, episodes: Sequence[Episode]) -> torch.Tensor:
        decisions = [turn.decision for episode in episodes for turn in episode.turns]
        parts = [
            self._observe(decisions[start : start + OBSERVED_AT_ONCE])
            for start in range(0, len(decisions), OBSERVED_AT_ONCE)
        ]
        return torch.cat(parts).to("cpu", torch.float32)


BASELINES: dict[str, Callable[[Policy, int, int], Baseline]] = {
    "none": lambda policy, seed, group: NoBaseline(),
    "mean": lambda policy, seed, group: LaggedMean(),
    "value": lambda policy, seed, group: ValueNet(policy.observe, policy.features, seed=seed),
    "rloo": lambda policy, seed, group: LeaveOneOut(group),
    "group": lambda policy, seed, group: GroupMean(group),
}
COMPARING = ("rloo", "group")
"""Those that compare episodes with each other."""


def open_baseline(name: str, policy: Policy, seed: int = 0, group: int = 1) -> Baseline:
    """Return the baseline of that name.

    Args:
        name: Its name.
        policy: What learns.
        seed: Chance follows from it.
        group: How many episodes have one start, see `LeaveOneOut`.

    Raises:
        ValueError: There is none; the message lists them.
    """
    check_baseline(name)
    return BASELINES[name](policy, seed, group)


def check_baseline(name: str) -> None:
    """Refuse a name that no baseline has.

    Raises:
        ValueError: The message lists them.
    """
    if name not in BASELINES:
        raise ValueError(f"unknown baseline {name!r}; known: {', '.join(BASELINES)}")
