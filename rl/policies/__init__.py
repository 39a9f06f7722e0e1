"""Policies: one protocol, and one file for each kind."""

from rl.policies.categorical import Categorical
from rl.policies.policy import Diverged, Policy, Scores

__all__ = ["Categorical", "Diverged", "Policy", "Scores"]
