"""What the ways of translating have in common."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from autoagent.journal import Journal
from autoagent.llm import LLM
from autoagent.similarity import Similarity
from genetic.bench.outcome import Point
from genetic.executors import Executor
from genetic.translate.forge.asked import suited
from genetic.translate.judge import Judge
from genetic.translate.problem import LANGUAGE, TARGET
from genetic.translate.prompts import Prompts
from genetic.translate.settings import Settings
from genetic.translate.skill_genome import SkillGenome
from genetic.translate.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What programs are translated with, the same for all contenders.

    Attributes:
        llm: The model.
        journal: Where everything is written down.
        executor: Where candidates are judged.
        similarity: How close a wrong output is to the right one.
        measures: How much each measure of similarity counts, by name.
        settings: How the engine searches; temperatures and lengths are those of the others, too.
        seed: Everything random follows from it.
        tokens: Most tokens for each task and mode, in and out.
        workers: How many births may run side by side.
        fuzz: How many further tests are made of the open ones, at most.
        genome: What the engine is made of, if not as usual.
        learning: Most questions of all contests in which an agent's engine may be improved.
        target: What programs are translated to: C, or C as machine code.
        clock: Tells how long searches take.
    """

    llm: LLM
    journal: Journal
    executor: Executor
    similarity: Similarity
    measures: Mapping[str, float]
    settings: Settings
    seed: int = 0
    tokens: int | None = None
    workers: int = 1
    fuzz: int = 0
    genome: SkillGenome | None = None
    learning: int = 0
    target: str = TARGET
    clock: Callable[[], float] = time.monotonic

    @property
    def prompts(self) -> Prompts:
        """What the engine asks: as its genome says, or else as suits the model."""
        if self.genome is not None:
            return self.genome.prompts
        return suited((self.llm.name,), LANGUAGE, self.target)

    @property
    def engine(self) -> SkillGenome:
        """What the engine is made of as the skill of an agent: the same as without an agent."""
        usual = self.genome or SkillGenome()
        return replace(usual, settings=self.settings, prompts=self.prompts)

    def judge(self, task: Task) -> Judge:
        """Return what judges the programs of a task."""
        return Judge(task, target=self.target, executor=self.executor, similarity=self.similarity)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What came of one translation; see `genetic.bench.outcome.Outcome`."""

    run: str
    cause: str
    program: str
    calls: int
    tokens: int
    seconds: float
    points: tuple[Point, ...]
    learning: int = 0
    genome: dict[str, Any] | None = None


class Contender(Protocol):
    """Translates one program, once."""

    def translate(self, watch: Callable[[Point], None]) -> RunResult:
        """Translate it, telling of each generation or step.

        Raises:
            Interrupted: It was paused or killed.
            LLMError: The model cannot be asked, or gave no answer.
            JournalError: The journal cannot be written.
            SandboxError: What compiles or runs programs is missing.
        """
        ...

    def pause(self) -> None:
        """Stop at the next opportunity, from any thread."""
        ...

    def kill(self) -> None:
        """Stop at once."""
        ...
