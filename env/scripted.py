"""Policies without a model, as bounds: what an answer is worth that understands nothing, or all.

A measure is worth something where the first four starve, and the solver does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from env.microtasks import FAMILIES, solution
from env.survival import Observation

Script = Callable[[Observation, int], str]
"""Returns what is answered to an observation; a number is there for what shall vary."""
_STEMS = "|".join(each.name.partition("{")[0] for each in FAMILIES if each.is_opaque)
OPAQUE = re.compile(rf"^def ((?:{_STEMS})\d+)\(", re.MULTILINE)
"""Functions in a genome that later tasks ask for again."""
SIGNATURE = re.compile(r"(?:Write a|Change your) function (\w+\([\w, ]+\))")


def _prose(observed: Observation, number: int) -> str:
    return "I feel well today, and look forward to whatever comes next."


def _nothing(observed: Observation, number: int) -> str:
    return "x = 1"


def _same(observed: Observation, number: int) -> str:
    return "def double(x):\n    return x * 2"


def _constants(observed: Observation, number: int) -> str:
    return f"def f():\n    return {number}"


def _templates(observed: Observation, number: int) -> str:
    return f"def f(x):\n    return [x, {number}]"


def _guesses(observed: Observation, number: int) -> str:
    asked = SIGNATURE.findall(observed["query"])
    return f"def {asked[-1] if asked else 'f(x)'}:\n    return {number % 10}"


def _solves(observed: Observation, number: int) -> str:
    return solution(observed["query"]) or _nothing(observed, number)


def _solves_and_breaks(observed: Observation, number: int) -> str:
    broken = [f"def {name}(x):\n    return 0\n" for name in OPAQUE.findall(observed["genome"])]
    return "".join(broken) + _solves(observed, number)


SCRIPTS: Mapping[str, Script] = {
    "prose": _prose,
    "nothing": _nothing,
    "same": _same,
    "constants": _constants,
    "templates": _templates,
    "guesses": _guesses,
    "breaks-itself": _solves_and_breaks,
    "solver": _solves,
}
"""What is answered, by name: a sentence; ``x = 1``; one function again and again; a new constant
each time; a function of its input that is a new one each time; a constant under the name that is
asked for; what is asked for, by one who breaks earlier functions; what is asked for."""
