"""What a policy is: it decides, and it can say how likely its decisions are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import torch

from rl.episode import Decision


class Scores(NamedTuple):
    """How likely decisions are, token by token.

    Row i is decision i, and its column j is its token j: padding stands at the right, and the
    length is that of the longest decision.

    Attributes:
        log_probs: Shape (decisions, length), in float32 or better; with gradient.
        entropy: Of the distribution that each token was drawn from, in nats; the same shape.
        mask: 1.0 where a sampled token stands, 0.0 at padding; the same shape, no gradient.
    """

    log_probs: torch.Tensor
    entropy: torch.Tensor
    mask: torch.Tensor


class Diverged(Exception):
    """A loss, a gradient, a parameter or what a policy computes is no number any more."""


class Actor(Protocol):
    """Something that decides."""

    def act(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        """Decide for each observation, without gradients.

        What is decided for one observation follows from it and from its generator alone, up to
        rounding: not from those that are decided beside it.

        Raises:
            Diverged: The distribution is none.
        """
        ...


class Policy(Actor, Protocol):
    """An actor that can be trained.

    `act` and `score` mean the same distribution: temperature, masks and templates are in both.

    Attributes:
        kind: Which kind of policy it is; a checkpoint of another kind is refused.
        features: How many numbers `observe` gives for a decision.
    """

    kind: str
    features: int

    def score(self, decisions: Sequence[Decision]) -> Scores:
        """Return how likely decisions are now, with gradients."""
        ...

    def reference(self, decisions: Sequence[Decision]) -> torch.Tensor:
        """Return how likely they were before any training, shape (decisions, length).

        Log-probabilities, laid out as those of `score`.
        """
        ...

    def observe(self, decisions: Sequence[Decision]) -> torch.Tensor:
        """Return what a value function may see, shape (decisions, features), no gradients.

        It follows from what was decided upon, and not from what was decided: a baseline that
        knows the decision biases the gradient.
        """
        ...

    def parameters(self) -> Iterable[torch.nn.Parameter]:
        """Return what is trained."""
        ...

    def state_dict(self) -> Mapping[str, torch.Tensor]:
        """Return what is trained, by name."""
        ...

    def load_state_dict(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take what was trained before."""
        ...

    def settings(self) -> dict[str, Any]:
        """Return what must be equal for a state to fit, as JSON; the kind is part of it."""
        ...

    def save(self, folder: Path) -> None:
        """Write what is needed to use the policy without the trainer."""
        ...
