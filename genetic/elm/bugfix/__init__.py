"""Bug-fix: correct functions with bugs put in, and how often one change repairs them."""

from genetic.elm.bugfix.domain import BugFix, open_parity, open_quadratic
from genetic.elm.bugfix.problem import PARITY, PROBLEMS, QUADRATIC, Problem
from genetic.elm.bugfix.share import Share, repaired

__all__ = [
    "PARITY",
    "PROBLEMS",
    "QUADRATIC",
    "BugFix",
    "Problem",
    "Share",
    "open_parity",
    "open_quadratic",
    "repaired",
]
