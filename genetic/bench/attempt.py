"""A skill with which an agent has its translations judged."""

from __future__ import annotations

import random
from typing import Any

from autoagent.asker import derived
from autoagent.skills import SkillContext, SkillError
from genetic.search.text import cut
from genetic.search.watcher import Best, Unwatched
from genetic.translate.candidate import Candidate
from genetic.translate.feedback import quote
from genetic.translate.judge import LONGEST_PROGRAM, Judge, Judgement

LONGEST_FEEDBACK = 1_000
"""Characters of what is told of a program."""


class Attempt:
    """Judges programs on the open inputs, and keeps the best; a `autoagent.skills.Skill`.

    It is made for one run, with what that run may know.

    Args:
        judge: Judges programs.
    """

    name = "attempt"
    description = (
        "self.use('attempt', program='...') compiles and runs a C program, and returns a text: "
        "what is wrong with it, and its score"
    )
    cost = 0.0

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._best = Best(Unwatched[Candidate](), self._judged(""))

    def call(self, arguments: dict[str, Any], context: SkillContext) -> str:
        """Return what is wrong with ``program``, and last its score.

        Raises:
            SkillError: The program is no text, or too long.
        """
        program = arguments.get("program")
        if set(arguments) != {"program"} or not isinstance(program, str):
            raise SkillError("attempt: give program='...', the text of a C program, and no more")
        if len(program) > LONGEST_PROGRAM:
            raise SkillError(f"attempt: the program is longer than {LONGEST_PROGRAM} characters")
        candidate = self.take(program)
        rng = random.Random(derived(context.seed, f"attempt {len(context.history)}"))
        return told(candidate.judgement, rng)

    def take(self, program: str) -> Candidate:
        """Judge a program, and keep it if it is the best."""
        candidate = self._judged(program)
        self._best.judged(candidate)
        return candidate

    @property
    def best(self) -> Candidate:
        """The best program so far; before any, the empty one."""
        assert self._best.candidate is not None
        return self._best.candidate

    def _judged(self, program: str) -> Candidate:
        return Candidate("attempt", 0, program, self._judge.judge(program))


def told(judgement: Judgement, rng: random.Random) -> str:
    """Say what is wrong with a program: what the compiler complains, or one test that fails."""
    fitness = judgement.fitness
    if judgement.compile_errors:
        return f"{cut(judgement.compile_errors, LONGEST_FEEDBACK)}\nIt does not compile. Score: 0"
    # Last, since an agent may be shown but the end of what it prints.
    score = f"{fitness.exact} of {fitness.tests} tests match. Score: {fitness.progress:.3f}"
    failing = [result for result in judgement.results if not result.exact]
    if not failing:
        return score
    failed = rng.choice(failing)
    given, expected, actual = (
        data.decode(errors="replace") for data in (failed.given, failed.expected, failed.actual)
    )
    feedback = quote(given, expected, actual, failed.status or "not tried")
    return f"{cut(feedback, LONGEST_FEEDBACK)}\n{score}"
