"""The survival environment as it was first published, so that its figures can be repeated.

What is wrong with it, and why there is a version 1: constants are food, as long as each is a new
one; the next micro-task is told a step late, so that a perfect solver starves where difficulty is
high; there are twelve micro-tasks, the same for training and comparing; and nothing threatens by
default.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from env.hazards import Hazard
from env.survival import PROMPT, Survival
from env.v0.hunger import Hunger


class SurvivalV0(Survival):
    """Version 0: see `Survival` for what it takes.

    Where nothing else is said, there are no hazards. By its name, ``hunger`` is `env.v0.Hunger`.
    """

    own_hazards = {"hunger": Hunger}  # noqa: RUF012 - nobody changes it
    tells_at_once = False

    def __init__(
        self, prompt: str = PROMPT, *, hazards: Iterable[str | Hazard] = (), **settings: Any
    ) -> None:
        super().__init__(prompt, hazards=hazards, **settings)


__all__ = ["Hunger", "SurvivalV0"]
