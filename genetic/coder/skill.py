"""The completion of code as a skill: the life's model writes, analyzers look, it writes again."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any

from autoagent.analyzers import Tools, open_analyzers
from autoagent.analyzers.analyst import Analyst
from autoagent.skills import SkillContext, SkillError
from genetic.coder.coder import Coder
from genetic.coder.settings import ANALYZERS, CoderSettings

LONGEST = 20_000
MOST_STEPS = 10
USUAL_STEPS = 3
KNOWN = ("code", "steps")


class Complete:
    """Completes code with the model of the life that asks, and at its expense.

    Raises:
        SandboxError: Code cannot be analysed here.
    """

    name = "complete"
    description = (
        "self.use('complete', code=...) asks your model how Python code goes on, and again where "
        "analyzers find it wrong; returns a dict: completion, passing, feedback, cost; one more "
        f"argument: steps (most attempts, {USUAL_STEPS} if not given)"
    )
    cost = 0.0

    def __init__(self) -> None:
        self._tools = Tools()
        self._analyzers = open_analyzers(ANALYZERS, self._tools)
        weakref.finalize(self, self._tools.close)

    def call(self, arguments: Mapping[str, Any], context: SkillContext) -> dict[str, Any]:
        """Complete ``code`` in at most ``steps`` attempts.

        Raises:
            SkillError: An argument is wrong.
        """
        code, steps = _asked(arguments)
        coder = Coder(
            context.asker,
            Analyst(self._analyzers),
            CoderSettings(style="raw", feedback_variant="coworker", max_iter=steps),
            on_step=lambda number, best: context.asker.admit(),
        )
        done = coder.complete(code, seed=context.seed)
        return {
            "completion": done.completion,
            "passing": done.passing,
            "feedback": done.best.feedback,
            "cost": {"calls": done.calls, "tokens": done.tokens_in + done.tokens_out},
        }


def _asked(arguments: Mapping[str, Any]) -> tuple[str, int]:
    """Return the code and the most attempts that arguments ask for.

    Raises:
        SkillError: One of them is wrong; the message says which, and what is allowed.
    """
    for name in arguments:
        if name not in KNOWN:
            raise SkillError(f"complete: no argument {name[:40]!r}; known: {', '.join(KNOWN)}")
    code, steps = arguments.get("code"), arguments.get("steps", USUAL_STEPS)
    if not isinstance(code, str) or not code.strip() or len(code) > LONGEST:
        raise SkillError(f"complete: code must be a text of 1 to {LONGEST} characters")
    if type(steps) is not int or not 0 < steps <= MOST_STEPS:
        raise SkillError(f"complete: steps must be from 1 to {MOST_STEPS}")
    return code, steps
