"""What a run may spend, and which limit ended it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from autoagent.numbers import is_number, is_whole

Limit = Literal["steps", "tokens", "seconds", "cost", "skill_calls"]


@dataclass(slots=True)
class Spent:
    """What a run has used so far; `seconds` is wall-clock time, `cost` in the prices' unit."""

    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    cost: float = 0.0
    skill_calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Upper bounds of a run; None means unbounded.

    A run may exceed its tokens by one query to a model that cannot count them beforehand, its cost
    by one answer, and its seconds by what cannot be interrupted.

    Attributes:
        steps: Answers given to the organism.
        tokens: Tokens into and out of the model, together.
        seconds: Wall-clock seconds, the model's time included.
        cost: Money, in the unit of the model's prices.
        skill_calls: Calls of skills.
    """

    steps: int | None = None
    tokens: int | None = None
    seconds: float | None = None
    cost: float | None = None
    skill_calls: int | None = None

    def __post_init__(self) -> None:
        """Refuse a budget that could not begin.

        Raises:
            ValueError: A bound is no number, zero or less, or too large; the message says which.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None:
                continue
            whole = field.name not in ("seconds", "cost")
            if not (is_whole if whole else is_number)(value) or value <= 0:
                allowed = "a whole number" if whole else "a number"
                raise ValueError(
                    f"budget: {field.name} must be more than 0, and finite, got {value!r}; give "
                    f"{allowed} below 2^63, or leave it out for no bound"
                )

    def reached(self, spent: Spent) -> Limit | None:
        """Return the name of the first bound that is used up, or None."""
        for name in _LIMITS:
            bound = getattr(self, name)
            if bound is not None and getattr(spent, name) >= bound:
                return name
        return None

    def left(self, spent: Spent) -> dict[str, float]:
        """Return what is left of each bound that is set."""
        bounds = {name: getattr(self, name) for name in _LIMITS}
        return {
            name: max(0, bound - getattr(spent, name))
            for name, bound in bounds.items()
            if bound is not None
        }


_LIMITS: tuple[Limit, ...] = ("steps", "tokens", "seconds", "cost", "skill_calls")
