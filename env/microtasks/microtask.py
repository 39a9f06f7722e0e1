"""One micro-task: a function to write, and what it has to return for which inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Any

import numpy as np

from env.microtasks.families import Family
from env.microtasks.inputs import draw_arguments
from env.microtasks.misses import compiled
from env.trial import LONGEST_OUTPUT, Arguments

CALLS = 8
"""Inputs on which a function is tried."""
DRAWN = 48
"""Inputs among which these are chosen."""
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
    """Draw a micro-task of a family; None where what was drawn asks for nothing.

    So it is where a constant would solve it, or the earlier function as it is, or an answer
    that does without the earlier function.

    Args:
        family: Which one.
        rng: Draws what is in braces, and the inputs.
        earlier: The function of the same life that it takes, and what that does.
        life: How long the life is already: more numbers are there for names that say nothing.
    """
    used, does = earlier or ("", _itself)
    drawn = {
        "k": int(rng.integers(2, 10)),
        "m": int(rng.integers(2, 10)),
        "i": int(rng.integers(10, 100 + 10 * life)),
        "c": LETTERS[int(rng.integers(len(LETTERS)))],
        "f": used,
    }
    expression = family.expression.format(**{**drawn, "f": "before"})
    code, near = compiled(family.parameters, expression)
    # The expression is a row of our own table, and knows nothing but the earlier function.
    answer, *misses = eval(code, {"before": does})
    idle = [eval(code, {"before": _itself})[0]] if family.needs_earlier else []
    idle += [does] if family.is_repair else []
    chance = Random(int(rng.integers(1 << 62)))
    closes = cycle(close for number in near for close in (number, None))
    several = [draw_arguments(family.parameters, chance, each) for each in islice(closes, DRAWN)]
    inputs = _telling(several, answer, idle, misses)
    if inputs is None:
        return None
    chance.shuffle(inputs)
    return MicroTask(
        family=family,
        name=family.name.format(**drawn),
        demand=family.demand.format(**drawn),
        answer=answer,
        inputs=tuple(inputs),
        expected=tuple(f"%.{LONGEST_OUTPUT}r" % (answer(*each),) for each in inputs),
    )


def _telling(
    several: Sequence[Arguments],
    answer: Function,
    idle: Sequence[Function],
    misses: Sequence[Function],
) -> list[Arguments] | None:
    """Choose inputs that tell an answer from what is none.

    A near miss that none of the inputs tells apart is held to be as right as the answer.

    Args:
        several: Inputs.
        answer: What is right.
        idle: What must not be right: None is returned where it is, as where constants are.
        misses: What is nearly right.
    """
    right = [answer(*each) for each in several]
    places = range(len(right))
    constant = {place for place in places if right[place] != right[0]}
    told = [constant, *(_told(several, right, each) for each in idle)]
    if not all(told):
        return None
    told += filter(None, (_told(several, right, each) for each in misses))
    chosen = [0]
    told = [each for each in told if 0 not in each]
    while told:
        best = max(places, key=lambda place: sum(place in each for each in told))
        chosen.append(best)
        told = [each for each in told if best not in each]
    others = (place for place in places if place not in chosen)
    chosen += islice(others, max(CALLS - len(chosen), 0))
    return [several[place] for place in chosen]


def _told(several: Sequence[Arguments], right: Sequence[object], other: Function) -> set[int]:
    """Return which inputs tell another function from the answer."""
    return {place for place, each in enumerate(several) if _result(other, each) != right[place]}


def _result(function: Function, arguments: Arguments) -> object:
    """Return what a function gives; what it raises is like no result."""
    try:
        return function(*arguments)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return error


def _itself(x: int) -> int:
    return x
