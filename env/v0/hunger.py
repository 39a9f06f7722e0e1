"""Hunger: energy falls, and only functions that do something feed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autoagent.effects import Hit
from env.hazards.hazard import Scene
from env.trial import Arguments, Behaviour, digest, parameters, together, trial
from env.v0.microtasks import MICRO_TASKS, PROBES, MicroTask

MOST_TRIALS = 4
"""Functions that are tried in one step."""
INPUTS = 6


class Hunger:
    """Starves whoever writes nothing that works.

    Effect: energy falls by difficulty in each step, and at 0 the organism starves. Only the host
    grants food, after it has run a function that the organism wrote in a fresh instance, on inputs
    that it chooses: `meal` for solving the micro-task that is posed, after which another one is
    posed (which the organism is told with its next answer); `snack` for a function that behaves
    as none before it in this life. A function that fails on every input, or gives and prints
    nothing, feeds nobody, and neither does a claim, nor what depends on addresses in memory.
    Functions that radiation has changed do not count.

    Args:
        energy: What a life begins with, and the most that it can have.
        meal: Energy for a solved micro-task.
        snack: Energy for a new behaviour.
        pose: Whether micro-tasks are posed at all; without them novelty alone feeds.

    Raises:
        ValueError: An amount is out of range; the message says which.
    """

    name = "hunger"

    def __init__(
        self, energy: float = 8.0, meal: float = 6.0, snack: float = 3.0, pose: bool = True
    ) -> None:
        for name, value in (("meal", meal), ("snack", snack)):
            if not 0 <= value < math.inf:
                raise ValueError(f"hunger: {name} must be finite and 0 or more, got {value}")
        if not 0 < energy < math.inf:
            raise ValueError(f"hunger: energy must be finite and more than 0, got {energy}")
        self.energy = energy
        self.meal = meal
        self.snack = snack
        self.pose = pose
        self.left = energy
        self._seen: set[bytes] = set()
        self._order: list[MicroTask] = []

    @property
    def vital(self) -> float:
        """The share of energy that is left."""
        return max(self.left, 0.0) / self.energy

    @property
    def posed(self) -> MicroTask | None:
        """The micro-task that is posed now; None where none is."""
        return self._order[0] if self._order else None

    @property
    def demand(self) -> str:
        """The micro-task, in words."""
        return self.posed.demand if self.posed else ""

    def begin(self, scene: Scene) -> None:
        """Start with full energy, and pose the first micro-task."""
        self.left = self.energy
        self._seen = set()
        order = scene.rng.permutation(len(MICRO_TASKS)) if self.pose else ()
        self._order = [MICRO_TASKS[i] for i in order]

    def strike(self, scene: Scene) -> tuple[Hit, ...]:
        """Hunger damages nothing."""
        return ()

    def judge(self, scene: Scene) -> str | None:
        """Take what the step costs, and grant what its functions deserve."""
        self.left -= scene.difficulty
        for name, count in self._written(scene)[:MOST_TRIALS]:
            self.left = min(self.left + self._food(scene, name, count), self.energy)
        return "no energy is left" if self.left <= 0 else None

    def _written(self, scene: Scene) -> list[tuple[str, int]]:
        """Return the plain functions of this step, and how many arguments each takes.

        The one that the posed micro-task asks for comes first, so that it is tried in any case.
        """
        posed, sources = self.posed.name if self.posed else None, scene.genome.sources
        changed = set(scene.outcome.changed) - scene.hit
        names = sorted(changed, key=lambda name: (name != posed, name))
        counts = ((name, parameters(name, sources.get(name, ""))) for name in names)
        return [(name, count) for name, count in counts if count is not None]

    def _food(self, scene: Scene, name: str, count: int) -> float:
        """Return what a function that was written in this step is worth."""
        if self._solves(scene, name, count):
            self._order.append(self._order.pop(0))
            self._noticed(scene, name, count)
            return self.meal
        return self.snack if self._noticed(scene, name, count) else 0.0

    def _solves(self, scene: Scene, name: str, count: int) -> bool:
        """Tell whether a function is what the posed micro-task asks for."""
        task = self.posed
        if task is None or task.name != name or task.parameters != count:
            return False
        inputs = [task.draw(scene.rng) for _ in range(INPUTS)]
        behaviour = _tried(scene, name, inputs)
        expected = tuple(repr(task.answer(*each)) for each in inputs)
        return behaviour is not None and behaviour.results == expected

    def _noticed(self, scene: Scene, name: str, count: int) -> bool:
        """Tell whether a function behaves as none before it did, and remember how.

        What differs where nothing but the addresses in memory do is no behaviour: any function
        could show a new one in each step.
        """
        behaviour = _tried(scene, name, PROBES[count])
        if behaviour is None or behaviour.is_blank or digest(behaviour) in self._seen:
            return False
        self._seen.add(digest(behaviour))
        return _tried(scene, name, PROBES[count], ballast=True) == behaviour


def _tried(
    scene: Scene, name: str, inputs: Sequence[Arguments], ballast: bool = False
) -> Behaviour | None:
    """Run a function of the organism, with the plain functions that it may call."""
    source = together(name, scene.genome.sources)
    scene.rng.integers(1 << 62)  # as it was published, chance is drawn here: lives stay the same
    return trial(
        scene.sandbox,
        name,
        source,
        inputs,
        ballast=ballast,
        policy=scene.policy,
        instances=scene.instances,
    )
