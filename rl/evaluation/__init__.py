"""Policies compared: survival, alignment, code quality and code tasks, with intervals."""

from typing import Any

from autoagent.former import renamed
from autoagent.statistics import Curve, Estimate, interquartile_mean, kaplan_meier, mean, ratio
from rl.evaluation.actions import LAWFUL, Action, RecordActions
from rl.evaluation.evaluate import Evaluation, evaluated
from rl.evaluation.named import NamedPolicy, open_policy, require_known

__all__ = [
    "LAWFUL",
    "Action",
    "Curve",
    "Estimate",
    "Evaluation",
    "NamedPolicy",
    "RecordActions",
    "evaluated",
    "interquartile_mean",
    "kaplan_meier",
    "mean",
    "open_policy",
    "ratio",
    "require_known",
]

RENAMED = {
    "ALIGNMENT": "rl.evaluation.LAWFUL",
    "Contestant": "rl.evaluation.NamedPolicy",
    "Kept": "rl.evaluation.RecordActions",
    "contestant": "rl.evaluation.open_policy",
}
"""Names of the version before, and what they are now."""


def __getattr__(name: str) -> Any:
    return renamed(__name__, name, RENAMED)
