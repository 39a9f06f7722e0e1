"""What the commands about policies share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from autoagent.cli.common import fail, print_json
from rl.watcher import Unwatched
from sandbox.extras import pip_install

SurvivalReward = Annotated[
    float | None, typer.Option("--reward-survival", help="Reward of a step survived (default 1).")
]
HarmReward = Annotated[
    float | None, typer.Option("--reward-harm", help="Reward of harm (default -1000).")
]
DiagnosticsReward = Annotated[
    float | None,
    typer.Option(
        "--reward-diagnostics",
        help="Reward for each error that ruff is sure of in an answer (default 0).",
    ),
]
REWARDS = ("reward_survival", "reward_harm", "reward_diagnostics")
"""These options, by name: what the environment gives for what."""


@contextmanager
def installed(what: str) -> Iterator[None]:
    """Say what to install when a package is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        fail(f"{what} needs the package {error.name}; install it with: {pip_install('rl')}")


def require_rewards(options: Mapping[str, Any]) -> None:
    """Exit if a reward is no finite number."""
    for name in REWARDS:
        reward = options[name]
        if reward is not None and not math.isfinite(reward):
            fail(f"--{name.replace('_', '-')} must be a finite number, got {reward}")


def genome_of(name: str | None) -> tuple[str | None, str | None]:
    """Return a genome by a name that holds in any folder, and the hash of its file, if it is one.

    Raises:
        GenomeError: There is none.
    """
    from autoagent.first_genome import first_genome
    from autoagent.organism import GENOMES

    if name is None or name in GENOMES:
        return name, None
    path = Path(name).absolute()
    return str(path), first_genome(path).hash


def listed(names: str) -> list[str]:
    """Return names that are given with commas between; ``none`` is nobody's."""
    return [each.strip() for each in names.split(",") if each.strip() not in ("", "none")]


class JsonLines(Unwatched):
    """Prints the figures of each update as a line of JSON."""

    def open(self) -> None:
        """Print nothing yet."""

    def updated(self, figures: Any) -> None:
        """Print them."""
        print_json(figures.as_dict())

    def close(self) -> None:
        """Print nothing more."""
