"""Black-box optimisation as a skill: an agent gives a text, and a function that judges texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from autoagent.skills import SkillContext, SkillError
from genetic.evolve.candidate import Candidate
from genetic.evolve.judge import Judge
from genetic.evolve.search import Search
from genetic.evolve.settings import Settings
from genetic.listed import length
from genetic.objective import evaluated
from genetic.optimize import FRAME, HistoryProposer, step_of
from genetic.search.price import check_payable
from genetic.search.quota import Quota
from genetic.search.room import MARKS, Room
from genetic.search.watcher import Best, Unwatched
from sandbox.limits import Limits
from sandbox.programs import CompileError, Program, open_target

MOST_STEPS, USUAL_STEPS, RETRIES = 50, 10, 1
LONGEST = 20_000
"""Characters of a text that is given."""
TOKENS, CHARS = 512, 3_000
"""The longest answer, in tokens, and the longest question of a search, in characters, where what
the agent gives does not take more: the model that a life is recorded with has no say in it, or a
replay would ask otherwise. The embedded model reads as much, whatever it is."""
QUESTION = "What is the next x to try, such that its score is higher?"
LIMITS = Limits(fuel=2 * 10**10, memory_mb=256, wall_seconds=5.0, output_bytes=100_000)
"""Of each call of an agent's function."""
CALLER = "\nimport json, sys\nprint()\nprint(json.dumps(f(sys.stdin.read())))\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an agent asks for.

    Raises:
        ValueError: An argument is wrong; the message says which, and what is allowed.
    """

    f: str
    x0: str
    task: str = ""
    steps: int = USUAL_STEPS

    def __post_init__(self) -> None:
        for name in ("f", "x0", "task"):
            if not isinstance(getattr(self, name), str) or len(getattr(self, name)) > LONGEST:
                raise ValueError(f"{name} must be a text of at most {LONGEST} characters")
        if type(self.steps) is not int or not 0 < self.steps <= MOST_STEPS:
            raise ValueError(f"steps must be from 1 to {MOST_STEPS}, got {self.steps!r:.80}")

    @property
    def settings(self) -> Settings:
        """How to search."""
        return Settings(
            calls=self.steps * (1 + RETRIES),
            population=1,
            batch=1,
            inspirations=0,
            retries=RETRIES,
            max_tokens=TOKENS,
        )

    @property
    def room(self) -> Room:
        """How long a question may be: what is given has room in it twice."""
        given = len(self.task) + len(self.x0) + len(QUESTION)
        return Room(max(CHARS, 2 * given))

    @property
    def price(self) -> Mapping[str, int]:
        """The most that it may take, where no character takes more than a token."""
        questions, words = self.settings.calls, len(FRAME.system) + MARKS
        return {"questions": questions, "tokens": questions * (TOKENS + self.room.chars + words)}


class Optimize:
    """Looks for a text that a function gives a high score; see `autoagent.skills.Skill`.

    The function is the agent's own, and runs behind the WebAssembly wall, anew for each text.
    """

    name = "optimize"
    description = (
        "self.use('optimize', f='def f(x): ...', x0='...', task='...', steps=10) looks for a text "
        "x for which f, Python source, returns a higher number, or [number, words]; returns a "
        "dict: best_x, best_score, history, questions"
    )
    cost = 0.0

    def call(self, arguments: dict[str, Any], context: SkillContext) -> dict[str, Any]:
        """Search with the life's model, at the life's expense.

        Raises:
            SkillError: An argument is wrong, or the budget cannot pay for it.
        """
        try:
            asked = Asked(**arguments)
        except (TypeError, ValueError) as error:
            raise SkillError(f"optimize: {error}") from None
        proposer = HistoryProposer(asked.task, QUESTION, asked.room, length(asked.x0))
        try:
            proposer.check(asked.x0)
        except ValueError as error:
            raise SkillError(f"optimize: x0: {error}") from None
        check_payable("the search", asked.price, context.asker)
        with closing(open_target("python")) as python:
            program = python.compile(asked.f + CALLER)
            if isinstance(program, CompileError):
                raise SkillError(f"optimize: f is no Python: {program.text[-1000:]}")
            history, questions = searched(asked, program, proposer, context)
        best = max(history)
        return {
            "best_x": best.program,
            "best_score": best.score,
            "history": [asdict(step_of(each)) for each in history],
            "questions": questions,
        }


def searched(
    asked: Asked, program: Program, proposer: HistoryProposer, context: SkillContext
) -> tuple[Sequence[Candidate], int]:
    """Search to the end; return what was tried, and how many questions that took."""
    settings, asker = asked.settings, context.asker
    quota = Quota(asker, settings.calls)
    search = Search(
        asked.x0,
        judge=Judge(lambda x: evaluated(lambda text: scored(program, text), x)),
        proposer=proposer,
        settings=settings,
        asker=asker,
        quota=quota,
        seed=context.seed,
        best=Best[Candidate](Unwatched()),
        births=1 + asked.steps,
        is_chain=True,
    )
    for _ in search.generations():
        pass
    return search.history, quota.asked


def scored(program: Program, text: str) -> tuple[float, str]:
    """Return what an agent's function says of a text.

    Raises:
        ValueError: It says nothing that is a score; the message tells why.
    """
    (run,) = program.run([text.encode(errors="replace")], LIMITS)
    if run.status != "ok":
        words = run.stderr.decode(errors="replace").strip()[-1000:]
        raise ValueError(words or run.detail)
    try:
        said = json.loads(run.stdout.splitlines()[-1])
        score, words = said if isinstance(said, list) and len(said) == 2 else (said, "")
        return float(score), str(words)
    except (ValueError, TypeError, IndexError, RecursionError):
        raise ValueError("f must return a number, or a number and words") from None
