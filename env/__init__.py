"""Survival of an organism as a gymnasium environment.

Importing this package registers ``autoagent/Survival-v1``, whose actions are texts, and
``autoagent/SurvivalEdits-v0``, whose actions are numbered edits. So
``gymnasium.make("env:autoagent/Survival-v1")`` needs no import at all. ``autoagent/Survival-v0`` is
kept for figures that were published with it.
"""

import gymnasium

from env.edits import EditActions
from env.survival import Survival
from env.unicode import Unicode

gymnasium.register(id="autoagent/Survival-v0", entry_point="env.v0:SurvivalV0")
gymnasium.register(id="autoagent/Survival-v1", entry_point="env.survival:Survival")
gymnasium.register(id="autoagent/SurvivalEdits-v0", entry_point="env.edits:survival_edits")

__all__ = ["EditActions", "Survival", "Unicode"]
