"""Translates by an autonomous object, which may have its programs judged as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from autoagent.agent import AutonomousLLM
from autoagent.asker import Call
from autoagent.budget import Budget
from autoagent.death import Cause, Stop
from autoagent.ended import Ended
from autoagent.listener import Silent
from autoagent.llm import LLMUnreachable
from autoagent.meter import SuspendedError
from autoagent.stoppable import Interrupted
from genetic.bench.attempt import Attempt
from genetic.bench.bred import Asked, Bred, Evolving
from genetic.bench.contender import RunResult, Setup
from genetic.bench.outcome import Point
from genetic.bench.unrelated import contest
from genetic.translate.problem import Problem
from genetic.translate.skill_genome import SkillGenome
from sandbox.programs import SOURCES, TARGETS
from sandbox.session import Sandbox, SandboxError

PROMPT = """Translate this {source} program to {target}. Both read standard input and write \
standard output, and must print the same for every input.

{program}

"""
ATTEMPT = """Write Python code that hands the whole {target} program over as a raw text, and \
prints the answer:
```python
program = r'''
#include <stdio.h>
int main(void) {{ return 0; }}
'''
print(self.use("attempt", program=program))
```
The answer says what is wrong with the program, and its score, from 0 to 1. """
ENGINE = """
An engine breeds translations of this program. It asks a model, and you have {calls} questions in \
all, your own answers included:
```python
print(self.use("translate", calls={half}))
```
"""
LEARNING = """It can be improved, and what is adopted is kept for the next programs. See what it \
is made of, and change any part of that:
```python
print(self.use("skills.read", name="translate"))
print(self.use("skills.evolve", name="translate", patch={{"parameters": {{"healing": 4}}}}))
```
"""
GOAL = """Improve the program until its score is 1."""


class AgentContender:
    """An agent that translates one program; a `genetic.bench.contender.Contender`.

    Args:
        problem: What is translated. Its hidden tests are not looked at.
        setup: What it is translated with.
        calls: How many answers of the model it may have, those that its skills ask for included.
        wall: What it lives behind; it stays open.
        engine: What the engine is made of that it may call; None lets it write by itself.
        learning: Counts the questions of contests, if it may change that engine.
    """

    def __init__(
        self,
        problem: Problem,
        setup: Setup,
        calls: int,
        wall: Sandbox,
        engine: SkillGenome | None = None,
        learning: Asked | None = None,
    ) -> None:
        self._attempt = Attempt(setup.judge(problem.open))
        self._asked, self._learning = Asked(calls), learning
        self._answers = _Answers(self._asked)
        self._bred = self._engine(problem, setup, engine)
        self._budget = Budget(steps=calls, tokens=setup.tokens)
        self._until_correct = setup.settings.until_correct
        self._executor = setup.executor
        said = (
            *(PROMPT, ATTEMPT),
            *([] if engine is None else [ENGINE]),
            *([] if learning is None else [LEARNING]),
            GOAL,
        )
        self._prompt = "".join(said).format(
            source=SOURCES[problem.open.language].title,
            target=TARGETS[setup.target].title,
            program=problem.open.source,
            calls=calls,
            half=max(calls // 2, 1),
        )
        self._agent = AutonomousLLM(
            setup.llm,
            sandbox=wall,
            # Its code is refused rather than its life ended: what counts is what it attempts.
            on_harm="feedback",
            skills=[self._attempt, *([] if self._bred is None else [self._bred])],
            seed=setup.seed,
            temperature=setup.settings.temperature,
            max_tokens=setup.settings.max_tokens,
            db=setup.journal.path,
            listener=self._answers,
        )

    def translate(self, watch: Callable[[Point], None]) -> RunResult:
        """Live; see `genetic.bench.contender.Contender.translate`."""
        points: list[Point] = []
        started = time.monotonic()
        correct = False
        with self._agent as agent:
            for step in agent.run(self._prompt, budget=self._budget):
                points.append(self._point(step.step, time.monotonic() - started))
                watch(points[-1])
                correct = points[-1].fitness.correct and self._until_correct
                if correct or not self._asked.left:
                    agent.pause()
            assert agent.ended is not None
            assert agent.run_id is not None
            ended, run = agent.ended, agent.run_id
        return RunResult(
            run=run,
            cause="correct" if correct else self._cause(ended),
            program=self._attempt.best.program,
            calls=self._asked.count,
            tokens=ended.spent.tokens,
            seconds=ended.spent.seconds,
            points=tuple(points),
            learning=0 if self._learning is None else self._learning.count,
            genome=None if self._bred is None else self._bred.genome.as_dict(),
        )

    def _point(self, step: int, seconds: float) -> Point:
        return Point(
            number=step - 1,
            calls=self._asked.count,
            tokens=self._agent.spent.tokens,
            seconds=round(seconds, 3),
            fitness=self._attempt.best.fitness,
        )

    def _cause(self, ended: Ended) -> str:
        """Return why it stopped short of a correct program; raise what is no outcome of its."""
        if not self._asked.left or ended.limit == "steps":
            return "calls"
        if ended.cause is Stop.UNREACHABLE:
            raise LLMUnreachable(ended.detail)
        if ended.cause is Cause.WORKER:
            raise SandboxError(ended.detail)
        if ended.cause in (Stop.PAUSED, Stop.KILLED):
            raise Interrupted(ended.detail)
        return ended.cause.value

    def _engine(self, problem: Problem, setup: Setup, genome: SkillGenome | None) -> Bred | None:
        """Return the engine as a skill, which may be changed where that is counted."""
        if genome is None:
            return None
        make: Callable[..., Bred] = Bred
        if self._learning is not None:
            make = partial(Evolving, contest=contest(), learning=self._learning)
        return make(
            task=problem.open, genome=genome, attempt=self._attempt, asked=self._asked, setup=setup
        )

    def pause(self) -> None:
        """Stop at the next step."""
        self._agent.pause()

    def kill(self) -> None:
        """Stop at once, and wait for no candidate."""
        self._agent.kill()
        self._executor.close()


class _Answers(Silent):
    """Counts answers, of which a step may take several, and allows so many."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def attempted(self, call: Call) -> None:
        """Count one; give up a step that would need another."""
        self._asked.count += call.by_organism  # its skills count for themselves
        if call.problem is not None and not self._asked.left:
            raise SuspendedError("steps")
