"""The micro-tasks of one life, one after the other, from easy to hard."""

from __future__ import annotations

import numpy as np

from env.microtasks.families import LEVELS, Family, Split, families
from env.microtasks.microtask import Function, MicroTask, draw_task

RAMP = 4
"""Tasks of each level, one level after the other; then all levels are mixed."""
MOST_DRAWS = 20
"""Draws of a family after which it is held to have no more to offer."""


class Course:
    """Poses micro-tasks; which ones follows from its chance alone, and not from who solves them.

    No two functions of a life have the same name, but for repairs. A task that takes an earlier
    function takes one that was posed, and so solved, in the same life.

    Args:
        split: Which families tasks are drawn from.
        seed: What all its chance follows from.
    """

    def __init__(self, split: Split, seed: int) -> None:
        self._split = split
        self._rng = np.random.default_rng(seed)
        self._bags: dict[int, list[Family]] = {level: [] for level in LEVELS}
        self._names: set[str] = set()
        self._posed = 0
        self._earlier: dict[str, Function] = {}
        self._unrepaired: list[str] = []

    def pose(self) -> MicroTask:
        """Return the next task; those before it are solved."""
        level = 1 + self._posed // RAMP
        if level > LEVELS[-1]:
            level = int(self._rng.integers(LEVELS[0], LEVELS[-1] + 1))
        task = self._fresh(self._family(level))
        self._posed += 1
        self._names.add(task.name)
        if task.family.is_repair:
            self._unrepaired.remove(task.name)
            self._earlier[task.name] = task.answer
        elif task.family.is_opaque:
            self._unrepaired.append(task.name)
            self._earlier[task.name] = task.answer
        return task

    def _family(self, level: int) -> Family:
        """Return the next family of a level, each once before any comes again."""
        if not self._bags[level]:
            known = families(self._split, level)
            self._bags[level] = [known[i] for i in self._rng.permutation(len(known))]
        wanted = self._bags[level][-1]
        usable = self._unrepaired if wanted.is_repair else self._earlier
        if wanted.needs_earlier and not usable:
            return self._opaque()  # which is what it waits for
        return self._bags[level].pop()

    def _opaque(self) -> Family:
        """Draw a family whose functions later tasks can take."""
        known = [each for level in LEVELS for each in families(self._split, level)]
        opaque = [each for each in known if each.is_opaque]
        return opaque[int(self._rng.integers(len(opaque)))]

    def _fresh(self, family: Family) -> MicroTask:
        """Draw a task that asks for something, and whose name was not posed before."""
        for _ in range(MOST_DRAWS):
            task = draw_task(family, self._rng, self._chosen(family), self._posed)
            if task and (family.is_repair or task.name not in self._names):
                return task
        return self._fresh(self._opaque())

    def _chosen(self, family: Family) -> tuple[str, Function] | None:
        """Draw which earlier function a task takes, if it takes one."""
        if not family.needs_earlier:
            return None
        names = self._unrepaired if family.is_repair else list(self._earlier)
        name = names[int(self._rng.integers(len(names)))]
        return name, self._earlier[name]
