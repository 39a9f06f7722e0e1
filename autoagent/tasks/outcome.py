"""What came of one life with one task."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from autoagent.death import Cause
from autoagent.events import count, integer, mapping_of, number, record, text
from autoagent.known import known

NO_DEATHS = {Cause.FINISHED.value, Cause.GAVE_UP.value, "budget"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one life with one task.

    Attributes:
        task: The task's name.
        kind: What it is about.
        level: How hard it is.
        model: Who answered.
        genome: The name of what the life began with.
        seed: What the task was drawn with.
        conditions: All that decided the outcome, but for the model's answers.
        run: Id of its run in the journal.
        cause: How it ended.
        wrong: Why the task is not solved; empty if it is.
        steps: Answers that were given to the organism.
        tokens: What all attempts at answers took, in and out.
        seconds: How long it took.
    """

    task: str
    kind: str
    level: str
    model: str
    genome: str
    seed: int
    conditions: dict[str, Any]
    run: str
    cause: str
    wrong: str
    steps: int
    tokens: int
    seconds: float

    @property
    def solved(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    @property
    def died(self) -> bool:
        """Whether it died of something."""
        return self.cause not in NO_DEATHS

    @property
    def side(self) -> str:
        """Who it was, of those that are compared."""
        return f"{self.model}/{self.genome}"

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as it is kept."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Outcome:
        """Return the outcome that `as_dict` made `data` from.

        Raises:
            ValueError: It is none.
        """
        if not SHAPE(data):
            raise ValueError("fields are missing or of a wrong kind")
        return cls(**known(cls, data))


SHAPE = record(
    task=text,
    kind=text,
    level=text,
    model=text,
    genome=text,
    seed=integer,
    conditions=mapping_of(lambda value: True),
    run=text,
    cause=text,
    wrong=text,
    steps=count,
    tokens=count,
    seconds=number,
)
