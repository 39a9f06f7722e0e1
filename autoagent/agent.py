"""The host's handle on an autonomous object: start it from a prompt, watch it, stop it.

agent = AutonomousLLM(llm="smollm2")
for step in agent.run("Define a function called hello_world", budget=Budget(steps=20)):
    print(step.response, step.stdout)
print(agent.ended)
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from autoagent.budget import Budget, Limit, Spent
from autoagent.death import Cause, Stop
from autoagent.genome import Genome
from autoagent.journal import Data, Event, Journal
from autoagent.life import Death, Heartbeat, Life, OnHarm, Policy, Stopped
from autoagent.llm import (
    LLM,
    Allowance,
    Answerer,
    Attempt,
    Completion,
    Countable,
    Denied,
    LLMError,
    LLMUnreachable,
    Recorded,
    load,
)
from autoagent.skills import load_skills
from autoagent.steps import Step, fold
from autoagent.walls import open_wall
from sandbox.limits import Limits
from sandbox.session import Sandbox

RECORDED = "recorded:"

Approve = Callable[[str], str | None]


class Listener(Protocol):
    """Watches a run as it happens. Whatever it is told is in the journal already."""

    def asked(self, step: int, query: str, left: dict[str, float]) -> None:
        """The organism asks its model; `left` is what remains of the budget."""

    def text(self, piece: str) -> None:
        """A piece of the answer, as it streams. The only thing shown before it is journalled."""

    def attempted(self, attempt: Attempt) -> None:
        """The model gave an answer, usable or not."""

    def stepped(self, step: Step) -> None:
        """A step is complete."""


class Silent:
    """A listener that does nothing."""

    def asked(self, step: int, query: str, left: dict[str, float]) -> None:
        """Ignore it."""

    def text(self, piece: str) -> None:
        """Ignore it."""

    def attempted(self, attempt: Attempt) -> None:
        """Ignore it."""

    def stepped(self, step: Step) -> None:
        """Ignore it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run stopped.

    Attributes:
        cause: A cause of death, or why the run stopped while its organism could live on.
        limit: Which bound of the budget was reached, when that is the cause.
        detail: In words.
        spent: What the run used.
    """

    cause: Cause | Stop
    limit: Limit | None
    detail: str
    spent: Spent

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**asdict(self), "cause": self.cause.value}


class _Suspended(Denied):
    """The run stops while its organism waits.

    Attributes:
        limit: The bound of the budget that is reached; None when the run is paused.
    """

    def __init__(self, limit: Limit | None) -> None:
        super().__init__(limit)
        self.limit = limit


class AutonomousLLM:
    """An object that lives behind a wall and runs what a language model writes.

    Args:
        llm: A model, or the name of one (see `autoagent.llm.load`), or ``recorded:RUN`` for the
            answers of an earlier run in the journal. A model that is handed in stays open.
        sandbox: A wall, or the name of one (``wasm``). A wall that is handed in stays open.
        limits: What the organism may spend between two heartbeats.
        policy: ``strict``, or ``open`` to rely on the wall alone.
        on_harm: ``death``, or ``feedback`` to refuse harmful code and say so.
        skills: Names of skills that it may use.
        seed: Everything random follows from it.
        temperature: The model's sampling temperature.
        max_tokens: Longest answer, in tokens.
        db: The journal's file; None means the user's own.
        approve: Called with each answer before it is executed; returns the answer to execute
            instead, or None to stop the run.
        listener: Watches the run.
    """

    def __init__(
        self,
        llm: LLM | str = "smollm2",
        *,
        sandbox: Sandbox | str = "wasm",
        limits: Limits | None = None,
        policy: Policy = "strict",
        on_harm: OnHarm = "death",
        skills: Sequence[str] = (),
        seed: int = 0,
        temperature: float = 0.3,
        max_tokens: int = 384,
        db: Path | None = None,
        approve: Approve | None = None,
        listener: Listener | None = None,
    ) -> None:
        self.run_id: str | None = None
        self.ended: Ended | None = None
        self.spent = Spent()
        self._skills = load_skills(skills)
        self._limits = limits or Limits()
        self._policy: Policy = policy
        self._on_harm: OnHarm = on_harm
        self._seed = seed
        self._temperature = temperature
        self._max_tokens = max_tokens
        self._approve = approve
        self._listener = listener or Silent()
        self._budget = Budget()
        self._started = 0.0
        self._pause = threading.Event()
        self._killed = False
        self._unfolded: list[Event] = []
        self._stored_genome = ""
        with contextlib.ExitStack() as opened:
            self._journal = opened.enter_context(contextlib.closing(Journal(db)))
            self._llm = _load(llm, self._journal) if isinstance(llm, str) else llm
            if self._llm is not llm:
                opened.callback(self._llm.close)
            self._wall = open_wall(sandbox) if isinstance(sandbox, str) else sandbox
            if self._wall is not sandbox:
                opened.callback(self._wall.close)
            self._life = self._new_life()
            self._opened = opened.pop_all()

    @property
    def genome(self) -> Genome:
        """The organism's definitions as they are now."""
        return self._life.genome

    def pause(self) -> None:
        """Stop the run at the next step, from any thread; nothing done so far is lost."""
        self._pause.set()

    def kill(self) -> None:
        """End the wall's processes at once, from any thread."""
        self._killed = True
        self._pause.set()
        self._wall.close()

    def close(self) -> None:
        """Give back the life and whatever this agent has opened itself."""
        self._life.close()
        self._opened.close()

    def __enter__(self) -> AutonomousLLM:
        """Close at the end of a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def run(self, prompt: str, *, budget: Budget | None = None) -> Iterator[Step]:
        """Live from `prompt`, yielding each completed step; `ended` says afterwards how it stopped.

        Raises:
            ValueError: The prompt is empty, or this agent has lived already.
            JournalError: The journal cannot be written.
        """
        if not prompt.strip():
            raise ValueError("the prompt is empty; say what the agent shall begin with")
        if self.run_id is not None:
            raise ValueError("this agent has lived its life; make a new one")
        self._budget = budget or Budget()
        self.run_id = self._journal.begin(
            {
                "prompt": prompt,
                "llm": self._llm.name,
                "sandbox": self._wall.name,
                "policy": self._policy,
                "on_harm": self._on_harm,
                "seed": self._seed,
                "temperature": self._temperature,
                "max_tokens": self._max_tokens,
                "limits": asdict(self._limits),
                "budget": asdict(self._budget),
                "skills": [skill.name for skill in self._skills],
            }
        )
        return self._live(prompt)

    def _new_life(self) -> Life:
        return Life(
            self._wall,
            limits=self._limits,
            policy=self._policy,
            on_harm=self._on_harm,
            seed=self._seed,
            skills=self._skills,
            charge_skill=self._charge_skill,
            check=self._check,
            record=lambda kind, data: self._write((kind, data)),
        )

    def _live(self, prompt: str) -> Iterator[Step]:
        self._started = time.monotonic()
        answerer = Answerer(
            llm=self._llm,
            seed=self._seed,
            temperature=self._temperature,
            max_tokens=self._max_tokens,
        )
        cause: Cause | Stop = Stop.PAUSED
        limit: Limit | None = None
        detail = "left by the caller"
        try:
            event = self._life.begin(prompt)
            if isinstance(event, Heartbeat):
                self._write(("heartbeat", {"step": 1, "query": event.query}))
            while True:
                if self._killed:
                    break
                if isinstance(event, Death):
                    cause, detail = event.cause, event.detail
                    break
                reached = self._budget.reached(self._spent_so_far())
                if reached or self._pause.is_set():
                    raise _Suspended(reached)
                asked = time.monotonic()
                text = self._answer(answerer, event)
                if text is None:
                    cause, detail = Stop.PAUSED, "not approved"
                    break
                event = self._life.answer(text)
                self.spent.steps += 1
                step = self._complete(event, (time.monotonic() - asked) * 1000)
                self._listener.stepped(step)
                yield step
        except _Suspended as suspended:
            cause, limit, detail = _suspension(suspended.limit)
        except Stopped as stopped:
            cause, limit, detail = _suspension("seconds" if str(stopped) == Stop.BUDGET else None)
        except LLMUnreachable as error:
            cause, detail = Stop.UNREACHABLE, str(error)
            if self._late():
                cause, limit, detail = _suspension("seconds")
        except LLMError as error:
            cause, detail = Stop.UNREACHABLE, str(error)
            raise
        except KeyboardInterrupt:
            cause, detail = Stop.PAUSED, "interrupted"
        except Exception as error:
            cause, detail = Stop.FAILED, str(error) or type(error).__name__
            raise
        finally:
            if self._killed:
                cause, limit, detail = Stop.KILLED, None, "killed"
            self._spent_so_far()
            self._life.close()
            self.ended = Ended(cause=cause, limit=limit, detail=detail, spent=self.spent)
            self._write(("end", self.ended.as_dict()))

    def _answer(self, answerer: Answerer, heartbeat: Heartbeat) -> str | None:
        """Have the model answer, journal what that cost, and let a person approve."""
        step = self._life.steps + 1
        self._listener.asked(step, heartbeat.query, self._budget.left(self.spent))
        answer = answerer.answer(
            heartbeat.query,
            step,
            on_text=self._stream,
            on_attempt=self._paid,
            allow=self._allow,
        )
        return answer.text if self._approve is None else self._approve(answer.text)

    def _stream(self, piece: str) -> None:
        """Show a piece of the answer; a stop does not wait for the rest of it."""
        if self._check():
            raise _Suspended(None if self._pause.is_set() else "seconds")
        self._listener.text(piece)

    def _check(self) -> str | None:
        """Return why the run cannot wait for the end of the step, or None."""
        if self._pause.is_set():
            return Stop.PAUSED
        return Stop.BUDGET if self._late() else None

    def _late(self) -> bool:
        """Tell whether the seconds are used up."""
        seconds = self._budget.seconds
        return seconds is not None and self._spent_so_far().seconds >= seconds

    def _spent_so_far(self) -> Spent:
        """Return what is spent, the seconds until now included."""
        self.spent.seconds = round(time.monotonic() - self._started, 3)
        return self.spent

    def _allow(self, query: str) -> Allowance:
        """Return what an attempt may take of the budget that is left.

        Raises:
            _Suspended: Too little is left.
        """
        if limit := self._budget.reached(self._spent_so_far()):
            raise _Suspended(limit)
        left = self._budget.left(self.spent)
        if "tokens" not in left:
            return Allowance(seconds=left.get("seconds"))
        tokens = int(left["tokens"])
        if isinstance(self._llm, Countable):
            tokens -= self._llm.count_query(query)
        if tokens < 1:
            raise _Suspended("tokens")
        return Allowance(tokens=tokens, seconds=left.get("seconds"))

    def _paid(self, attempt: Attempt) -> None:
        """Write an answer down before anything is done with it: it will not be paid for twice."""
        completion = attempt.completion
        self.spent.tokens += completion.tokens_in + completion.tokens_out
        self.spent.cost += completion.cost
        data = {**asdict(completion), "problem": attempt.problem, "seed": attempt.seed}
        self._write(("call", {**data, "temperature": attempt.temperature}))
        self._listener.attempted(attempt)

    def _charge_skill(self, cost: float) -> str | None:
        """Charge a skill call to the budget, or say why it cannot be paid."""
        if (
            self._budget.skill_calls is not None
            and self.spent.skill_calls >= self._budget.skill_calls
        ):
            return "the budget of skill calls is used up"
        if self._budget.cost is not None and self.spent.cost + cost > self._budget.cost:
            return "the budget cannot pay for this skill"
        self.spent.skill_calls += 1
        self.spent.cost += cost
        return None

    def _complete(self, event: Heartbeat | Death, ms: float) -> Step:
        """Journal the outcome of a step, and return the step."""
        assert self.run_id is not None
        outcome = event.outcome
        data: Data = {
            "step": self._life.steps,
            "harm": [violation.as_dict() for violation in outcome.harm],
            "stdout": outcome.stdout,
            "error": outcome.error,
            "genome": outcome.genome,
            "changed": list(outcome.changed),
            "state": list(outcome.state),
            "alive": isinstance(event, Heartbeat),
            "cause": event.cause.value if isinstance(event, Death) else None,
            "fuel": outcome.fuel,
            "ms": round(ms, 1),
        }
        events = [("outcome", data)]
        if isinstance(event, Heartbeat):
            events.append(("heartbeat", {"step": self._life.steps + 1, "query": event.query}))
        self._write(*events)
        step = next(fold(self.run_id, self._unfolded))
        self._unfolded = self._unfolded[-1:]
        return step

    def _write(self, *events: tuple[str, Data]) -> None:
        """Journal events, with the genome when it is a new one, in one transaction."""
        assert self.run_id is not None
        genome = self._life.genome
        new = genome if genome.hash != self._stored_genome else None
        self._journal.append(self.run_id, events, genome=new)
        self._stored_genome = genome.hash
        self._unfolded += [Event(0, 0.0, kind, data) for kind, data in events]


def _suspension(limit: Limit | None) -> tuple[Stop, Limit | None, str]:
    """Return cause, limit and detail of a run that reached a limit or, without one, was paused."""
    if limit is None:
        return Stop.PAUSED, None, "paused"
    return Stop.BUDGET, limit, f"the budget of {limit} is used up"


def _load(name: str, journal: Journal) -> LLM:
    """Return the model that a name stands for, the answers of an earlier run included."""
    if not name.startswith(RECORDED):
        return load(name)
    run_id = journal.find(name.removeprefix(RECORDED))
    names = Completion.__dataclass_fields__
    calls = [
        Completion(**{key: value for key, value in event.data.items() if key in names})
        for event in journal.events(run_id, "call")
    ]
    return Recorded(completions=calls, name=f"{RECORDED}{run_id}")
