"""What an operator makes of a program."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Protocol


class UnfitError(ValueError):
    """What a model wrote makes no program; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """What an operator made of a program.

    Attributes:
        program: The changed program; None where there is none.
        message: What was changed, in the words of a commit.
        fault: Why there is none; else empty.
    """

    program: str | None
    message: str
    fault: str = ""


class Operator(Protocol):
    """Changes programs."""

    def vary(self, program: str, rng: random.Random, key: str) -> Variation:
        """Return a changed program.

        Args:
            program: What is changed.
            rng: All that is left to chance follows from it.
            key: Names the change, once and for ever.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: The model gave no answer.
        """
        ...
