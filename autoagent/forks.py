"""A run that shares the past of another."""

from __future__ import annotations

from autoagent.journal import Journal
from autoagent.past import Past


def fork(journal: Journal, past: Past, step: int) -> str:
    """Begin a run whose past is another's up to a step, 0 being birth, and return its id.

    Raises:
        ValueError: The organism did not ask again after that step.
        JournalError: It cannot be written.
    """
    number = past.number_at(step)
    beginning = next(journal.events(past.run, "run")).data
    origin = {"forked": {"run": past.run, "step": step}}
    return journal.fork(past.run, number, beginning | origin)
