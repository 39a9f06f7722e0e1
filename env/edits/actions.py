"""The survival environment with a few numbered edits as actions, for any library that trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, SupportsFloat

import gymnasium
import numpy as np
from gymnasium import spaces

from env.edits.vocabulary import HARD_STEP, Edit, source
from env.hazards import Lesion
from env.hazards.lesion import BROKEN, GENES
from env.survival import Observation, Survival
from env.v0 import Hunger, SurvivalV0

FEATURES = ("energy", "step broken", "execute_code broken", "hardened", "steps left")
Vector = np.ndarray[Any, np.dtype[np.float32]]


class EditActions(gymnasium.Wrapper[Vector, int, Observation, str]):
    """Turns a choice among `Edit` into source, and an organism into five numbers in [0, 1].

    Every edit is executed behind the wall like any answer of a model; nothing is simulated. The
    numbers are `FEATURES`, and tell the state of `env.edits.model` when the hazards are lesions and
    the hunger of version 0 without micro-tasks.

    Args:
        env: A `Survival`, perhaps wrapped.
    """

    def __init__(self, env: gymnasium.Env[Observation, str]) -> None:
        super().__init__(env)  # type: ignore[arg-type]
        self.env: Any  # what it observes is not what this wrapper does
        self.action_space: Any = spaces.Discrete(len(Edit))
        self.observation_space = spaces.Box(0.0, 1.0, (len(FEATURES),), np.float32)

    @property
    def survival(self) -> Survival:
        """The environment below."""
        inner = self.unwrapped
        assert isinstance(inner, Survival)
        return inner

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Vector, dict[str, Any]]:
        """Begin a new life."""
        observed, info = self.env.reset(seed=seed, options=options)
        return self._features(observed), info

    def step(self, action: int) -> tuple[Vector, SupportsFloat, bool, bool, dict[str, Any]]:
        """Make an edit.

        Raises:
            ValueError: There is no such edit.
        """
        if not self.action_space.contains(action):
            known = ", ".join(f"{edit.value} {edit.words}" for edit in Edit)
            raise ValueError(f"no edit has the number {action!r}; there are: {known}")
        text = f"```python\n{source(Edit(int(action)), self.survival.steps)}```"
        observed, reward, terminated, truncated, info = self.env.step(text)
        return self._features(observed), reward, terminated, truncated, info

    def get_state(self) -> dict[str, Any]:
        """Return the life so far, see `Survival.get_state`."""
        return self.survival.get_state()

    def set_state(self, state: Mapping[str, Any]) -> Vector:
        """Become the life that a state tells of, see `Survival.set_state`."""
        return self._features(self.survival.set_state(state))

    def _features(self, observed: Observation) -> Vector:
        survival = self.survival
        genes = survival.genes
        broken = [genes.get(gene, BROKEN).startswith(BROKEN) for gene in GENES]
        hard = genes.get("step", "")[1:] == HARD_STEP[1:]
        left = observed["vitals"][0]
        return np.array([survival.vitals.get("hunger", 1.0), *broken, hard, left], np.float32)


def survival_edits(
    *, rate: float = 0.2, energy: int = 4, snack: int = 2, max_steps: int = 64, **settings: Any
) -> EditActions:
    """Return the environment that is registered as ``autoagent/SurvivalEdits-v0``.

    Args:
        rate: Probability of a lesion in each step.
        energy: Steps that a life lasts without food.
        snack: Steps that a new function feeds for.
        max_steps: Steps after which a life is truncated.
        settings: Other arguments of `Survival`.
    """
    hazards = settings.pop("hazards", None)
    if hazards is None:
        hunger = Hunger(energy=energy, snack=snack, pose=False)
        hazards = [hunger, Lesion(rate=rate)]
    return EditActions(SurvivalV0(hazards=hazards, max_steps=max_steps, **settings))
