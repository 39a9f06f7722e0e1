"""Lesions: radiation at its worst, a hit that surely breaks a method."""

from __future__ import annotations

from collections.abc import Sequence

from autoagent.effects import Hit
from env.hazards.hazard import Scene

GENES = ("step", "execute_code")
BROKEN = "?"
"""No definition that begins with it compiles."""


class Lesion:
    """Breaks one of the methods that the organism's loop uses.

    Effect: in each step, with probability `rate` x difficulty, one of `genes`, drawn evenly, loses
    its first character, and raises at its next use. Simpler than radiation: a small and exact model
    of the whole environment can be written down (see `env.edits.model`).

    Args:
        rate: Probability of a hit in a step at difficulty 1.
        genes: Which methods.

    Raises:
        ValueError: The rate is no probability, or no gene is named.
    """

    name = "lesion"

    def __init__(self, rate: float = 0.1, genes: Sequence[str] = GENES) -> None:
        if not 0 <= rate <= 1:
            raise ValueError(f"lesion: rate must be from 0 to 1, got {rate}")
        if not genes:
            raise ValueError("lesion: name at least one method that may be hit")
        self.rate = rate
        self.genes = tuple(genes)
        self._broken = 0

    @property
    def vital(self) -> float:
        """The share of its methods that are whole."""
        return 1.0 - self._broken / len(self.genes)

    @property
    def demand(self) -> str:
        """Nobody is told: the damage shows in the genome."""
        return ""

    def begin(self, scene: Scene) -> None:
        """Start without damage."""
        self._broken = 0

    def strike(self, scene: Scene) -> tuple[Hit, ...]:
        """Draw whether a method is hit, and which."""
        if scene.rng.random() >= self.rate * scene.difficulty:
            return ()
        return (Hit(self.genes[int(scene.rng.integers(len(self.genes)))], 0, BROKEN),)

    def judge(self, scene: Scene) -> str | None:
        """Count what is broken; it kills through what it breaks."""
        sources = scene.genome.sources
        self._broken = sum(sources.get(gene, BROKEN).startswith(BROKEN) for gene in self.genes)
        return None
