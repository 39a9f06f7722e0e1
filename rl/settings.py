"""How a policy is trained, and which of it a resumed run may change."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from rl.baselines import COMPARING, check_baseline, open_baseline
from rl.harm import CHANNELS, Constraint
from rl.learner import Learner
from rl.policies.policy import Policy
from rl.reinforce import Reinforce
from rl.schedule import Schedule
from rl.seeding import SEEDS

FREE = {
    "": ("epochs", "micro_batch"),
    "training": ("updates", "seconds", "env_steps", "envs", "micro_batch", "patience"),
}
"""Settings that decide how long and on what machine, but not what is learned, by the part of the
record that they stand in: training has a part of its own, fine-tuning has none."""

WEIGHTS = ("weights.", "policy.weights.")
"""What fingerprints of weights stand behind, in the record of a fine-tuning and of a training."""

LARGEST_STEP = 100.0
"""Of Adam, whose steps are about as long as its rate."""

KINDS: dict[str, tuple[Any, str]] = {
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "str": (str, "a text"),
    "bool": (bool, "true or false"),
}
"""Types of settings, as they are annotated, and in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings(ABC):
    """How a policy is trained, whatever it is that learns.

    Attributes:
        updates: Most updates, those before a resume included.
        episodes: Complete episodes for each update.
        envs: Environments side by side.
        group: How many episodes, one after the other, begin in the same state and are compared
            with each other; with 1 each begins in a state of its own, and all are compared.
        lead: After how many steps of a life of the policy a group begins; 0 means at birth.
        lr: Step size of Adam.
        clip: Largest norm of a gradient; None leaves it as it is.
        epochs: How often the episodes of an update are learned from.
        horizon: The update in which what changes on the way arrives at its end.
        micro_batch: Turns that are scored at once.
        seed: Everything random follows from it.
        patience: Seconds after which an environment that does not answer is replaced.
        seconds: Most seconds of training, those before a resume included; None is no bound. An
            update whose lives exceed them is made again when more are given; learning from lives
            that are complete may exceed them.
        env_steps: Most steps of environments; None is no bound. Exceeded by one update at most.
    """

    updates: int = 100
    episodes: int = 16
    envs: int = 8
    group: int = 1
    lead: int = 0
    lr: float = 1e-3
    clip: float | None = None
    epochs: int = 1
    horizon: int | None = None
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
        check_kinds(self)
        self.check()

    @abstractmethod
    def learner(self, policy: Policy) -> Learner:
        """Return what teaches a policy by these settings."""

    def check(self) -> None:
        """Raise ValueError if a value is out of range, or means nothing beside the others."""
        at_least(1, self, "updates", "episodes", "envs", "group", "epochs", "micro_batch")
        positive(self, "lr", "clip", "patience", "seconds", "env_steps")
        bounded_step(self, "lr")
        if self.lead < 0:
            raise ValueError(f"lead must be a number, 0 or more, got {self.lead}")
        if self.horizon is not None and self.horizon < 2:
            raise ValueError(f"horizon must be at least 2, got {self.horizon}")
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"seed must be from 0 to {SEEDS - 1}, got {self.seed}")
        if rest := self.episodes % self.group:
            near = self.episodes + self.group - rest
            raise ValueError(
                f"episodes must be a multiple of group, which is {self.group}, got "
                f"{self.episodes}; {near} would do"
            )
        if self.lead and self.group == 1:
            raise ValueError(f"lead is for groups, but group is 1; got lead {self.lead}")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(RunSettings):
    """How a policy is trained by REINFORCE; see `RunSettings` for the rest.

    Attributes:
        baseline: One of `rl.baselines.BASELINES`.
        gamma: Discount of rewards for each turn.
        lr_end: Step size from update `horizon` on; None means that it stays.
        entropy: Weight of the entropy bonus.
        entropy_end: Its weight from update `horizon` on; None means that it stays.
        entropy_floor: Nats beyond which a token's entropy earns no bonus; None sets no bound.
        kl: Weight of the divergence from the reference in the reward.
        normalise: Whether advantages are brought to zero mean and unit deviation.
        epochs: Steps on the episodes of an update; more than one needs `ratio_clip`.
        ratio_clip: Bound of likelihood ratios, see `rl.ratios`; None takes log-likelihoods.
        minibatch: Turns of each step, drawn anew in each epoch; None takes all of them at once.
        importance_cap: Largest weight of a token by the mismatch between sampling and training;
            None weighs nothing.
        harm: One of `rl.harm.CHANNELS`: whether harm is learned from as a reward, or has a price.
    """

    baseline: str = "rloo"
    gamma: float = 0.99
    lr_end: float | None = None
    entropy: float = 0.0
    entropy_end: float | None = None
    entropy_floor: float | None = None
    kl: float = 0.0
    normalise: bool = False
    ratio_clip: float | None = None
    minibatch: int | None = None
    importance_cap: float | None = None
    harm: str = "reward"

    def learner(self, policy: Policy) -> Reinforce:
        """Return REINFORCE by these settings."""
        over = self.horizon or 1
        return Reinforce(
            policy,
            open_baseline(self.baseline, policy, self.seed, self.group),
            lr=Schedule(self.lr, self.lr_end, over),
            gamma=self.gamma,
            entropy=Schedule(self.entropy, self.entropy_end, over),
            entropy_floor=self.entropy_floor,
            kl=self.kl,
            clip=self.clip,
            normalise=self.normalise,
            epochs=self.epochs,
            ratio_clip=self.ratio_clip,
            minibatch=self.minibatch,
            importance_cap=self.importance_cap,
            micro_batch=self.micro_batch,
            seed=self.seed,
            constraint=Constraint() if self.harm == "constraint" else None,
        )

    def check(self) -> None:
        """Raise ValueError if a value is out of range, or means nothing beside the others."""
        check_baseline(self.baseline)
        if self.harm not in CHANNELS:
            raise ValueError(f"unknown harm channel {self.harm!r}; known: {', '.join(CHANNELS)}")
        RunSettings.check(self)
        positive(self, "lr_end", "entropy_floor", "ratio_clip", "importance_cap")
        bounded_step(self, "lr_end")
        for name in ("entropy", "entropy_end", "kl"):
            value = getattr(self, name)
            if value is not None and not (value >= 0 and math.isfinite(value)):
                raise ValueError(f"{name} must be a number, 0 or more, got {value}")
        if self.ratio_clip is not None and not self.ratio_clip < 1:
            raise ValueError(f"ratio_clip must be below 1, got {self.ratio_clip}")
        if self.minibatch is not None:
            at_least(1, self, "minibatch")
        if not 0 <= self.gamma <= 1:
            raise ValueError(f"gamma must be from 0 to 1, got {self.gamma}")
        self._check_together()

    def _check_together(self) -> None:
        """Refuse settings that mean nothing without another one."""
        if self.baseline in COMPARING and self.episodes < 2:
            raise ValueError(
                f"episodes must be at least 2, got {self.episodes}; the baseline {self.baseline} "
                "compares episodes"
            )
        if self.group > 1 and self.baseline not in COMPARING:
            raise ValueError(
                f"group is for baselines that compare lives, {' and '.join(COMPARING)}; the "
                f"baseline {self.baseline} does not, got group {self.group}"
            )
        if self.epochs > 1 and self.ratio_clip is None:
            raise ValueError(
                f"epochs must be 1 where ratios are not clipped, got {self.epochs}; "
                "give ratio_clip, such as 0.2"
            )
        if self.minibatch is not None and self.ratio_clip is None:
            raise ValueError(
                f"minibatch makes several steps, which need clipped ratios, got {self.minibatch}; "
                "give ratio_clip, such as 0.2"
            )
        if self.entropy_floor is not None and not (self.entropy or self.entropy_end):
            raise ValueError("entropy_floor bounds the entropy bonus, which is 0; give entropy")
        for name in ("lr_end", "entropy_end"):
            if getattr(self, name) is not None and self.horizon is None:
                raise ValueError(f"{name} is arrived at in the update horizon; give horizon")


def at_least(least: int, settings: Any, *names: str) -> None:
    """Refuse values below a bound."""
    for name in names:
        if (value := getattr(settings, name)) < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")


def positive(settings: Any, *names: str) -> None:
    """Refuse values that are given and are not above 0, or not finite."""
    for name in names:
        value = getattr(settings, name)
        if value is not None and not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} must be a number more than 0, got {value}")


def bounded_step(settings: Any, name: str) -> None:
    """Refuse a step size that no training survives."""
    if (value := getattr(settings, name)) is not None and value > LARGEST_STEP:
        raise ValueError(f"{name} must be at most {LARGEST_STEP:g}, got {value}")


def check_kinds(settings: Any) -> None:
    """Refuse values of another type, as an edited file may have them."""
    for field in fields(settings):
        kind, _, none = str(field.type).partition(" | ")
        value, (allowed, words) = getattr(settings, field.name), KINDS[kind]
        fits = isinstance(value, allowed) and isinstance(value, bool) == (allowed is bool)
        if not fits and not (none and value is None):
            raise ValueError(f"{field.name} must be {words}, got {value!r}")


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return what differs between two runs' records, but for what is free, in words."""
    try:
        before, after = dict(_flat(old)), dict(_flat(new))
    except RecursionError:  # people may edit what is read
        return ["it nests too deeply"]
    # Once it was not written down which weights lay where a run found its model.
    unsaid = {name for name in after if name.startswith(WEIGHTS) and name not in before}
    names = [name for name in before | after if not _free(name) and name not in unsaid]
    return [
        f"{name} was {before.get(name)!r}, is {after.get(name)!r}"
        for name in names
        if before.get(name) != after.get(name)
    ]


def _free(name: str) -> bool:
    part, _, setting = name.rpartition(".")
    return setting in FREE.get(part, ())


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, list(value) if isinstance(value, tuple) else value
