"""What to do next, in a line at the end of a run."""

from __future__ import annotations

import shlex
from pathlib import Path

from autoagent.death import Cause, Stop
from autoagent.ended import Ended


def after_life(run: str, ended: Ended, steps: int, *, made: bool, db: Path | None) -> str:
    """Return the next command after a life, and what it does.

    Args:
        run: Id of the run.
        ended: How it stopped.
        steps: How many steps the life has had.
        made: Whether it has made files that were not written.
        db: The journal's file, if it was named.
    """
    if isinstance(ended.cause, Stop) or ended.cause is Cause.WORKER:  # the wall's end, not its own
        return command(f"resume {run}", db, "goes on")
    if made:
        return command(f"save {run} -o DIR", db, "writes the files that it made")
    if ended.cause in (Cause.FINISHED, Cause.GAVE_UP) or steps < 2:
        return command(f"show {run} --query", db, "tells it again, with what it was asked")
    return command(f"rollback {run} --to {steps - 1}", db, "goes on from before its death")


def after_search(run: str, name: str, *, unfinished: bool, db: Path | None, more: str = "") -> str:
    """Return the next command after a search, and what it does.

    Args:
        run: Id of the run.
        name: The search's command.
        unfinished: Whether it can go on.
        db: The journal's file, if it was named.
        more: The option that lets it go on, if it has all that it was given.
    """
    if unfinished:
        return command(f"{name} --resume {run}", db, "goes on")
    kept = command(f"save {run} -o FILE", db, "keeps the best program")
    on = f", `autoagent {name} --resume {run} {more} N{in_journal(db)}` goes on" if more else ""
    return kept + on


def command(words: str, db: Path | None, does: str) -> str:
    """Return a command as it is typed, for the journal that is used, and what it does."""
    return f"next: `autoagent {words}{in_journal(db)}` {does}"


def in_journal(db: Path | None) -> str:
    """Return the option that names a journal, with a space before it, if it was named."""
    return "" if db is None else f" --db {shlex.quote(str(db))}"
