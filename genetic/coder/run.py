"""Completions that are written down as they go: a run of a journal, which can be taken up again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from autoagent.analyzers import Tools, open_analyzers
from autoagent.analyzers.analyst import ANALYSIS, Analyst
from autoagent.asker import Question
from autoagent.budget import Budget
from autoagent.events import analyses
from autoagent.journal import Data, Journal
from autoagent.llm import LLM, Completion, Frame
from genetic.coder.coder import Coder, Completed
from genetic.coder.conversation import Conversation
from genetic.coder.settings import CoderSettings
from genetic.search.journalled import JournalledRun
from sandbox.cache import content_key

ACTIVITY = "completion"
"""What marks such a run in a journal."""
COMPLETED = "completed"
"""Kind of the event that a finished completion is written down as."""

OnStep = Callable[[int, Conversation], None]


def _unwatched(number: int, best: Conversation) -> None:
    """Do nothing."""


class CoderRun(JournalledRun):
    """Completes code, one piece after the other, in one run of a journal.

    Taken up again it begins anew, with the answers and the analyses that are written down: nothing
    is asked or analysed twice. What a stranger's record says of a program is found out again.

    Args:
        settings: How.
        journal: Where it is written down.
        llms: The model of the first attempts, and another for the rest if there is one.
        seed: Everything random follows from it.
        run: A run to take up again; by default a new one begins.
        budget: What may be spent.
        workers: Questions and analyses of a step side by side.
        about: What else the run's record says of it.
        tools: What its analyzers share with those of other runs, who ends it; by default its own.
        clock: Tells the seconds that a completion takes.

    Attributes:
        run_id: Id of the run.

    Raises:
        JournalError: The run cannot be taken up, or nothing can be written.
        ValueError: An analyzer is unknown.
        SandboxError: What an analyzer needs is missing here.
    """

    def __init__(
        self,
        settings: CoderSettings,
        *,
        journal: Journal,
        llms: Sequence[LLM],
        seed: int = 0,
        run: str | None = None,
        budget: Budget | None = None,
        workers: int = 1,
        about: Mapping[str, Any] | None = None,
        tools: Tools | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(seed=seed, journal=journal, llms=llms, run=run, at_once=workers)
        self._settings, self._seed = settings, seed
        self._workers, self._clock = workers, clock
        self._meter.start(budget or Budget())
        self._own_tools = tools is None
        self._tools = tools or Tools(ask=self._rating)
        self._analyst = Analyst(
            open_analyzers(settings.analyzers, self._tools),
            coworker=settings.feedback_variant != "separate",
            record=lambda data: self._write((ANALYSIS, data)),
            known=analyses(journal, run) if run is not None and journal.is_own(run) else (),
        )
        begun = {
            "activity": ACTIVITY,
            "llm": ", ".join(llm.name for llm in llms),
            "prompt": str((about or {}).get("name", "")),
            "seed": seed,
            "settings": settings.as_dict(),
            **(about or {}),
        }
        self._begin(begun)

    @property
    def tools(self) -> Tools:
        """What its analyzers share."""
        return self._tools

    def complete(
        self, code: str, key: str, *, examples: str = "", on_step: OnStep = _unwatched
    ) -> Completed:
        """Complete a piece of code, and write down what came of it.

        Args:
            code: The prefix.
            key: Names the completion within the run.
            examples: What the analyzer ``tests`` runs behind the program.
            on_step: Told after each step.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: What an analyzer needs is missing here.
        """

        def told(number: int, best: Conversation) -> None:
            self._asker.admit()
            on_step(number, best)

        coder = Coder(
            self._asker,
            self._analyst,
            self._settings,
            on_step=told,
            workers=self._workers,
            clock=self._clock,
        )
        done = coder.complete(code, key=key, examples=examples, seed=self._seed)
        self._write((COMPLETED, {"key": key, **described(done)}))
        return done

    def end(self, done: Completed) -> None:
        """Write down that the run is over."""
        cause = "passing" if done.passing else "not passing"
        detail = f"{done.loops} steps, score {done.best.score:g}"
        spent = asdict(self._meter.read())
        self._write(("end", {"cause": cause, "detail": detail, "limit": None, "spent": spent}))

    def close(self) -> None:
        """End the analyzers' processes, if they are its own."""
        if self._own_tools:
            self._tools.close()

    def _rating(self, query: str, frame: Frame, max_tokens: int) -> Completion:
        """Ask the first model for a rating."""
        key = f"rate.{content_key(query)[:16]}"
        question = Question(
            key=key, query=query, frame=frame, temperature=0.0, max_tokens=max_tokens
        )
        return self._asker.ask(question)


def described(done: Completed) -> Data:
    """Return what came of a completion, as plain data."""
    return {
        "completion": done.completion,
        "passing": done.passing,
        "score": done.best.score,
        "path": list(done.best.path),
        "feedback": done.best.feedback,
        "analyses": [each.as_dict() for each in done.best.analyses],
        "first": done.first.completion if done.first else "",
        "first_passing": bool(done.first and done.first.passing),
        "loops": done.loops,
        "scores": list(done.scores),
        "tokens_in": done.tokens_in,
        "tokens_out": done.tokens_out,
        "calls": done.calls,
        "seconds": round(done.seconds, 3),
        "messages": [dict(message) for message in done.best.messages],
    }
