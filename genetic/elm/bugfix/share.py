"""How often one change repairs a function."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from autoagent.statistics import Estimate, share
from genetic.elm.bugfix.looker import Looker
from genetic.elm.bugfix.problem import Problem
from genetic.elm.operators import Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What came of changing a function many times, each time anew.

    Attributes:
        samples: How many changes there were.
        applied: How many changes made a program: an answer of a model may hold no edit that fits.
        distinct: How many different programs they made: only these are run.
        valid: How many changes made a program that could be called.
        repairs: The different programs that are right for every input, each with how many changes
            made it.
    """

    samples: int
    applied: int
    distinct: int
    valid: int
    repairs: Mapping[str, int]

    @property
    def repaired(self) -> int:
        """How many changes made a program that is right for every input."""
        return sum(self.repairs.values())

    @property
    def estimate(self) -> Estimate:
        """The share of repairs, with its interval."""
        return share(self.repaired, self.samples)


def repaired(
    problem: Problem, bugs: int, operator: Operator, looker: Looker, *, samples: int, seed: int
) -> Share:
    """Change a function with bugs, and count how often that repairs it.

    Raises:
        ValueError: It has not so many bugs.
        LLMError: The operator's model gave no answer.
    """
    broken = problem.broken(bugs)
    made: Counter[str] = Counter()
    for sample in range(samples):
        key = f"{problem.name}.{bugs}.{sample}"
        variation = operator.vary(broken, random.Random(f"{seed}:{key}"), key)
        if variation.program is not None:
            made[variation.program] += 1
    programs = list(made)
    rights = dict(zip(programs, looker.right(programs), strict=True))
    return Share(
        samples=samples,
        applied=made.total(),
        distinct=len(made),
        valid=sum(made[each] for each, right in rights.items() if isinstance(right, int)),
        repairs={each: made[each] for each, n in rights.items() if n == len(problem.inputs)},
    )
