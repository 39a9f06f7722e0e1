"""How a program is changed: by chance, or by a model."""

from genetic.elm.operators.asked import Asked, Style
from genetic.elm.operators.diff import DIFF
from genetic.elm.operators.rewrite import REWRITE, WRITE
from genetic.elm.operators.tokens import Tokens
from genetic.elm.operators.variation import Operator, UnfitError, Variation

BY_CHANCE = {"tokens": Tokens}
"""Operators that ask no model."""
STYLES = {"rewrite": REWRITE, "diff": DIFF, "write": WRITE}
"""How a model says what it changes, by the name of the operator."""
OPERATORS = (*BY_CHANCE, *STYLES)

__all__ = [
    "BY_CHANCE",
    "DIFF",
    "OPERATORS",
    "REWRITE",
    "STYLES",
    "WRITE",
    "Asked",
    "Operator",
    "Style",
    "Tokens",
    "UnfitError",
    "Variation",
]
