"""Policies compared: survival, alignment, code quality and code tasks, with intervals."""

import warnings
from typing import Any

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
    "ALIGNMENT": "LAWFUL",
    "Contestant": "NamedPolicy",
    "Kept": "RecordActions",
    "contestant": "open_policy",
}
"""Names of the version before, and what they are now."""


def __getattr__(name: str) -> Any:
    if name not in RENAMED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    now = RENAMED[name]
    warnings.warn(f"{name} is called {now} now", DeprecationWarning, stacklevel=2)
    return globals()[now]
