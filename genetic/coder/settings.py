"""How code is completed; what decides it is checked here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from genetic.kinds import check_kinds

Variant = Literal["separate", "coworker", "none"]
Style = Literal["raw", "chat"]

SYSTEM = (
    "You complete Python code. Answer with one code block that starts with ```python and ends with "
    "```. It holds what comes next, and nothing of what is there already."
)
ANALYZERS = ("mypy", "signature", "hallucination")
MOST_CHOICES = 32
HOTTEST = 2.0
RETRIES = 5
HOTTER = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class CoderSettings:
    """Settings of a completion.

    Attributes:
        analyzers: Names, in the order in which they look.
        feedback_variant: With ``none`` the model is told nothing, each step begins anew; else it
            is told what was found, by analyzers that know of earlier ones (``coworker``) or do not
            (``separate``).
        system_prompt: What a chat model is told first.
        style: ``raw`` has a model go on with the code itself, ``chat`` has it answer with a block.
        max_iter: Most steps.
        n_choices: Answers of each step.
        backtracking: Whether a step may go on from any conversation, and not from the last alone.
        unique: Whether an answer that was there already is asked for again, hotter.
        temperature: Of the answers.
        meta_temperature: 0 goes on from the best conversation, infinity from any; see `choice`.
        max_tokens: Longest answer.
        most_tokens: After so many tokens, in and out, nothing more is asked; 0 is no bound.

    Raises:
        ValueError: One is out of its bounds; the message says which.
    """

    analyzers: tuple[str, ...] = ANALYZERS
    feedback_variant: Variant = "none"
    system_prompt: str = SYSTEM
    style: Style = "chat"
    max_iter: int = 10
    n_choices: int = 1
    backtracking: bool = True
    unique: bool = True
    temperature: float = 0.7
    meta_temperature: float = 0.0
    max_tokens: int = 256
    most_tokens: int = 0

    def __post_init__(self) -> None:
        """Check the bounds."""
        for name, least, most in (
            ("max_iter", 1, 1000),
            ("n_choices", 1, MOST_CHOICES),
            ("max_tokens", 1, 1 << 20),
            ("most_tokens", 0, 1 << 40),
            ("temperature", 0.0, HOTTEST),
            ("meta_temperature", 0.0, math.inf),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                raise ValueError(f"{name} must be from {least} to {most}, got {value}")
        for name, known in (("feedback_variant", Variant), ("style", Style)):
            if getattr(self, name) not in get_args(known):
                told = ", ".join(get_args(known))
                raise ValueError(f"unknown {name} {getattr(self, name)!r}; known: {told}")

    def as_dict(self) -> dict[str, Any]:
        """The settings as they are journalled."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {
            "analyzers": list(self.analyzers),
            "meta_temperature": str(self.meta_temperature),  # JSON knows no infinity
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> CoderSettings:
        """Return the settings that `as_dict` made `data` from.

        Raises:
            ValueError: A name is unknown, or a value is of the wrong kind or out of range.
        """
        try:
            told = {**data, "analyzers": tuple(data["analyzers"])}
            settings = cls(**{**told, "meta_temperature": float(data["meta_temperature"])})
        except (KeyError, TypeError) as error:
            raise ValueError(f"settings: {error}") from None
        check_kinds(settings)
        return settings
