"""How a policy is trained, and which of it a resumed run may change."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from rl.baselines import check_baseline
from rl.harm import CHANNELS

FREE = ("updates", "epochs", "seconds", "env_steps", "envs", "micro_batch", "patience")
"""Settings that decide how long and on what machine, but not what is learned."""

LARGEST_STEP = 100.0
"""Of Adam, whose steps are about as long as its rate."""

SEEDS = 2**63
KINDS: dict[str, tuple[Any, str]] = {
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "str": (str, "a text"),
}
"""Types of settings, as they are annotated, and in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a policy is trained.

    Attributes:
        updates: Most updates, those before a resume included.
        episodes: Complete episodes for each update.
        envs: Environments side by side.
        baseline: One of `rl.baselines.BASELINES`.
        gamma: Discount of rewards for each turn.
        lr: Step size of Adam.
        entropy: Weight of the entropy bonus.
        kl: Weight of the divergence from the reference in the reward.
        clip: Largest norm of a gradient; None leaves it as it is.
        harm: One of `rl.harm.CHANNELS`: whether harm is learned from as a reward, or has a price.
        micro_batch: Turns that are scored at once.
        seed: Everything random follows from it.
        patience: Seconds after which an environment that does not answer is replaced.
        seconds: Most seconds of training, those before a resume included; None is no bound.
        env_steps: Most steps of environments; None is no bound. Exceeded by one update at most.
    """

    updates: int = 100
    episodes: int = 16
    envs: int = 8
    baseline: str = "rloo"
    gamma: float = 0.99
    lr: float = 1e-3
    entropy: float = 0.0
    kl: float = 0.0
    clip: float | None = None
    harm: str = "reward"
    micro_batch: int = 256
    seed: int = 0
    patience: float = 60.0
    seconds: float | None = None
    env_steps: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be trained with.

        Raises:
            ValueError: A value is out of range; the message says which.
        """
        _check_kinds(self)
        check_baseline(self.baseline)
        if self.harm not in CHANNELS:
            raise ValueError(f"unknown harm channel {self.harm!r}; known: {', '.join(CHANNELS)}")
        least = 2 if self.baseline == "rloo" else 1
        if self.episodes < least:
            because = "; the baseline rloo compares episodes with each other" * (least == 2)
            raise ValueError(f"episodes must be at least {least}, got {self.episodes}{because}")
        for name in ("updates", "envs", "micro_batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name in ("lr", "patience", "clip", "seconds", "env_steps"):
            value = getattr(self, name)
            if value is not None and not (value > 0 and math.isfinite(value)):
                raise ValueError(f"{name} must be a number more than 0, got {value}")
        for name in ("entropy", "kl"):
            value = getattr(self, name)
            if not (value >= 0 and math.isfinite(value)):
                raise ValueError(f"{name} must be a number, 0 or more, got {value}")
        if self.lr > LARGEST_STEP:
            raise ValueError(f"lr must be at most {LARGEST_STEP:g}, got {self.lr}")
        if not 0 <= self.gamma <= 1:
            raise ValueError(f"gamma must be from 0 to 1, got {self.gamma}")
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"seed must be from 0 to {SEEDS - 1}, got {self.seed}")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain data."""
        return asdict(self)


def _check_kinds(settings: Settings) -> None:
    """Refuse values of another type, as an edited file may have them."""
    for field in fields(settings):
        kind, _, none = str(field.type).partition(" | ")
        value, (allowed, words) = getattr(settings, field.name), KINDS[kind]
        if isinstance(value, bool) or not (isinstance(value, allowed) or (none and value is None)):
            raise ValueError(f"{field.name} must be {words}, got {value!r}")


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return what differs between two runs' records, but for what is free, in words."""
    try:
        before, after = dict(_flat(old)), dict(_flat(new))
    except RecursionError:  # people may edit what is read
        return ["it nests too deeply"]
    names = [name for name in before | after if name.rpartition(".")[2] not in FREE]
    return [
        f"{name} was {before.get(name)!r}, is {after.get(name)!r}"
        for name in names
        if before.get(name) != after.get(name)
    ]


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, list(value) if isinstance(value, tuple) else value
