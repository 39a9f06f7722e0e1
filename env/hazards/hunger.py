"""Hunger: energy falls, and only solved tasks feed."""

from __future__ import annotations

import math

from autoagent.effects import Hit
from env.hazards.hazard import Scene
from env.microtasks import Course, MicroTask
from env.trial import parameters, together, trial


class Hunger:
    """Starves whoever does not solve the micro-tasks that are posed, in time.

    Effect: energy falls by difficulty in each step, whatever is answered, and at 0 the organism
    starves. Solving the micro-task that is posed fills it up, and the next one is posed and told at
    once. So whoever solves each task within `energy` / difficulty steps (rounded up) lives on, at
    any difficulty, and nothing else helps: the host runs the function that was asked for in a fresh
    instance, on inputs that it chooses and for which no constant is right.

    Args:
        energy: What a life begins with, and what a solved task fills it up to.

    Attributes:
        left: The energy that is left.
        solved: Micro-tasks that were solved in this life.
        posed: The micro-task that is posed now; None before any life.

    Raises:
        ValueError: It is not more than 0, or not finite.
    """

    name = "hunger"

    def __init__(self, energy: float = 8.0) -> None:
        if not 0 < energy < math.inf:
            raise ValueError(f"hunger: energy must be finite and more than 0, got {energy}")
        self.energy = energy
        self.left = energy
        self.solved = 0
        self.posed: MicroTask | None = None
        self._course: Course

    @property
    def vital(self) -> float:
        """The share of energy that is left."""
        return max(self.left, 0.0) / self.energy

    @property
    def demand(self) -> str:
        """The micro-task, in words."""
        return self.posed.demand if self.posed else ""

    def begin(self, scene: Scene) -> None:
        """Start with full energy, and pose the first micro-task."""
        self.left, self.solved = self.energy, 0
        self._course = Course(scene.split, int(scene.rng.integers(1 << 62)))
        self.posed = self._course.pose()

    def strike(self, scene: Scene) -> tuple[Hit, ...]:
        """Hunger damages nothing."""
        return ()

    def judge(self, scene: Scene) -> str | None:
        """Take what the step costs, and feed whoever has solved the task."""
        self.left -= scene.difficulty
        if self.posed and _solves(scene, self.posed):
            self.left, self.solved = self.energy, self.solved + 1
            self.posed = self._course.pose()
        return "no energy is left" if self.left <= 0 else None


def _solves(scene: Scene, task: MicroTask) -> bool:
    """Tell whether the organism has the function that is asked for, as it is now."""
    sources = scene.genome.sources
    if parameters(task.name, sources.get(task.name, "")) != task.arity:
        return False
    behaviour = trial(
        scene.sandbox,
        task.name,
        together(task.name, sources),
        task.inputs,
        policy=scene.policy,
        instances=scene.instances,
    )
    return behaviour is not None and behaviour.results == task.expected
