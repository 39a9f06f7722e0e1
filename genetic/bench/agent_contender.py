"""Translates by an autonomous object, which may have its programs judged as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable

from autoagent.agent import AutonomousLLM
from autoagent.asker import Call
from autoagent.budget import Budget
from autoagent.death import Cause, Stop
from autoagent.listener import Silent
from autoagent.llm import LLMUnreachable
from autoagent.meter import SuspendedError
from autoagent.stoppable import Interrupted
from genetic.bench.attempt import Attempt
from genetic.bench.contender import RunResult, Setup
from genetic.bench.outcome import Point
from genetic.translate.problem import TARGET, Problem
from sandbox.programs import SOURCES, TARGETS
from sandbox.session import Sandbox, SandboxError

PROMPT = """Translate this {source} program to {target}. Both read standard input and write \
standard output, and must print the same for every input.

{program}

Write Python code that hands the whole {target} program over as a raw text, and prints the answer:
```python
program = r'''
#include <stdio.h>
int main(void) {{ return 0; }}
'''
print(self.use("attempt", program=program))
```
The answer says what is wrong with the program, and its score, from 0 to 1. Improve the program \
until its score is 1."""


class AgentContender:
    """An agent that translates one program; a `genetic.bench.contender.Contender`.

    Args:
        problem: What is translated. Its hidden tests are not looked at.
        setup: What it is translated with.
        calls: How many answers of the model it may have.
        wall: What it lives behind; it stays open.
    """

    def __init__(self, problem: Problem, setup: Setup, calls: int, wall: Sandbox) -> None:
        self._skill = Attempt(setup.judge(problem.open))
        self._answers = _Answers(calls)
        self._budget = Budget(steps=calls, tokens=setup.tokens)
        self._until_correct = setup.settings.until_correct
        self._executor = setup.executor
        self._prompt = PROMPT.format(
            source=SOURCES[problem.open.language].title,
            target=TARGETS[TARGET].title,
            program=problem.open.source,
        )
        self._agent = AutonomousLLM(
            setup.llm,
            sandbox=wall,
            # Its code is refused rather than its life ended: what counts is what it attempts.
            on_harm="feedback",
            skills=[self._skill],
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
                fitness = self._skill.best.fitness
                points.append(
                    Point(
                        number=step.step - 1,
                        calls=self._answers.calls,
                        tokens=agent.spent.tokens,
                        seconds=round(time.monotonic() - started, 3),
                        fitness=fitness,
                    )
                )
                watch(points[-1])
                correct = fitness.correct and self._until_correct
                if correct or self._answers.used_up:
                    agent.pause()
            assert agent.ended is not None
            assert agent.run_id is not None
            ended, run = agent.ended, agent.run_id
        if correct:
            cause = "correct"
        elif self._answers.used_up or ended.limit == "steps":
            cause = "calls"
        elif ended.cause is Stop.UNREACHABLE:
            raise LLMUnreachable(ended.detail)
        elif ended.cause is Cause.WORKER:
            raise SandboxError(ended.detail)
        elif ended.cause in (Stop.PAUSED, Stop.KILLED):
            raise Interrupted(ended.detail)
        else:
            cause = ended.cause.value
        return RunResult(
            run=run,
            cause=cause,
            program=self._skill.best.program,
            calls=self._answers.calls,
            tokens=ended.spent.tokens,
            seconds=ended.spent.seconds,
            points=tuple(points),
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

    def __init__(self, most: int) -> None:
        self.calls = 0
        self._most = most

    @property
    def used_up(self) -> bool:
        """Whether there may be no more."""
        return self.calls >= self._most

    def attempted(self, call: Call) -> None:
        """Count one; give up a step that would need another."""
        self.calls += 1
        if call.problem is not None and self.used_up:
            raise SuspendedError("steps")
