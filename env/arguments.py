"""What an environment is made of and begins with, and what a state tells, checked as it is given.

Each function returns what it was given as what it shall be, or says what is allowed instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from env.microtasks import SPLITS

SEEDS = 1 << 31
_KNOWN = {
    "render_mode": ("ansi",),
    "finish": ("refuse", "death"),
    "split": SPLITS,
}
"""What may be chosen of arguments that are words."""


def require_known_words(**chosen: str | None) -> None:
    """Raise a `ValueError` if an argument that is a word is none of those that it may be."""
    for name, value in chosen.items():
        if value not in _KNOWN[name] and (name, value) != ("render_mode", None):
            raise ValueError(f"unknown {name} {value!r}; known: {', '.join(_KNOWN[name])}")


def prompt_of(prompt: Any) -> str:
    """Return what a life begins with."""
    if not isinstance(prompt, str) or not prompt.strip():
        raise ValueError(f"a prompt is a text that says something, got {prompt!r}")
    return prompt


def difficulty_of(difficulty: Any) -> float:
    """Return what hazards are scaled by."""
    if not isinstance(difficulty, int | float | np.floating) or not 0 <= difficulty < math.inf:
        raise ValueError(f"difficulty must be 0 or more, and finite, got {difficulty!r}")
    return float(difficulty)


def reward_of(name: str, reward: Any) -> float:
    """Return a reward."""
    is_number = isinstance(reward, int | float | np.floating | np.integer)
    if not is_number or not -math.inf < reward < math.inf:
        raise ValueError(f"the reward {name} must be a finite number, got {reward!r}")
    return float(reward)


def seed_of(seed: Any) -> int:
    """Return the seed of a life."""
    if not isinstance(seed, int) or not 0 <= seed < SEEDS:
        raise ValueError(
            f"the seed of a life is a whole number from 0 to {SEEDS - 1}, got {seed!r}"
        )
    return seed


def require_made(there: Mapping[str, Any], here: Mapping[str, Any]) -> None:
    """Refuse a state of an environment that was made in another way.

    Raises:
        ValueError: It was; the message says in what.
    """
    for name, value in here.items():
        if there[name] != value:
            raise ValueError(
                f"this state is of an environment made with {name} {there[name]!r}, and this one "
                f"has {value!r}; make one with the same arguments"
            )


def entered(told: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return what entered a life, as a state tells it."""
    for each in told:
        match each:
            case [str(), {}]:
                continue
            case _:
                raise TypeError(f"what entered is a kind and an object, and not {each!r:.80}")
    return [(kind, dict(data)) for kind, data in told]
