"""Policies that follow a script: bounds that every table is read against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch

from env.edits import EDIT_SCRIPTS
from env.edits.scripted import Script as EditScript
from env.scripted import SCRIPTS
from rl.episode import Decision

VARIETY = 1 << 31


class Scripted:
    """Acts as a script says.

    Args:
        script: What is done, by the observation and a number that is there for what shall vary.
    """

    def __init__(self, script: Callable[[Any, int], Any]) -> None:
        self._script = script

    def act(
        self, observations: Sequence[Any], generators: Sequence[torch.Generator]
    ) -> list[Decision]:
        """Answer each observation; there is nothing to train on."""
        nothing = torch.zeros(0)
        return [
            Decision(
                action=self._script(observation, _number(generator)),
                context=nothing,
                tokens=nothing,
                log_probs=nothing,
            )
            for observation, generator in zip(observations, generators, strict=True)
        ]


def over_texts() -> dict[str, Scripted]:
    """Return those that write, by the names that commands know them by."""
    return {f"script:{name}": Scripted(script) for name, script in SCRIPTS.items()}


def over_edits() -> dict[str, Scripted]:
    """Return those that choose among edits, by the names that commands know them by."""
    return {
        f"edits:{name}": Scripted(partial(_chosen, script)) for name, script in EDIT_SCRIPTS.items()
    }


def _chosen(script: EditScript, seen: Any, number: int) -> int:
    return int(script(seen))


def _number(generator: torch.Generator) -> int:
    return int(torch.randint(VARIETY, (1,), generator=generator))
