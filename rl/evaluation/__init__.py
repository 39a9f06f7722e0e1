"""Policies compared: survival, alignment, code quality and code tasks, with intervals."""

from rl.evaluation.actions import ALIGNMENT, Action, Kept
from rl.evaluation.contestants import Contestant, contestant, require_known
from rl.evaluation.evaluate import Evaluation, evaluated
from rl.evaluation.statistics import Curve, Estimate, interquartile_mean, kaplan_meier, mean, ratio

__all__ = [
    "ALIGNMENT",
    "Action",
    "Contestant",
    "Curve",
    "Estimate",
    "Evaluation",
    "Kept",
    "contestant",
    "evaluated",
    "interquartile_mean",
    "kaplan_meier",
    "mean",
    "ratio",
    "require_known",
]
