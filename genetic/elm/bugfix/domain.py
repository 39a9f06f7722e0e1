"""Functions with bugs as a domain: how many inputs they get right, by length and by change."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from genetic.elm.bugfix.looker import Looker
from genetic.elm.bugfix.problem import PARITY, QUADRATIC, Problem
from genetic.elm.domain import Axis, Judged
from genetic.elm.languages import PYTHON

LONGEST = 100


class BugFix:
    """Repairs of one function; see `genetic.elm.domain.Domain`.

    Args:
        problem: The function.
        bugs: How many bugs it begins with.
        together: How many programs share a guest.
    """

    axes = (
        Axis(name="tokens", low=0, high=LONGEST, niches=20),
        Axis(name="tokens changed", low=0, high=20, niches=20),
    )
    objective = "share of inputs that are right"

    def __init__(self, problem: Problem, bugs: int, *, together: int) -> None:
        self.name = f"{problem.name}:{bugs}"
        self.together = together
        self.task = problem.task
        self.function = problem.function
        broken = problem.broken(bugs)
        self.seeds = {"broken": broken}
        self._tokens = _tokens(broken)
        self._inputs = len(problem.inputs)
        self._looker = Looker(problem, together=together)

    def judge(self, programs: Sequence[str]) -> list[Judged]:
        """Return how good each function is."""
        rights = self._looker.right(programs)
        return [self._judged(each, right) for each, right in zip(programs, rights, strict=True)]

    def close(self) -> None:
        """End the guests."""
        self._looker.close()

    def _judged(self, program: str, right: int | str) -> Judged:
        if isinstance(right, str):
            return Judged(fault=right)
        tokens = _tokens(program)
        matching = SequenceMatcher(None, self._tokens, tokens, autojunk=False).get_matching_blocks()
        same = sum(block.size for block in matching)
        changed = max(len(tokens), len(self._tokens)) - same
        return Judged(objective=right / self._inputs, measures=(len(tokens), changed))


def open_parity(variant: str | None, together: int) -> BugFix:
    """Open 4-parity with 1 to 5 bugs, as ``parity:3``.

    Raises:
        ValueError: There are not so many bugs.
    """
    return _opened(PARITY, variant, together)


def open_quadratic(variant: str | None, together: int) -> BugFix:
    """Open the quadratic with 1 or 2 bugs, as ``quadratic:2``.

    Raises:
        ValueError: There are not so many bugs.
    """
    return _opened(QUADRATIC, variant, together)


def _opened(problem: Problem, variant: str | None, together: int) -> BugFix:
    if variant is not None and not (variant.isascii() and variant.isdigit()):
        raise ValueError(f"{problem.name}: {variant!r} is no number of bugs")
    return BugFix(problem, int(variant or 1), together=together)


def _tokens(program: str) -> list[str]:
    return [token.text for token in PYTHON.changeable(program) if token.text.strip()]
