"""Hazards: what threatens a life, one file for each kind."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable

from env.hazards.drift import Drift
from env.hazards.hazard import Hazard, Scene
from env.hazards.hunger import Hunger
from env.hazards.lesion import Lesion
from env.hazards.radiation import Radiation

HAZARDS: dict[str, Callable[[], Hazard]] = {
    "hunger": Hunger,
    "radiation": Radiation,
    "lesion": Lesion,
    "drift": Drift,
}


def load_hazards(hazards: Iterable[str | Hazard]) -> tuple[Hazard, ...]:
    """Return hazards by name, or copies of hazards; ``none`` is no hazard.

    They are copied, since a hazard lives through one life at a time, and the same list may have
    been given to several environments.

    Raises:
        ValueError: A name is unknown or given twice; the message lists those that are known.
    """
    if isinstance(hazards, str):
        raise ValueError(f"hazards are a list; write [{hazards!r}]")
    loaded: list[Hazard] = []
    for hazard in hazards:
        if hazard == "none":
            continue
        if isinstance(hazard, str):
            if hazard not in HAZARDS:
                known = ", ".join(["none", *HAZARDS])
                raise ValueError(f"unknown hazard {hazard!r}; known: {known}")
            hazard = HAZARDS[hazard]()
        if hazard.name in (other.name for other in loaded):
            raise ValueError(f"the hazard {hazard.name!r} is given twice")
        loaded.append(copy.deepcopy(hazard))
    return tuple(loaded)


__all__ = ["HAZARDS", "Drift", "Hazard", "Hunger", "Lesion", "Radiation", "Scene", "load_hazards"]
