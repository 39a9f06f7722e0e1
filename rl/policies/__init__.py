"""Policies: one protocol, and one file for each kind."""

from rl.policies.categorical import Categorical
from rl.policies.policy import Actor, Diverged, Policy, Scores

__all__ = ["Actor", "Categorical", "Diverged", "Policy", "Scores"]
