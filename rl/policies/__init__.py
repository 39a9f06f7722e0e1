"""Policies: one protocol, and one file for each kind."""

from rl.policies.policy import Policy, Scores

__all__ = ["Policy", "Scores"]
