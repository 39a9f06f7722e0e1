"""Where each step of a life is among its events, so that any part of a life is read by itself."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from autoagent.asker import CALL, Call
from autoagent.events import checked
from autoagent.journal import LAST, Data, Event, Journal, JournalError
from autoagent.steps import Step, fold
from autoagent.view.catalogue import told

KEPT = 8
"""Lives whose steps are remembered."""
_INDEX = f"""SELECT number, kind, {told("$.genome")},
    COALESCE({told("$.error")}, '') != '' AND kind = 'outcome',
    CASE WHEN json_valid(data) THEN json_array_length(data, '$.harm') END,
    CASE WHEN json_valid(data) THEN json_array_length(data, '$.changed') END
    FROM events WHERE run = ? AND number > ? AND +kind IN ('heartbeat', 'outcome')
    ORDER BY number"""


@dataclass(slots=True)
class Beat:
    """Where a step is, and what is known of it at a glance.

    Attributes:
        first: Number of the event with which the organism asked.
        asked_with: Hash of the genome then.
        last: Number of the event that tells what came of it; None while nothing has.
        genome: Hash of the genome afterwards.
        failed: Whether its code raised an error.
        harmed: Whether its code was harmful.
        changed: Whether definitions changed.
    """

    first: int
    asked_with: str = ""
    last: int | None = None
    genome: str = ""
    failed: bool = False
    harmed: bool = False
    changed: bool = False

    @property
    def look(self) -> str:
        """What it was, in a word: what matters most."""
        if self.last is None:
            return "asking"
        if self.harmed:
            return "harm"
        return "error" if self.failed else "changed" if self.changed else "fine"


@dataclass(slots=True)
class Lifeline:
    """The steps of a run.

    Attributes:
        run: Its id.
        beats: One for each step, the last perhaps unfinished.
        read: Number of the last event that was looked at.
    """

    run: str
    beats: list[Beat] = field(default_factory=list)
    read: int = 0

    @property
    def done(self) -> int:
        """How many steps are finished."""
        return len(self.beats) - bool(self.beats and self.beats[-1].last is None)

    def read_on(self, journal: Journal) -> None:
        """Find what is new.

        Raises:
            JournalError: It cannot be read.
        """
        for number, kind, genome, failed, harm, changed in journal.select(
            _INDEX, self.run, self.read
        ):
            self.read = number
            told_genome = genome if isinstance(genome, str) else ""
            if kind == "heartbeat":
                self.beats.append(Beat(number, told_genome))
            elif self.beats and self.beats[-1].last is None:
                beat = self.beats[-1]
                beat.last, beat.genome = number, told_genome
                beat.failed, beat.harmed, beat.changed = bool(failed), bool(harm), bool(changed)

    def genome_at(self, step: int) -> str:
        """Return the hash of the genome after a step, 0 being birth.

        Raises:
            JournalError: There is no such step.
        """
        if self.beats and step == 0:
            return self.beats[0].asked_with
        if not 1 <= step <= self.done:
            raise JournalError(f"run {self.run} has no step {step}; it has 0 to {self.done}")
        return self.beats[step - 1].genome

    def changes(self) -> list[int]:
        """Return the steps after which the genome was another than before."""
        hashes = [self.genome_at(step) for step in range(self.done + 1)] if self.beats else []
        return [step for step in range(1, len(hashes)) if hashes[step] != hashes[step - 1]]

    def steps(self, journal: Journal, first: int, size: int) -> list[Step]:
        """Return finished steps from the one numbered `first` on.

        Args:
            journal: Where they are.
            first: From 1.
            size: So many at most.

        Raises:
            JournalError: They cannot be read, or are damaged.
        """
        beats = self.beats[first - 1 : min(first - 1 + size, self.done)]
        if not beats:
            return []
        events = journal.events(self.run, after=beats[0].first - 1, last=beats[-1].last or LAST)
        return list(fold(self.run, checked(self.run, events)))


@dataclass(frozen=True, slots=True)
class Turn:
    """One step with all that entered in it.

    Attributes:
        step: What came of it; of a step that is not finished, what there is.
        done: Whether it is finished.
        attempts: What the model answered before an answer was of use, each with what was wrong.
        entered: Names of further events in it (skills, judgements, checks), each with its data.
        left: What was left of the budget when it was answered, as its organism was told.
        at: When it was asked, in seconds since the epoch.
    """

    step: Step
    done: bool
    attempts: list[Call]
    entered: list[tuple[str, Data]]
    left: dict[str, float]
    at: float


def turn(journal: Journal, line: Lifeline, number: int) -> Turn:
    """Return a step of a life.

    Raises:
        JournalError: There is none of that number, or it is damaged.
    """
    if not 1 <= number <= len(line.beats):
        raise JournalError(f"run {line.run} has no step {number}; it has 1 to {len(line.beats)}")
    beat = line.beats[number - 1]
    last = beat.last or LAST
    events = list(checked(line.run, journal.events(line.run, after=beat.first - 1, last=last)))
    calls = [Call.of(event.data) for event in events if event.kind == CALL]
    reply: Data = next((event.data for event in events if event.kind == "reply"), {"text": ""})
    step = next(fold(line.run, events), None)
    return Turn(
        step=step or _unfinished(line.run, number, events, reply["text"]),
        done=step is not None,
        attempts=[call for call in calls if call.by_organism and call.problem],
        entered=[(e.kind, e.data) for e in events if e.kind in ("skill", "check", "judge")],
        left=(reply.get("told") or {}).get("left") or {},
        at=events[0].at,
    )


def rewritten(journal: Journal, line: Lifeline, number: int) -> dict[str, str]:
    """Return what an organism changed in itself in a step: a diff for each definition.

    Raises:
        JournalError: It cannot be read.
    """
    if not 1 <= number <= line.done or not line.beats[number - 1].changed:
        return {}
    before, after = (journal.genome(line.genome_at(step)) for step in (number - 1, number))
    return before.diff(after)


def _unfinished(run: str, number: int, events: Iterable[Event], text: str) -> Step:
    query = next(event.data["query"] for event in events if event.kind == "heartbeat")
    return Step(run=run, step=number, query=query, response=text)


class Lifelines:
    """The lifelines of the runs that were looked at last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Lifeline] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, journal: Journal, run: str) -> Lifeline:
        """Return a run's, read up to its present end.

        Raises:
            JournalError: It cannot be read.
        """
        ((last,),) = journal.select("SELECT MAX(number) FROM events WHERE run = ?", run)
        with self._lock:
            line = self._kept.pop(run, None)
            if line is None or line.read > (last or 0):  # another run of that name, since
                line = Lifeline(run)
            line.read_on(journal)
            self._kept[run] = line
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return line
