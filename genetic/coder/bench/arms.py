"""The ways of completing code that are compared."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Arm:
    """A way of completing code.

    Attributes:
        name: What it is called.
        about: What it does, for people.
        settings: How it differs from the settings that all have.
        constrained: Whether the model's code is held to what Python can be.
    """

    name: str
    about: str
    settings: dict[str, Any] = field(default_factory=dict)
    constrained: bool = False


TOLD, ANEW = {"feedback_variant": "coworker"}, {"feedback_variant": "none"}


def _loop(*analyzers: str) -> Arm:
    about = f"a loop with feedback of {', '.join(analyzers)}"
    return Arm("+".join(analyzers), about, {"analyzers": analyzers, **TOLD})


TRUTH = ("mypy", "signature", "hallucination")
BASELINE = "plain"
ARMS = [
    Arm(BASELINE, "one answer, and no analyzer", {"analyzers": (), "max_iter": 1}),
    _loop("ruff"),
    _loop("mypy"),
    _loop("mypy", "signature"),
    _loop(*TRUTH),
    _loop("mypy", "runs"),
    _loop("mypy", "tests"),
    Arm(
        "choices",
        "a loop of these three, 3 answers a step",
        {"analyzers": TRUTH, "n_choices": 3, **TOLD},
    ),
    Arm(
        "best-of-n",
        "new answers without feedback until mypy passes one",
        {"analyzers": ("mypy",), **ANEW},
    ),
    Arm(
        "best-of-n+tests",
        "new answers without feedback until mypy and the examples pass one",
        {"analyzers": ("mypy", "tests"), **ANEW},
    ),
    Arm(
        "constrained",
        "one answer that is held to what Python can be, and no analyzer",
        {"analyzers": (), "max_iter": 1},
        constrained=True,
    ),
    Arm(
        "constrained+best-of-n+tests",
        "new such answers without feedback until mypy and the examples pass one",
        {"analyzers": ("mypy", "tests"), **ANEW},
        constrained=True,
    ),
]


def select(names: Sequence[str]) -> list[Arm]:
    """Return the arms of these names, in the order in which they are compared; all for none.

    Raises:
        ValueError: There is no such arm.
    """
    known = {arm.name: arm for arm in ARMS}
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"
            raise ValueError(f"unknown arm {name!r}{meant}")
    return [arm for arm in ARMS if arm.name in names or not names]
