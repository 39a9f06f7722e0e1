"""What a hazard is, and what it may know of the life that it threatens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from autoagent.effects import Hit
from autoagent.genome import Genome
from autoagent.life import CodePolicy, Outcome
from env.instances import Fresh
from env.microtasks import Split
from sandbox.session import Sandbox


@dataclass(kw_only=True)
class Scene:
    """What hazards share in one life; a new one for each.

    Attributes:
        prompt: What the organism is told to do, beside what hazards demand.
        difficulty: Scales every hazard; at 0 there is none.
        sandbox: The wall, to try functions behind.
        policy: As for the organism.
        rng: The hazards' own random generator.
        split: Which micro-tasks are posed, where some are.
        instances: Where functions are tried behind that wall; None begins one for each trial.
        genome: The organism's definitions as they are now.
        outcome: What its last answer led to.
        step: Answers that it has had.
        hit: Names of definitions that were damaged since it asked last.
    """

    prompt: str
    difficulty: float
    sandbox: Sandbox
    policy: CodePolicy
    rng: np.random.Generator
    split: Split = "training"
    instances: Fresh | None = None
    genome: Genome = field(default_factory=Genome)
    outcome: Outcome = field(default_factory=Outcome)
    step: int = 0
    hit: frozenset[str] = frozenset()


class Hazard(Protocol):
    """Something that threatens a life.

    One object lives through many lives; `begin` starts it anew for each. Everything random
    comes from the scene, so a life is a function of its seed and its answers. What it was made
    with it keeps in attributes of the same names, so that the state of a life can tell.

    Attributes:
        name: What people call it by.
    """

    name: str

    @property
    def vital(self) -> float:
        """How well the organism is off, from 0.0 to 1.0, as far as this hazard is concerned."""
        ...

    @property
    def demand(self) -> str:
        """What the organism is told of this hazard now, if anything."""
        ...

    def begin(self, scene: Scene) -> None:
        """Start with a new life."""
        ...

    def strike(self, scene: Scene) -> tuple[Hit, ...]:
        """Return the damage that travels to the organism with its next answer."""
        ...

    def judge(self, scene: Scene) -> str | None:
        """Look at what came of an answer that was survived; return why the life ends, or None."""
        ...
