"""Live a life again from its journal: a life is a function of what entered it.

`relive` feeds a run's `Past` to a `Life`, behind a real wall: no model is asked, no
skill performed, no verdict passed anew. What comes out is compared with what came out then. To
resume, to roll back and to verify all begin with that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from autoagent.death import Cause
from autoagent.host import Idle
from autoagent.journal import Data
from autoagent.life import Death, Heartbeat, Life, Outcome
from autoagent.past import Past
from autoagent.tape import LONGEST_QUOTED, DivergedError
from autoagent.told import NOTHING, Told
from sandbox.session import Sandbox, SandboxError

VERDICT = "verdict"
"""What differs where code is judged otherwise today than it was."""
COMPARED = (
    VERDICT, "cause", "error", "stdout", "genome", "changed", "state", "harm", "fuel", "query",
)  # fmt: skip
ADDRESS = re.compile("0x[0-9a-f]+")


class Recalling(Idle):
    """The host of a life that is lived again, and not taken any further.

    Args:
        past: What is fed to it.
    """

    def __init__(self, past: Past) -> None:
        super().__init__()
        self._past = past

    def recall(self, kind: str, asked: Data) -> Data | None:
        """Return what entered then."""
        return self._past.recall(kind, asked)


@dataclass(frozen=True, slots=True)
class Difference:
    """What came out differently.

    Attributes:
        step: Number of the step, 0 for birth.
        what: The field that differs, or ``message`` where it asked for something else.
        recorded: Its value in the journal.
        relived: Its value now.
    """

    step: int
    what: str
    recorded: Any
    relived: Any

    def __str__(self) -> str:
        """Say so in one line."""
        then, now = (repr(value)[:LONGEST_QUOTED] for value in (self.recorded, self.relived))
        return f"step {self.step}: {self.what} was {then} and is now {now}"

    def as_dict(self) -> Data:
        """Return it as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Relived:
    """A step that was lived again.

    Attributes:
        step: Its number, 0 for birth.
        event: What came of it; None when it went another way before anything came of it.
        differences: From what is recorded.
    """

    step: int
    event: Heartbeat | Death | None
    differences: tuple[Difference, ...]


def comparable(past: Past, sandbox: Sandbox) -> tuple[str, ...]:
    """Return what can be compared behind a wall: fuel only where its build counts it the same."""
    exact = sandbox.counts_fuel and past.builds == [sandbox.build]
    return tuple(what for what in COMPARED if exact or what != "fuel")


def relive(life: Life, past: Past, sandbox: Sandbox, told: Told = NOTHING) -> Iterator[Relived]:
    """Live all finished steps of a past again, yielding each; ends after one that differs.

    A death that two equal lives need not share (no heartbeat in time; the CPU time used up behind
    a wall that counts seconds) is taken as recorded.

    Args:
        life: Not begun; its host recalls this past.
        past: What to feed it.
        sandbox: The wall that it lives behind.
        told: What an organism is told that has not been born yet.

    Raises:
        SandboxError: The wall cannot start the organism, or broke, or was too slow.
        SuspendedError: The life's host stops it.
    """
    by_seconds = {Cause.HANG} if sandbox.counts_fuel else {Cause.HANG, Cause.FUEL}
    compare = _Comparison(past, sandbox, by_seconds | {Cause.WORKER})
    try:
        event = life.begin(past.prompt, told)
        yield (relived := compare(0, event, _birth(past)))
        for number, turn in enumerate(past.turns, 1):
            if relived.differences:
                return
            past.go_to(number)
            if turn.outcome is None:
                return
            if turn.outcome["cause"] in by_seconds:
                life.close()
                yield Relived(turn.step, _dead_as(turn.outcome), ())
                return
            then = dict(turn.outcome)
            if number < len(past.turns):
                then["query"] = past.turns[number].query
            event = life.answer(turn.reply or "")
            if turn.outcome["cause"] == Cause.STARVED and isinstance(event, Heartbeat):
                event = life.starve(turn.outcome["error"])  # nothing inside can tell
            relived = compare(turn.step, event, then)
            yield (relived := _with_disputes(relived, life))
        if past.turns and not relived.differences:
            past.go_to(len(past.turns) + 1)
    except DivergedError as error:
        difference = Difference(life.steps, "message", error.then, error.now)
        yield _with_disputes(Relived(life.steps, None, (difference,)), life)


def unlike(past: Past, difference: Difference, build: str) -> str:
    """Say why a life cannot be taken up behind a wall of this build."""
    rebuilt = f"run {past.run} cannot be rebuilt: {difference}"
    if past.builds != [build]:
        rebuilt += f" (it was lived in {past.builds_told}, this is {build[:12]})"
    return f"{rebuilt}; roll back to an earlier step with `autoagent rollback`"


def _with_disputes(relived: Relived, life: Life) -> Relived:
    """Return a step with the verdicts in it that are others today."""
    disputes = (Difference(relived.step, VERDICT, *pair) for pair in life.disputed)
    return replace(relived, differences=(*disputes, *relived.differences))


class _Comparison:
    """Compares what comes out with what came out, as far as the wall makes it the same.

    Args:
        past: What came out.
        sandbox: The wall.
        unlucky: Causes of death by which nothing can be told from.
    """

    def __init__(self, past: Past, sandbox: Sandbox, unlucky: set[Cause]) -> None:
        self._compared = comparable(past, sandbox)
        self._addresses = not any("addresses" in words for words in sandbox.undetermined)
        self._unlucky = unlucky

    def __call__(self, step: int, event: Heartbeat | Death, then: Data) -> Relived:
        """Return a step with its differences.

        Raises:
            SandboxError: The step did not get as far as it did then.
        """
        now = event.as_dict()
        if (
            isinstance(event, Death)
            and event.cause in self._unlucky
            and now["cause"] != then.get("cause")
        ):
            raise SandboxError(
                f"step {step} could not be lived again: {event.detail}; it got further when it was "
                "recorded, so try again when the machine is less busy"
            )
        differences = tuple(
            Difference(step, what, then[what], now[what])
            for what in self._compared
            if what in then and self._exact(then[what]) != self._exact(now[what])
        )
        return Relived(step, event, differences)

    def _exact(self, value: Any) -> Any:
        """Return a value without what the wall leaves to chance."""
        if self._addresses or not isinstance(value, str):
            return value
        return ADDRESS.sub("0x...", value)


def _birth(past: Past) -> Data:
    """Return what is recorded of the birth, as far as anything is."""
    if past.turns:
        first = past.turns[0]
        return {"query": first.query, "genome": first.genome, "cause": None}
    return {"cause": past.death.value} if past.death else {}


def _dead_as(outcome: Data) -> Death:
    cause, error = Cause(outcome["cause"]), outcome["error"]
    return Death(cause, error, Outcome(error=error, genome=outcome["genome"]))
