"""How any text is searched for: every knob, with its default."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from genetic.kinds import check_kinds

MOST = {"population": 10_000, "islands": 100, "batch": 1000, "prompt_chars": 10**6}
MOST |= {"inspirations": 20, "retries": 10, "calls": 10**9, "max_tokens": 10**6}
PROMPT_CHARS = 12_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides, with a program, its evaluator, a seed and the models' answers, how it goes.

    Attributes:
        calls: Most questions to the models, whatever for.
        diff: Whether models are asked for edits, not for the whole text.
        population: How many candidates live on an island.
        islands: How many populations there are.
        batch: How many births an island decides on together; these know nothing of each other.
        inspirations: How many other candidates a model is shown.
        retries: How often a model is asked again, with the reason, when its answer is of no use.
        novelty: Whether a text that was born before is of no use.
        alike: How like one that was born before a text may be, from 0 to 1, by embeddings of what
            may change; one that is more alike is of no use. None asks for no embedding.
        temperature: With which models are asked.
        max_tokens: The longest answer.
        prompt_chars: The longest prompt, as far as cutting what it quotes can achieve that.
        stop_score: The score that is enough; None if none is.
    """

    calls: int = 100
    diff: bool = False
    population: int = 20
    islands: int = 1
    batch: int = 4
    inspirations: int = 2
    retries: int = 1
    novelty: bool = True
    alike: float | None = None
    temperature: float = 0.7
    max_tokens: int = 1024
    prompt_chars: int = PROMPT_CHARS
    stop_score: float | None = None

    def __post_init__(self) -> None:
        """Refuse a search that could not begin.

        Raises:
            ValueError: A value is out of range; the message says which.
        """
        check_kinds(self)
        least = dict.fromkeys(("calls", "population", "islands", "batch", "max_tokens"), 1)
        least |= {"inspirations": 0, "retries": 0, "prompt_chars": 200}
        for name, low in least.items():
            if not low <= getattr(self, name) <= MOST[name]:
                raise ValueError(
                    f"{name} must be from {low} to {MOST[name]}, got {getattr(self, name)}"
                )
        if self.alike is not None and not 0 <= self.alike <= 1:
            raise ValueError(f"alike must be from 0 to 1, got {self.alike}")
        if self.stop_score is not None and not math.isfinite(self.stop_score):
            raise ValueError(f"stop_score must be a finite number, got {self.stop_score}")
        if not 0 <= self.temperature <= 2:
            raise ValueError(f"temperature must be from 0 to 2, got {self.temperature}")

    def as_dict(self) -> dict[str, Any]:
        """The settings as they are journalled."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Settings:
        """Return the settings that `as_dict` made `data` from.

        Raises:
            ValueError: A name is unknown, or a value is of the wrong kind or out of range.
        """
        try:
            return cls(**data)
        except TypeError as error:
            raise ValueError(f"settings: {error}") from None
