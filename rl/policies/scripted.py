"""Policies that follow a script: bounds that every table is read against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from env.scripted import SCRIPTS
from rl.episode import Decision

VARIETY = 1 << 31


class Scripted:
    """Answers as a script of `env.scripted` says.

    Args:
        name: Which one.

    Raises:
        ValueError: There is no such script.
    """

    def __init__(self, name: str) -> None:
        if name not in SCRIPTS:
            raise ValueError(f"unknown script {name!r}; known: {', '.join(SCRIPTS)}")
        self._script = SCRIPTS[name]

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


def _number(generator: torch.Generator) -> int:
    return int(torch.randint(VARIETY, (1,), generator=generator))
