"""Writes one run into the journal as it is lived."""

from __future__ import annotations

from autoagent.genome import Genome
from autoagent.journal import Data, Event, Journal
from autoagent.life import Death, Heartbeat
from autoagent.llm import Query
from autoagent.steps import Step, fold
from autoagent.turn import Turn


class RunRecorder:
    """The record of one run.

    Args:
        journal: Where it is kept.
        run: Id of the run.
    """

    def __init__(self, journal: Journal, run: str) -> None:
        self.run = run
        self._journal = journal
        self._stored_genome = ""
        self._unfolded: list[Event] = []

    def write(self, *events: tuple[str, Data], genome: Genome | None = None) -> None:
        """Write events in one transaction, with the genome when it is a new one.

        Raises:
            JournalError: They cannot be written; nothing of them is.
        """
        new = genome if genome is not None and genome.hash != self._stored_genome else None
        self._journal.append(self.run, events, genome=new)
        if new is not None:
            self._stored_genome = new.hash
        self._unfolded += [Event(0, 0.0, kind, data) for kind, data in events]

    def take_up(self, turn: Turn, genome: Genome) -> None:
        """Go on in the middle of a turn, with a genome that is stored already."""
        self._stored_genome = genome.hash
        self._unfolded = list(turn.events)

    def asked(self, step: int, event: Heartbeat, genome: Genome) -> None:
        """Write the heartbeat that begins a step."""
        self.write(_heartbeat(step, event.query, genome), genome=genome)

    def completed(self, number: int, event: Heartbeat | Death, genome: Genome, ms: float) -> Step:
        """Write the outcome of a step, and return the step."""
        data = event.as_dict() | {"step": number, "ms": round(ms, 1)}
        query = data.pop("query")
        events = [("outcome", data)]
        if query is not None:
            events.append(_heartbeat(number + 1, query, genome))
        self.write(*events, genome=genome)
        step = next(fold(self.run, self._unfolded))
        self._unfolded = self._unfolded[-1:]
        return step


def _heartbeat(step: int, query: Query, genome: Genome) -> tuple[str, Data]:
    return "heartbeat", {"step": step, "query": query, "genome": genome.hash}
