"""What came of one task in one mode, and where that is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from autoagent.events import (
    count,
    list_of,
    mapping_of,
    maybe,
    number,
    record,
    text,
    unless_missing,
)
from autoagent.kept import Kept
from genetic.fitness import Fitness
from genetic.translate.recorder import fitness_of


class Mode(StrEnum):
    """How a program is translated."""

    ENGINE = "engine"
    BEST_OF_N = "best-of-n"
    MENDING = "mending"
    GENETIC = "genetic"
    ADAPTIVE = "adaptive"
    REX = "rex"
    AGENT = "agent"
    SKILL = "skill"
    EVOLVING_SKILL = "evolving-skill"


@dataclass(frozen=True, slots=True)
class Point:
    """How far it was after a generation, or after an agent's step.

    Attributes:
        number: Of the generation or step, from 0.
        calls: Answers of the model so far.
        tokens: What they took.
        seconds: Since it began.
        fitness: Of the best program so far, on the open inputs.
    """

    number: int
    calls: int
    tokens: int
    seconds: float
    fitness: Fitness


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one task in one mode.

    Attributes:
        task: The task's name.
        level: How hard it is.
        mode: How it was translated.
        conditions: All that decided the outcome, but for the model's answers.
        run: Id of its run in the journal.
        cause: Why it stopped.
        program: The program that was best on the open inputs; empty if there was none.
        open: Its fitness on the open inputs.
        hidden: Its fitness on the hidden inputs.
        calls: Answers of the model.
        tokens: What they took, in and out.
        seconds: How long it took.
        points: How it went.
        learning: Answers of the model in contests of a skill, beside `calls`.
        genome: What an agent's engine was made of in the end; None if it had none.
    """

    task: str
    level: str
    mode: Mode
    conditions: dict[str, Any]
    run: str
    cause: str
    program: str
    open: Fitness
    hidden: Fitness
    calls: int
    tokens: int
    seconds: float
    points: tuple[Point, ...]
    learning: int = 0
    genome: dict[str, Any] | None = None

    @property
    def seed(self) -> int:
        """What everything random followed from."""
        return int(self.conditions.get("seed", 0))

    def as_dict(self) -> dict[str, Any]:
        """The outcome as it is kept."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Outcome:
        """Return the outcome that `as_dict` made `data` from.

        Raises:
            ValueError: It is none.
        """
        if not SHAPE(data):
            raise ValueError("fields are missing or of a wrong kind")
        points = tuple(Point(**(point | _fitness(point, "fitness"))) for point in data["points"])
        known = data | _fitness(data, "open") | _fitness(data, "hidden")
        return cls(**(known | {"mode": Mode(data["mode"]), "points": points}))


POINT = record(number=count, calls=count, tokens=count, seconds=number)
SHAPE = record(
    task=text,
    level=text,
    mode=text,
    conditions=mapping_of(lambda value: True),
    run=text,
    cause=text,
    program=text,
    calls=count,
    tokens=count,
    seconds=number,
    points=list_of(POINT),
    learning=unless_missing(count),
    genome=unless_missing(maybe(mapping_of(lambda value: True))),
)


def _fitness(data: dict[str, Any], name: str) -> dict[str, Fitness]:
    fitness = fitness_of(data.get(name))
    if fitness is None:
        raise ValueError(f"{name} is no fitness")
    return {name: fitness}


class Outcomes:
    """Outcomes in a folder, a file each, found again by their conditions.

    Args:
        folder: Made if it is missing.

    Raises:
        ValueError: Nothing can be written there.
    """

    def __init__(self, folder: Path) -> None:
        self._kept = Kept(folder, Outcome.of)

    def find(self, task: str, mode: Mode, conditions: dict[str, Any]) -> Outcome | None:
        """Return the outcome under these conditions, if there is one.

        Raises:
            ValueError: Its file is damaged.
        """
        return self._kept.find(f"{task}.{mode.value}", conditions)

    def keep(self, outcome: Outcome) -> None:
        """Write an outcome down: all of it or nothing."""
        name = f"{outcome.task}.{outcome.mode.value}"
        self._kept.keep(name, outcome.conditions, outcome.as_dict())
