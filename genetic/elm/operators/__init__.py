"""How a program is changed: by chance, or by a model."""

from collections.abc import Callable

from genetic.elm.languages import Language
from genetic.elm.operators.asked import Asked, Style
from genetic.elm.operators.diff import diff
from genetic.elm.operators.rewrite import rewrite, write
from genetic.elm.operators.tokens import Tokens
from genetic.elm.operators.variation import Operator, UnfitError, Variation

BY_CHANCE = {"tokens": Tokens}
"""Operators that ask no model."""
STYLES: dict[str, Callable[[Language], Style]] = {"rewrite": rewrite, "diff": diff, "write": write}
"""How a model says what it changes, by the name of the operator, given the language."""
OPERATORS = (*BY_CHANCE, *STYLES)

__all__ = [
    "BY_CHANCE",
    "OPERATORS",
    "STYLES",
    "Asked",
    "Operator",
    "Style",
    "Tokens",
    "UnfitError",
    "Variation",
    "diff",
    "rewrite",
    "write",
]
