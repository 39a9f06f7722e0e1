"""What a sample says, and how sure that is; needs scipy, which `genetic` and `rl` bring along."""

from autoagent.statistics.crossed import crossed, holm
from autoagent.statistics.estimate import (
    Estimate,
    estimate,
    interquartile_mean,
    mean,
    ratio,
    share,
)
from autoagent.statistics.groups import group_means, grouped_share
from autoagent.statistics.lead import Lead, lead
from autoagent.statistics.permutation import permutation_test
from autoagent.statistics.survival import Curve, kaplan_meier

__all__ = [
    "Curve",
    "Estimate",
    "Lead",
    "crossed",
    "estimate",
    "group_means",
    "grouped_share",
    "holm",
    "interquartile_mean",
    "kaplan_meier",
    "lead",
    "mean",
    "permutation_test",
    "ratio",
    "share",
]
