"""Policies: one protocol, and one file for each kind."""

from rl.policies.categorical import Categorical
from rl.policies.policy import Policy, Scores

__all__ = ["Categorical", "Policy", "Scores"]
