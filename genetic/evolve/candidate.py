"""A text that a search has bred, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.programs.evaluator import Evaluation


@dataclass(frozen=True, slots=True)
class Lesson:
    """An answer that made a text better: something to learn from.

    Attributes:
        prompt: What the model was asked.
        answer: What it said.
        before: The score of what it was to be better than; None if that had none.
        after: The score of what came of it.
    """

    prompt: str
    answer: str
    before: float | None
    after: float


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A text, ordered by its score; what has none is worse than all that have.

    Attributes:
        name: Island, generation and number of its birth.
        program: The text.
        evaluation: What it is worth.
        parents: The names of those that the model was shown, what was to be improved first.
        model: Which model was asked.
        calls: Questions that its birth took, those of whoever judges it included.
        thinking: What the model said besides.
        lessons: What can be learnt from its birth.
        was_judged: Whether it is a new text at all; if no answer had one, it has its parent's.
    """

    name: str
    program: str
    evaluation: Evaluation
    parents: tuple[str, ...] = ()
    model: int = 0
    calls: int = 0
    thinking: str = ""
    lessons: tuple[Lesson, ...] = ()
    was_judged: bool = True

    @property
    def score(self) -> float | None:
        """The higher, the better."""
        return self.evaluation.score

    def __lt__(self, other: Candidate) -> bool:
        if other.score is None:
            return False
        return self.score is None or self.score < other.score
