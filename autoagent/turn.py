"""One step of a run, as its journal holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autoagent.analyzers.analyst import ANALYSIS
from autoagent.asker import CALL, Call
from autoagent.journal import Data, Event
from autoagent.llm import Query


@dataclass(slots=True)
class Turn:
    """What the journal holds of one step: a query, the answers to it, and what came of them.

    Attributes:
        step: Its number, from 1.
        query: What the organism asked.
        genome: Hash of the genome when it asked.
        events: All events of the turn, the heartbeat first.
    """

    step: int
    query: Query
    genome: str
    events: list[Event] = field(default_factory=list)

    @property
    def attempts(self) -> list[Call]:
        """The model's answers since a person refused one, in their order."""
        return self._attempts(after_refusal=True)

    @property
    def refused(self) -> list[Call]:
        """The model's answers up to one that a person refused."""
        return self._attempts(after_refusal=False)

    @property
    def analyses(self) -> list[Data]:
        """What analyzers found in answers."""
        return [event.data for event in self.events if event.kind == ANALYSIS]

    @property
    def consulted(self) -> list[Call]:
        """The answers that skills were given."""
        return [call for call in _calls(self.events) if not call.by_organism]

    def _attempts(self, *, after_refusal: bool) -> list[Call]:
        refusals = [n for n, event in enumerate(self.events, 1) if event.kind == "refused"]
        border = refusals[-1] if refusals else 0
        events = self.events[border:] if after_refusal else self.events[:border]
        return [call for call in _calls(events) if call.by_organism]

    @property
    def reply(self) -> str | None:
        """The answer that the organism was given; None when it never got one."""
        return next((e.data["text"] for e in self.events if e.kind == "reply"), None)

    @property
    def outcome(self) -> Data | None:
        """What came of the answer; None when that was never written down."""
        return next((e.data for e in self.events if e.kind == "outcome"), None)


def _calls(events: Iterable[Event]) -> Iterator[Call]:
    return (Call.of(event.data) for event in events if event.kind == CALL)
