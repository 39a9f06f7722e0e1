"""What a policy did and what came of it: decisions, turns, episodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a policy decided once, with all that training on it takes.

    Attributes:
        action: What the environment is given.
        context: What the policy decided upon, in its own encoding: an observation vector, or the
            token ids of a prompt.
        tokens: Token ids as they were sampled, shape (length,), the end of the turn included if it
            was sampled. A policy that chooses among a few actions has one token, its choice.
        log_probs: Natural log-probability of each token when it was sampled, shape (length,).
        cut: Whether the length cap ended it, so that there is no end of turn among the tokens.
    """

    action: Any
    context: torch.Tensor
    tokens: torch.Tensor
    log_probs: torch.Tensor
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A decision, and what followed it.

    Attributes:
        decision: What was decided.
        reward: What the environment gave for it.
        harm: Whether it did harm.
        failed: Whether it ended in an error.
    """

    decision: Decision
    reward: float
    harm: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One life of an environment, from reset to its end.

    Attributes:
        seed: What the environment was reset with.
        turns: In order.
        terminated: Whether it ended by itself, rather than at the step limit.
        info: The environment's last word.
    """

    seed: int
    turns: list[Turn]
    terminated: bool
    info: dict[str, Any] = field(default_factory=dict)

    @property
    def rewards(self) -> list[float]:
        """The reward of each turn."""
        return [turn.reward for turn in self.turns]
