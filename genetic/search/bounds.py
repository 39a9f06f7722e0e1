"""What bounds a search: a run that is taken up again has what it had, or what is given anew."""

from __future__ import annotations

from autoagent.events import calls
from autoagent.journal import BEGINS, Data, Journal, JournalError


def first_plan(journal: Journal, run: str, activity: str, command: str) -> Data:
    """Return the plan with which a run was begun.

    Args:
        journal: Where the run is.
        run: Its id.
        activity: What it must be.
        command: What begins those.

    Raises:
        JournalError: It is of another activity, or cannot be read.
    """
    begun = next(journal.events(run, "run"), None)
    plan: Data = begun.data if begun is not None and isinstance(begun.data, dict) else {}
    if plan.get("activity") != activity:
        kind = str(plan.get("activity", "life of an agent"))[:40]
        raise JournalError(
            f"run {run} was not begun by `autoagent {command}`: it is of the kind {kind!r}; "
            f"`autoagent resume {run}` goes on with it, or names the command that does"
        )
    return plan


def last_plan(journal: Journal, run: str) -> Data:
    """Return the plan with which a run was begun, or gone on with for the last time.

    Raises:
        JournalError: It cannot be read.
    """
    plan: Data = {}
    for event in journal.events(run, *BEGINS):
        plan = event.data if isinstance(event.data, dict) else {}
    return plan


def asked(journal: Journal, run: str) -> int:
    """Return how many questions a run has asked; one that was asked anew is the same.

    Raises:
        JournalError: It cannot be read.
    """
    return len({call.key for call in calls(journal, run)})


def check_enough(journal: Journal, run: str, most: int) -> None:
    """Refuse fewer calls than there were.

    Raises:
        JournalError: A run has asked more questions; the message says how many.
    """
    known = asked(journal, run)
    if most < known:
        raise JournalError(
            f"run {run} has asked {known} questions already, and calls bound all of them: give "
            f"{known} or more, got {most}"
        )
