"""A search that shares the past of another.

Any beginning of a search's record is what a kill would have left, and is taken up like that.
"""

from __future__ import annotations

from collections.abc import Sequence

from autoagent.events import integer, record
from autoagent.journal import Data, Journal

SAMPLED = record(sampling=integer)


def fork(
    journal: Journal, run: str, to: int, *, ends: Sequence[int], part: str, changed: Data
) -> str:
    """Begin a run whose past is another's up to a part of it, and return its id.

    Args:
        journal: Holds both.
        run: Id of the other.
        to: The last part that both have.
        ends: The number of the last event of each part.
        part: What a part is called.
        changed: What of the plan is another from there on.

    Raises:
        ValueError: There is no such part; the message says which there are.
        JournalError: The run cannot be read, or nothing can be written.
    """
    if not 0 <= to < len(ends):
        known = f"it has 0 to {len(ends) - 1}" if ends else f"it has completed no {part}"
        raise ValueError(f"run {run} cannot go on from {part} {to}: {known}")
    begun = next(journal.events(run, "run")).data
    origin = {"forked": {"run": run, "step": to}}
    return journal.fork(run, ends[to], begun | changed | origin)


def sampling(journal: Journal, run: str, usual: int) -> int:
    """Return the seed with which a run's models are asked: one of a fork's own, or the usual one.

    All other chance of a search stays as it was planned, or its past would not come about again.
    """
    begun = next(journal.events(run, "run"), None)
    own = begun is not None and SAMPLED(begun.data)
    return int(begun.data["sampling"]) if begun is not None and own else usual
