"""Survival of an organism as a gymnasium environment.

Importing this package registers ``autoagent/Survival-v0``, whose actions are texts, and
``autoagent/SurvivalEdits-v0``, whose actions are numbered edits. So
``gymnasium.make("env:autoagent/Survival-v0")`` needs no import at all.
"""

import gymnasium

from env.edits import EditActions
from env.survival import Survival
from env.unicode import Unicode

gymnasium.register(id="autoagent/Survival-v0", entry_point="env.survival:Survival")
gymnasium.register(id="autoagent/SurvivalEdits-v0", entry_point="env.edits:survival_edits")

__all__ = ["EditActions", "Survival", "Unicode"]
