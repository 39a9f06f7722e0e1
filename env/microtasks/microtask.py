"""One micro-task: a function to write, and what it has to return for which inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from env.microtasks.families import Family
from env.microtasks.inputs import draw_arguments
from env.trial import LONGEST_OUTPUT, Arguments

CALLS = 8
"""Inputs on which a function is tried."""
MOST_DRAWS = 20
"""Draws of inputs after which an answer is held to be a constant."""
LETTERS = "aeioumnst"
Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class MicroTask:
    """A function to write.

    Attributes:
        family: Where it is drawn from.
        name: What the function must be called.
        demand: What the organism is told.
        answer: What the function must do.
        inputs: Arguments of calls; not all of them have the same result, so no constant is right.
        expected: The `repr` of each result, as a trial tells it.
    """

    family: Family
    name: str
    demand: str
    answer: Function
    inputs: tuple[Arguments, ...]
    expected: tuple[str, ...]

    @property
    def arity(self) -> int:
        """How many arguments the function takes."""
        return self.family.parameters.count(",") + 1


def draw_task(
    family: Family, rng: np.random.Generator, earlier: tuple[str, Function] | None, life: int
) -> MicroTask | None:
    """Draw a micro-task of a family; None where a constant would solve what was drawn.

    Args:
        family: Which one.
        rng: Draws what is in braces, and the inputs.
        earlier: The function of the same life that it takes, and what that does.
        life: How long the life is already: more numbers are there for names that say nothing.
    """
    used, does = earlier or ("", None)
    drawn = {
        "k": int(rng.integers(2, 10)),
        "m": int(rng.integers(2, 10)),
        "i": int(rng.integers(10, 100 + 10 * life)),
        "c": LETTERS[int(rng.integers(len(LETTERS)))],
        "f": used,
    }
    # The expression is a row of our own table, and knows nothing but the earlier function.
    names = {used: does, "before": does}
    answer = eval(f"lambda {family.parameters}: {family.expression.format(**drawn)}", names)
    examined = _examined(answer, family.parameters, rng)
    if examined is None:
        return None
    inputs, expected = examined
    return MicroTask(
        family=family,
        name=family.name.format(**drawn),
        demand=family.demand.format(**drawn),
        answer=answer,
        inputs=inputs,
        expected=expected,
    )


def _examined(
    answer: Function, parameters: str, rng: np.random.Generator
) -> tuple[tuple[Arguments, ...], tuple[str, ...]] | None:
    """Draw inputs for which not all answers are the same, and return both, if there are some."""
    for _ in range(MOST_DRAWS):
        inputs = tuple(draw_arguments(parameters, rng) for _ in range(CALLS))
        expected = tuple(f"%.{LONGEST_OUTPUT}r" % (answer(*each),) for each in inputs)
        if len(set(expected)) > 1:
            return inputs, expected
    return None
