"""What learns from episodes, and what is told of an update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rl.episode import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one update was like, in its first step.

    Attributes:
        loss: Of REINFORCE it says little: its gradient is what counts. Of rejection sampling, the
            mean negative log-likelihood of the kept answers' tokens, in nats.
        entropy: Mean over the tokens that were learned from, in nats.
        kl: Mean over turns of the divergence from the reference, in nats; None without penalty.
        gradient_norm: Before clipping.
        mismatch: Largest difference between a log-probability when sampled and when scored; more
            than rounding means that another distribution is trained than was sampled from.
        tokens: That were sampled.
        price: What harm cost, where it is a constraint.
        moved: Share of tokens whose likelihood was moved by more than the bound of ratios, in the
            last epoch, mean over its steps; None without a bound.
        kept: Answers that were kept, where only some are. With none nothing is learned, and the
            other figures are 0.
    """

    loss: float
    entropy: float
    kl: float | None
    gradient_norm: float
    mismatch: float
    tokens: int
    price: float | None = None
    moved: float | None = None
    kept: int | None = None


class Learner(Protocol):
    """Teaches a policy from what it has lived."""

    def update(self, episodes: Sequence[Episode], number: int = 1) -> Step:
        """Learn from complete episodes that the policy, as it is now, has lived.

        Args:
            episodes: What was lived.
            number: Which update it is, the first one being 1.

        Raises:
            Diverged: Something is no number.
        """
        ...

    def state_dict(self) -> dict[str, Any]:
        """Return all of it that an exact resume takes, beside the policy."""
        ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from such a state, which may hold more."""
        ...
