"""A run: a life, a model, a budget and a journal, from where its past ends to where it stops."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from autoagent.analyzers.analyst import ANALYSIS
from autoagent.asker import CALL, ORGANISM, Asker, Call
from autoagent.budget import Budget, Spent
from autoagent.death import Cause, Stop
from autoagent.ended import Ended, Ending
from autoagent.first_genome import FRAMES, Profile
from autoagent.host import Metered
from autoagent.inspection import Inspector, Panel
from autoagent.journal import Data, Journal, JournalError
from autoagent.life import Death, Heartbeat, Life
from autoagent.listener import Listener
from autoagent.llm import LLM, Bounded
from autoagent.meter import Meter, SuspendedError
from autoagent.past import ACT, Past
from autoagent.recorder import RunRecorder
from autoagent.replay import relive, unlike
from autoagent.reprompt import Reprompter
from autoagent.self_edits import SelfEdits
from autoagent.steps import Step
from autoagent.told import NOTHING, Told
from autoagent.turn import Turn
from sandbox.session import Sandbox

Approve = Callable[[str], str | None]
"""Returns the answer to execute in place of the model's, or None to stop the run."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the model is sampled.

    Attributes:
        seed: The seeds of all questions follow from it.
        temperature: 0 always takes the likeliest token.
        max_tokens: The longest answer.
    """

    seed: int
    temperature: float
    max_tokens: int


class Run:
    """Lives a run of a journal; a new one has a past without a birth.

    Args:
        run: Its id.
        journal: Where it is written down.
        wall: What its organism lives behind.
        life: Makes its life, given a host.
        llm: Who answers the organism, and its skills.
        heard: What skills were answered in an earlier run whose answers are given again; no model
            is asked for them then.
        panel: Who looks at answers before they are executed.
        sampling: How the model is sampled.
        profile: How else its answers are asked for.
        edits: Whether an answer may be edits of the organism's definitions.
        meter: Counts what the run takes, and stops it.
        listener: Watches it.
        approve: Lets a person approve answers.

    Attributes:
        past: What happened before.
        life: Its life.
        ended: How it stopped, once it has.

    Raises:
        JournalError: Another process lives it, or it cannot be read.
    """

    def __init__(
        self,
        run: str,
        *,
        journal: Journal,
        wall: Sandbox,
        life: Callable[..., Life],
        llm: LLM,
        heard: Sequence[Call] | None,
        panel: Panel,
        sampling: Sampling,
        profile: Profile,
        edits: bool,
        meter: Meter,
        listener: Listener,
        approve: Approve | None,
    ) -> None:
        journal.claim(run)
        # Read only now: until it was claimed, another process may have gone on with it.
        self.past = Past.of(journal, run)
        self.ended: Ended | None = None
        self._journal = journal
        self._record = RunRecorder(journal, run)
        self._wall = wall
        self._seed = sampling.seed
        self._meter = meter
        self._listener = listener
        self._approve = approve
        self._edits = SelfEdits(on=edits, genome=lambda: self.life.genome)
        self._reprompter = Reprompter(
            self._asker((llm,), prefix=ORGANISM),
            temperature=sampling.temperature,
            max_tokens=sampling.max_tokens,
            attempts=profile.attempts,
            memory=profile.memory,
            frame=self._edits.frame(FRAMES[profile.frame]),
            reading=self._edits,
        )
        self._at_birth = Told(
            tokens=sampling.max_tokens,
            context=llm.context if isinstance(llm, Bounded) else None,
        )
        # What skills were told before is not asked again.
        known = [*(heard or ()), *(self.past.pending.consulted if self.past.pending else ())]
        asker = self._asker((llm,) if heard is None else (), known=known)
        pending = self.past.pending
        self._inspector = Inspector(
            panel,
            record=lambda data: self._record.write((ANALYSIS, data)),
            known=pending.analyses if pending else (),
            failed=listener.preparing,
        )
        self.life = life(host=RunHost(self._record, meter, self.past, asker))

    def live(self, budget: Budget, resumed: Data | None) -> Iterator[Step]:
        """Live from where the past ends; `ended` says afterwards how the run stopped.

        A life that is over is left as it is.

        Args:
            budget: Bounds the run from now on.
            resumed: The settings with which it goes on, for the journal; None if it is new. They
                are written once the life is rebuilt: one that cannot be leaves nothing there.

        Raises:
            JournalError: Nothing can be written, or the life cannot be rebuilt.
            KeyboardInterrupt: So it was stopped; it is suspended by then.
        """
        if self.past.death is not None:
            self.ended = died(self.past, self._journal)
            self._journal.release(self.past.run)
            return
        ending = Ending(self._meter)
        try:
            with ending:
                if unknown := self.past.settle():
                    self._record.write(("skill", unknown))
                event = self._begin(budget)
                if resumed is not None:
                    self._record.write(("resume", resumed))
                    resumed = None
                self._meter.start(budget)
                yield from self._steps(event, ending)
        finally:
            self.life.close()
            self.ended = ending.ended()
            if resumed is None:
                self._record.write(("end", self.ended.as_dict()))
            self._journal.release(self.past.run)
        if ending.interrupted:
            raise KeyboardInterrupt  # it is suspended, and whoever was interrupted shall know it

    def _begin(self, budget: Budget) -> Heartbeat | Death:
        """Bring the organism to where its past ends: to its birth, if it has none."""
        past = self.past
        event = self._rebuilt(replace(self._at_birth, left=budget.left(Spent())))
        for turn in past.turns:
            self._reprompter.remember(turn.refused)
            if turn.reply is not None:
                self._reprompter.remember(turn.attempts)
        if past.pending:
            self._record.take_up(past.pending, self.life.genome)
        elif isinstance(event, Heartbeat):
            self._record.asked(self.life.steps + 1, event, self.life.genome)
        return event

    def _rebuilt(self, told: Told) -> Heartbeat | Death:
        """Live the finished steps again, and return the event after them.

        Raises:
            JournalError: It goes another way than it did.
        """
        last = self.past.last_step
        if last:
            self._listener.preparing(f"rebuilding the life up to step {last}")
        for relived in relive(self.life, self.past, self._wall, told):
            if relived.event is None or relived.differences:
                raise JournalError(unlike(self.past, relived.differences[0], self._wall.build))
            event = relived.event
            if last:
                self._listener.rebuilt(relived.step, last)
            if self._meter.pause.is_set():
                raise SuspendedError(None)
        return event

    def _steps(self, event: Heartbeat | Death, ending: Ending) -> Iterator[Step]:
        """Yield step after step until death, the first from what is recorded of its turn."""
        turn = self.past.pending
        while isinstance(event, Heartbeat):
            self._meter.admit()
            asked = time.monotonic()
            text, told = self._answer(event, turn)
            if text is None:
                self._record.write(("refused", {}))
                ending.cause, ending.detail = Stop.PAUSED, "not approved"
                return
            event = self.life.answer(text, told=told)
            if isinstance(event, Death) and event.cause is Cause.WORKER:
                break  # it was the wall that ended: nothing is known of this step
            self._meter.spent.steps += 1
            ms = (time.monotonic() - asked) * 1000
            step = self._record.completed(self.life.steps, event, self.life.genome, ms)
            self._listener.stepped(step)
            yield step
            turn = None
        ending.cause, ending.detail, ending.result = event.cause, event.detail, event.result

    def _answer(self, heartbeat: Heartbeat, turn: Turn | None) -> tuple[str | None, Told]:
        """Have the model answer, and let a person approve.

        What a turn holds already, from before the run was cut off, is not asked for again.
        """
        if turn is not None and turn.reply is not None:
            return turn.reply, NOTHING  # what it was told is recorded, too
        step = self.life.steps + 1
        self._listener.asked(step, heartbeat.query, self._meter.left)
        completion = self._reprompter.answer(
            self._edits.query(heartbeat.query),
            step,
            on_text=self._listener.text,
            on_read=self._listener.reading,
            on_call=self._listener.attempted,
            objections=self._objections,
            made=turn.attempts if turn else (),
            refused=len(turn.refused) if turn else 0,
        )
        text = self._edits.given(completion.text)
        left = {name: value for name, value in self._meter.left.items() if name != "seconds"}
        told = Told(
            cut=completion.finish == "length",
            shortened=completion.shortened,
            left=left | {"steps": left["steps"] - 1} if "steps" in left else left,
        )
        return text if self._approve is None else self._approve(text), told

    def _objections(self, code: str) -> str:
        """Say why the organism shall not execute code; empty if it shall."""
        if not self.life.takes_python:
            return ""
        return self._inspector.objections(self.life.before, code)

    def _asker(self, llms: Sequence[LLM], **settings: Any) -> Asker:
        return Asker(
            llms,
            meter=self._meter,
            seed=self._seed,
            record=lambda data: self._record.write((CALL, data)),
            **settings,
        )


def died(past: Past, journal: Journal) -> Ended:
    """Return how a life ended; write it down, if whoever lived it came to no end of its own.

    Raises:
        JournalError: It cannot be written.
    """
    assert past.death is not None
    if past.end is not None:
        spent = Spent(**{name: past.end["spent"][name] for name in asdict(Spent())})
        end = past.end
        result = end.get("result")
        return Ended(cause=past.death, limit=None, detail=end["detail"], spent=spent, result=result)
    ended = Ended(
        cause=past.death,
        limit=None,
        detail=past.last_words,
        spent=Spent(),
        result=past.result,
    )
    journal.append(past.run, [("end", ended.as_dict())])
    return ended


class RunHost(Metered):
    """The host of an agent's life; see `autoagent.host.Host`.

    Args:
        record: Where it is written down.
        meter: Counts what it takes, and stops it.
        past: What entered before it was taken up.
        asker: Whom its skills may ask.
    """

    def __init__(self, record: RunRecorder, meter: Meter, past: Past, asker: Asker) -> None:
        super().__init__(meter, asker)
        self._record = record
        self._past = past

    def time(self) -> float:
        """Return the time of day."""
        return time.time()

    def record(self, kind: str, data: Data) -> None:
        """Write it into the journal."""
        self._record.write((kind, data))

    def announce(self, call: Data) -> None:
        """Write it into the journal."""
        self._record.write((ACT, call))

    def recall(self, kind: str, asked: Data) -> Data | None:
        """Return what the journal holds."""
        return self._past.recall(kind, asked)
