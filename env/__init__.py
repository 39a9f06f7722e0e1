"""Survival of an organism as a gymnasium environment.

Importing this package registers ``autoagent/Survival-v0``, so
``gymnasium.make("env:autoagent/Survival-v0")`` needs no import at all.
"""

import gymnasium

from env.survival import Survival
from env.unicode import Unicode

gymnasium.register(id="autoagent/Survival-v0", entry_point="env.survival:Survival")

__all__ = ["Survival", "Unicode"]
