"""A program that the search has bred, and how it came to be."""

from __future__ import annotations

from dataclasses import dataclass

from genetic.fitness import Fitness
from genetic.translate.judge import Judgement


@dataclass(frozen=True, slots=True)
class Lesson:
    """A mend that made a program better: something to learn from.

    Attributes:
        prompt: What the model was asked.
        worse: The program before.
        feedback: What the model was told of it.
        better: The program after.
        before: The fitness of the one.
        after: The fitness of the other.
    """

    prompt: str
    worse: str
    feedback: str
    better: str
    before: Fitness
    after: Fitness


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A program and the seed that led to it; ordered by fitness.

    Attributes:
        name: Island, generation and number of its birth.
        seed: Everything random in its birth followed from it.
        program: Its text.
        judgement: What it is worth.
        model: Which model was asked for it.
        calls: Questions that its birth took.
        lessons: What can be learnt from its birth.
        before: What the program was worth that it was mended from.
        remark: What is to be said of the answer that it stands in: that it broke off, say.
        parents: The names of those that it was made of.
    """

    name: str
    seed: int
    program: str
    judgement: Judgement
    model: int = 0
    calls: int = 0
    lessons: tuple[Lesson, ...] = ()
    before: Judgement | None = None
    remark: str = ""
    parents: tuple[str, ...] = ()

    @property
    def fitness(self) -> Fitness:
        """How good it is."""
        return self.judgement.fitness

    def __lt__(self, other: Candidate) -> bool:
        return self.fitness < other.fitness
