"""What an organism is told along with an answer: how it came about, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the host tells; it is journalled, so a life that is lived again is told the same.

    Attributes:
        cut: Whether the answer was cut at its longest length.
        shortened: Whether the query was cut to fit the model.
        left: What is left of each bound of the budget.
        tokens: The longest answer, told at birth.
        context: Tokens that query and answer may take together, told at birth; None if unknown.
    """

    cut: bool = False
    shortened: bool = False
    left: Mapping[str, float] = field(default_factory=dict)
    tokens: int | None = None
    context: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what there is to tell, as a JSON object."""
        told = {
            "cut": self.cut,
            "shortened": self.shortened,
            "left": dict(self.left),
            "tokens": self.tokens,
            "context": self.context,
        }
        return {name: value for name, value in told.items() if value}


NOTHING = Told()
