"""The host's handle on an autonomous object: start it from a prompt, watch it, stop it.

agent = AutonomousLLM(llm="smollm2")
for step in agent.run("Define a function called hello_world", budget=Budget(steps=20)):
    print(step.response, step.stdout)
print(agent.ended)

A run that was stopped, or cut off, goes on later:

agent = AutonomousLLM.resume("last")
for step in agent.run(budget=Budget(steps=20)):
    ...
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from autoagent.budget import Budget, Limit, Spent
from autoagent.death import Cause, Stop
from autoagent.events import answers
from autoagent.genome import Genome
from autoagent.journal import Data, Journal, JournalError
from autoagent.life import Death, Heartbeat, Life, OnHarm, Policy, Recall, Stopped
from autoagent.listener import Ended, Listener, Silent
from autoagent.llm import LLM, Answerer, Attempt, LLMError, LLMUnreachable, Recorded, Tuned, load
from autoagent.meter import Meter, SuspendedError
from autoagent.oracle import CONSULT, Oracle
from autoagent.record import Record
from autoagent.replay import Past, Turn, relive
from autoagent.skills import Skill, load_skills
from autoagent.steps import Step
from autoagent.walls import WallOptions, open_wall
from sandbox.limits import Limits
from sandbox.session import Sandbox

RECORDED = "recorded:"
TEMPERATURE = 0.3
MAX_TOKENS = 384

Approve = Callable[[str], str | None]


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
        temperature: The model's sampling temperature; by default the one that it was trained
            with, or else 0.3.
        max_tokens: Longest answer, in tokens; by default as it was trained, or else 384.
        db: The journal's file; None means the user's own.
        approve: Called with each answer before it is executed; returns the answer to execute
            instead, or None to stop the run.
        listener: Watches the run.
        wall: How to build the wall that `sandbox` names.

    Attributes:
        run_id: Id of the run in the journal, once it has begun.
        ended: How the run stopped, once it has.
    """

    def __init__(
        self,
        llm: LLM | str = "smollm2",
        *,
        sandbox: Sandbox | str = "wasm",
        limits: Limits | None = None,
        policy: Policy = "strict",
        on_harm: OnHarm = "death",
        skills: Sequence[str | Skill] = (),
        seed: int = 0,
        temperature: float | None = None,
        max_tokens: int | None = None,
        db: Path | None = None,
        approve: Approve | None = None,
        listener: Listener | None = None,
        wall: WallOptions | None = None,
    ) -> None:
        self.run_id: str | None = None
        self.ended: Ended | None = None
        self._skills = load_skills(skills)
        self._limits = limits or Limits()
        self._policy: Policy = policy
        self._on_harm: OnHarm = on_harm
        self._seed = seed
        if temperature is not None and not 0 <= temperature < math.inf:
            raise ValueError(f"temperature must be 0 or more, and finite, got {temperature}")
        self._approve = approve
        self._listener = listener or Silent()
        self._meter = Meter()
        self._killed = False
        self._past: Past | None = None
        self._lives = False
        self._record: Record
        with contextlib.ExitStack() as opened:
            self._journal = opened.enter_context(contextlib.closing(Journal(db)))
            self._llm = _load(llm, self._journal) if isinstance(llm, str) else llm
            if self._llm is not llm:
                opened.callback(self._llm.close)
            self._temperature, self._max_tokens = _sampling(self._llm, temperature, max_tokens)
            self._wall_options = wall or WallOptions()
            self._wall = (
                open_wall(sandbox, self._listener.preparing, self._wall_options)
                if isinstance(sandbox, str)
                else sandbox
            )
            if self._wall is not sandbox:
                opened.callback(self._wall.close)
            self._life = self._new_life()
            self._opened = opened.pop_all()

    @classmethod
    def resume(
        cls,
        run: str,
        *,
        llm: LLM | str | None = None,
        sandbox: Sandbox | str | None = None,
        seed: int | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        db: Path | None = None,
        approve: Approve | None = None,
        listener: Listener | None = None,
        wall: WallOptions | None = None,
    ) -> AutonomousLLM:
        """Take up a run where its journal ends; `run` then goes on with it.

        What is not given is as it was. The organism keeps its own seed; `seed` is that of the
        model's sampling from here on.

        Raises:
            JournalError: There is no such run, or another process lives it.
            ValueError: It was lived behind a wall that was built with other options.
        """
        with contextlib.closing(Journal(db, read_only=True)) as journal:
            past = Past.of(journal, journal.find(run))
        given = {"seed": seed, "temperature": temperature, "max_tokens": max_tokens}
        changed = {name: value for name, value in given.items() if value is not None}
        settings = past.settings | changed
        agent = cls(
            settings["llm"] if llm is None else llm,
            sandbox=settings["sandbox"] if sandbox is None else sandbox,
            limits=Limits(**settings["limits"]),
            policy=settings["policy"],
            on_harm=settings["on_harm"],
            skills=settings["skills"],
            seed=settings["seed"],
            temperature=settings["temperature"],
            max_tokens=settings["max_tokens"],
            db=db,
            approve=approve,
            listener=listener,
            wall=past.same_wall(wall or WallOptions()),
        )
        try:
            agent._take_up(past.run)
        except BaseException:
            agent.close()
            raise
        return agent

    @property
    def genome(self) -> Genome:
        """The organism's definitions as they are now."""
        return self._life.genome

    @property
    def spent(self) -> Spent:
        """What the run used since it was begun or resumed."""
        return self._meter.spent

    def pause(self) -> None:
        """Stop the run at the next step, from any thread; nothing done so far is lost."""
        self._meter.pause.set()

    def kill(self) -> None:
        """End the wall's processes at once, from any thread."""
        self._killed = True
        self._meter.pause.set()
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

    def run(self, prompt: str = "", *, budget: Budget | None = None) -> Iterator[Step]:
        """Live from `prompt`, yielding each completed step; `ended` says afterwards how it stopped.

        An agent that was resumed goes on instead, with a budget of its own, and without a prompt.

        Raises:
            ValueError: The prompt is empty, or this agent has lived already.
            JournalError: The journal cannot be written, or a resumed life cannot be rebuilt.
        """
        if self._lives:
            raise ValueError("this agent has lived its life; make a new one")
        if not prompt.strip() and self._past is None:
            raise ValueError("the prompt is empty; say what the agent shall begin with")
        self._lives = True
        budget = budget or Budget()
        settings: Data = {
            "llm": self._llm.name,
            "sandbox": self._wall.name,
            "wall": asdict(self._wall_options),
            "build": self._wall.build,
            "seed": self._seed,
            "temperature": self._temperature,
            "max_tokens": self._max_tokens,
            "server": getattr(self._llm, "base_url", None),
            "approve": self._approve is not None,
            "budget": asdict(budget),
        }
        if self._past is not None:
            return self._go_on(self._past, budget, settings)
        life: Data = {
            "prompt": prompt,
            "policy": self._policy,
            "on_harm": self._on_harm,
            "limits": asdict(self._limits),
            "skills": [skill.name for skill in self._skills],
        }
        self.run_id = self._journal.begin(life | settings)
        self._record = Record(self._journal, self.run_id)
        return self._live(budget, Past.of(self._journal, self.run_id), None)

    def _take_up(self, run: str) -> None:
        """Claim a run, and prepare to rebuild its life."""
        self._journal.claim(run)
        # Read only now: until it was claimed, another process may have gone on with it.
        self._past = past = Past.of(self._journal, run)
        self.run_id, self._record = run, Record(self._journal, run)
        self._life = self._new_life(past.recall)
        if isinstance(self._llm, Recorded):
            self._llm.skip(past.calls[self._llm.name])

    def _go_on(self, past: Past, budget: Budget, settings: Data) -> Iterator[Step]:
        """Rebuild the life, and live on; a life that is over is left as it is."""
        if past.death is None:
            yield from self._live(budget, past, settings)
            return
        self.ended = died(past, self._journal)

    def _rebuild(self, past: Past) -> Heartbeat | Death:
        """Live the finished steps again, and return the event after them.

        Raises:
            JournalError: It goes another way than it did.
        """
        last = past.last_step
        if last:
            self._listener.preparing(f"rebuilding the life up to step {last}")
        for relived in relive(self._life, past, self._wall):
            if relived.event is None or relived.differences:
                raise JournalError(past.explain(relived.differences[0], self._wall.build))
            event = relived.event
            if last:
                self._listener.rebuilt(relived.step, last)
            if self._meter.pause.is_set():
                raise SuspendedError(None)
        return event

    def _new_life(self, recall: Recall = lambda kind, asked: None) -> Life:
        return Life(
            self._wall,
            limits=self._limits,
            policy=self._policy,
            on_harm=self._on_harm,
            seed=self._seed,
            skills=self._skills,
            charge_skill=self._meter.charge_skill,
            oracle=self._oracle,
            check=self._meter.check,
            record=lambda kind, data: self._write((kind, data)),
            recall=recall,
        )

    def _oracle(self, prefix: str) -> Oracle:
        """Return whom a skill may ask: what it was told before is not asked again."""
        pending = self._past.pending if self._past else None
        known = [event.data for event in pending.events if event.kind == CONSULT] if pending else []
        recorded = self._llm.consultations if isinstance(self._llm, Recorded) else None
        return Oracle(
            (self._llm,) if recorded is None else (),
            meter=self._meter,
            seed=self._seed,
            record=lambda data: self._write((CONSULT, data)),
            known=[*(recorded or ()), *known],
            prefix=prefix,
        )

    def _live(self, budget: Budget, past: Past, resumed: Data | None) -> Iterator[Step]:
        """Live from where the past ends; `ended` says afterwards how it stopped.

        A life that cannot be rebuilt leaves nothing in the journal, so `resumed`, the settings
        with which it goes on, are only written then.
        """
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
            event = self._begin(answerer, past)
            if resumed is not None:
                self._record.write(("resume", resumed))
                resumed = None
            self._meter.start(budget)
            turn = past.pending
            while not self._killed:
                if isinstance(event, Death):
                    cause, detail = event.cause, event.detail
                    break
                self._meter.admit()
                asked = time.monotonic()
                text = self._answer(answerer, event, turn)
                if text is None:
                    self._write(("refused", {}))
                    cause, detail = Stop.PAUSED, "not approved"
                    break
                event = self._life.answer(text)
                if _is_broken(event):
                    continue  # so nothing is known of this step
                self._meter.spent.steps += 1
                ms = (time.monotonic() - asked) * 1000
                step = self._record.completed(self._life.steps, event, self.genome, ms)
                self._listener.stepped(step)
                yield step
                turn = None
        except SuspendedError as suspended:
            cause, limit, detail = _suspension(suspended.limit)
        except Stopped as stopped:
            cause, limit, detail = _suspension("seconds" if str(stopped) == Stop.BUDGET else None)
        except LLMUnreachable as error:
            cause, detail = Stop.UNREACHABLE, str(error)
            if self._meter.late():
                cause, limit, detail = _suspension("seconds")
        except LLMError as error:
            cause, detail = Stop.UNREACHABLE, str(error)
            raise
        except KeyboardInterrupt:
            cause, detail = Stop.PAUSED, "interrupted"
        except Exception as error:
            cause, detail = Stop.FAILED, str(error) or type(error).__name__
            if not self._killed:  # a wall that was taken down fails as it likes
                raise
        finally:
            if self._killed:
                cause, limit, detail = Stop.KILLED, None, "killed"
            self._life.close()
            self.ended = Ended(cause=cause, limit=limit, detail=detail, spent=self._meter.read())
            if resumed is None:
                self._write(("end", self.ended.as_dict()))

    def _begin(self, answerer: Answerer, past: Past) -> Heartbeat | Death:
        """Bring the organism to where its past ends: to its birth, if it has none."""
        event = self._rebuild(past)
        for turn in past.turns:
            answerer.remember(turn.refused)
            if turn.reply is not None:
                answerer.remember(turn.attempts)
        if past.pending:
            self._record.take_up(past.pending, self.genome)
        elif isinstance(event, Heartbeat):
            self._record.asked(self._life.steps + 1, event, self.genome)
        return event

    def _answer(self, answerer: Answerer, heartbeat: Heartbeat, turn: Turn | None) -> str | None:
        """Have the model answer, journal what that cost, and let a person approve.

        What a turn holds already, from before the run was cut off, is not asked for again.
        """
        if turn is not None and turn.reply is not None:
            return turn.reply
        step = self._life.steps + 1
        self._listener.asked(step, heartbeat.query, self._meter.left)
        answer = answerer.answer(
            heartbeat.query,
            step,
            on_text=self._stream,
            on_attempt=self._paid,
            allow=lambda query: self._meter.allow(self._llm, query),
            made=turn.attempts if turn else (),
            refused=len(turn.refused) if turn else 0,
        )
        return answer.text if self._approve is None else self._approve(answer.text)

    def _stream(self, piece: str) -> None:
        """Show a piece of the answer; a stop does not wait for the rest of it."""
        self._meter.admit_text()
        self._listener.text(piece)

    def _paid(self, attempt: Attempt) -> None:
        """Write an answer down before anything is done with it: it will not be paid for twice."""
        self._meter.pay(attempt.completion)
        self._write(("call", attempt.as_dict()))
        self._listener.attempted(attempt)

    def _write(self, *events: tuple[str, Data]) -> None:
        self._record.write(*events)


def died(past: Past, journal: Journal) -> Ended:
    """Return how a life ended; write it down, if whoever lived it came to no end of its own.

    Raises:
        JournalError: It cannot be written.
    """
    assert past.death is not None
    if past.end is not None:
        spent = Spent(**{name: past.end["spent"][name] for name in asdict(Spent())})
        return Ended(cause=past.death, limit=None, detail=past.end["detail"], spent=spent)
    ended = Ended(cause=past.death, limit=None, detail=past.last_words, spent=Spent())
    journal.append(past.run, [("end", ended.as_dict())])
    return ended


def _is_broken(event: Heartbeat | Death) -> bool:
    """Tell whether it was the wall that ended a life, and not the life itself."""
    return isinstance(event, Death) and event.cause is Cause.WORKER


def _suspension(limit: Limit | None) -> tuple[Stop, Limit | None, str]:
    """Return cause, limit and detail of a run that reached a limit or, without one, was paused."""
    if limit is None:
        return Stop.PAUSED, None, "paused"
    return Stop.BUDGET, limit, f"the budget of {limit} is used up"


def _sampling(llm: LLM, temperature: float | None, max_tokens: int | None) -> tuple[float, int]:
    """Return how a model is sampled: as given, or as it was trained, or by default."""
    tuned = (llm.temperature, llm.max_tokens) if isinstance(llm, Tuned) else (None, None)
    temperatures = (temperature, tuned[0], TEMPERATURE)
    lengths = (max_tokens, tuned[1], MAX_TOKENS)
    return (
        next(value for value in temperatures if value is not None),
        next(value for value in lengths if value is not None),
    )


def _load(name: str, journal: Journal) -> LLM:
    """Return the model that a name stands for, the answers of an earlier run included."""
    if not name.startswith(RECORDED):
        return load(name)
    run = journal.find(name.removeprefix(RECORDED))
    attempts = (Attempt.of(event.data) for event in journal.events(run, "call"))
    return Recorded(
        completions=[attempt.completion for attempt in attempts],
        name=f"{RECORDED}{run}",
        consultations=list(answers(journal, run)),
    )
