"""One life with one task, from its birth to the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autoagent.agent import AutonomousLLM
from autoagent.budget import Budget
from autoagent.death import Cause, Stop
from autoagent.ended import Ended
from autoagent.first_genome import FirstGenome
from autoagent.inspection import Panel
from autoagent.journal import Journal
from autoagent.llm import LLM, LLMUnreachable
from autoagent.llm.framing.query import texts
from autoagent.organism import extract_code
from autoagent.past import Past
from autoagent.steps import Step
from autoagent.stoppable import Interrupted
from autoagent.tasks.examiner import Examiner, Left, LeftStep
from autoagent.tasks.mentions import mentioned, stored
from autoagent.tasks.outcome import NO_DEATHS
from autoagent.tasks.task import Task
from sandbox.session import Sandbox, SandboxError


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What tasks are attempted with, the same for all.

    Attributes:
        wall: What lives are behind; it stays open.
        examiner: Poses and judges; it stays open.
        db: The journal's file; None means the user's own.
        seed: What the first draw of each task follows from, and all that is random in its life.
        draws: How often each task is drawn anew, each time with the next seed.
        steps: Most answers for each task; None means as the task has it.
        tokens: Most tokens for each task, in and out.
        panel: Who looks at answers before they are executed, if anybody does; it stays open.
    """

    wall: Sandbox
    examiner: Examiner
    db: Path | None = None
    seed: int = 0
    draws: int = 1
    steps: int | None = None
    tokens: int | None = None
    panel: Panel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """What came of an attempt; see `autoagent.tasks.outcome.Outcome`."""

    run: str
    ended: Ended
    wrong: str


class Attempt:
    """One life with one task.

    Args:
        task: What is asked for.
        posed: How it is posed.
        llm: Who answers.
        genome: What the life begins with.
        seed: All that is random in it follows from this.
        setup: What it is lived with.
    """

    def __init__(
        self,
        task: Task,
        posed: dict[str, Any],
        *,
        llm: LLM,
        genome: FirstGenome,
        seed: int,
        setup: Setup,
    ) -> None:
        self._task, self._posed, self._setup = task, posed, setup
        self._agent = AutonomousLLM(
            llm,
            sandbox=setup.wall,
            genome=genome,
            seed=seed,
            files={name: text.encode() for name, text in posed.get("files", {}).items()},
            analyze=setup.panel,
            db=setup.db,
        )

    def live(self) -> Attempted:
        """Live, and find out what that has come to.

        Raises:
            Interrupted: It was paused or killed.
            LLMUnreachable: The model gave no answer.
            SandboxError: The wall broke.
            JournalError: The journal cannot be written.
        """
        budget = Budget(steps=self._setup.steps or self._task.steps, tokens=self._setup.tokens)
        with self._agent as agent:
            steps = list(agent.run(self._posed["prompt"], budget=budget))
            assert agent.ended is not None
            assert agent.run_id is not None
            _require_an_end(agent.ended)
            wrong = "it died"
            if agent.ended.cause.value in NO_DEATHS:
                left = self._left(agent, agent.run_id, steps)
                wrong = self._setup.examiner.wrong(self._task, self._posed, left) or ""
            return Attempted(run=agent.run_id, ended=agent.ended, wrong=wrong)

    def pause(self) -> None:
        """Stop at the next opportunity, from any thread."""
        self._agent.pause()

    def kill(self) -> None:
        """Stop at once."""
        self._agent.kill()

    def _left(self, agent: AutonomousLLM, run: str, steps: list[Step]) -> Left:
        """Return what the life has left."""
        with closing(Journal(self._setup.db, read_only=True)) as journal:
            born = journal.genome(Past.of(journal, run).genome_at(0)).sources
            left = [_left(step, born, journal.genome(step.genome).sources) for step in steps]
        return Left(
            result=agent.result,
            files={name: data.decode(errors="replace") for name, data in agent.files.items()},
            definitions=dict(agent.genome.sources),
            born=dict(born),
            steps=left,
        )


def _left(step: Step, born: Mapping[str, str], after: Mapping[str, str]) -> LeftStep:
    """Return what a step leaves, with the definitions before all steps and after this one."""
    code = extract_code(step.response) or ""
    return LeftStep(
        query="\n\n".join(texts(step.query)),
        answer=step.response,
        mentioned=mentioned(code),
        stored=stored(code),
        printed=step.stdout,
        assigned=step.state,
        own={name: text for name, text in after.items() if born.get(name) != text},
    )


def _require_an_end(ended: Ended) -> None:
    """Raise what says that nothing can be said of a life."""
    match ended.cause:
        case Stop.UNREACHABLE:
            raise LLMUnreachable(ended.detail)
        case Stop.PAUSED | Stop.KILLED:
            raise Interrupted(ended.detail)
        case Cause.WORKER:
            raise SandboxError(ended.detail)
