"""What to do next, in a line at the end of a run."""

from __future__ import annotations

import shlex
from pathlib import Path

from autoagent.death import Cause, Stop
from autoagent.ended import Ended


def after_life(
    run: str, ended: Ended, steps: int, *, made: bool, db: Path | None, url: str | None = None
) -> str:
    """Return the next command after a life, and what it does.

    Args:
        run: Id of the run.
        ended: How it stopped.
        steps: How many steps the life has had.
        made: Whether it has made files that were not written.
        db: The journal's file, if it was named.
        url: The model's server, if it was named.
    """
    if isinstance(ended.cause, Stop) or ended.cause is Cause.WORKER:  # the wall's end, not its own
        return command(f"resume {run}{served(url)}", db, "goes on")
    if made:
        return command(f"save {run} -o DIR", db, "writes the files that it made")
    if ended.cause in (Cause.FINISHED, Cause.GAVE_UP) or steps < 2:
        return command(f"show {run} --query", db, "tells it again, with what it was asked")
    again = f"rollback {run} --to {steps - 1}{served(url)}"
    return command(again, db, "goes on from before its death")


def after_search(
    run: str,
    name: str,
    *,
    unfinished: bool,
    db: Path | None,
    url: str | None = None,
    more: str = "",
) -> str:
    """Return the next command after a search, and what it does.

    Args:
        run: Id of the run.
        name: The search's command.
        unfinished: Whether it can go on.
        db: The journal's file, if it was named.
        url: The models' server, if it was named.
        more: The option that lets it go on, if it has all that it was given.
    """
    if unfinished:
        return command(f"{name} --resume {run}{served(url)}", db, "goes on")
    kept = command(f"save {run} -o FILE", db, "keeps the best program")
    again = f"autoagent {name} --resume {run} {more} N{served(url)}{in_journal(db)}"
    return kept + (f", `{again}` goes on" if more else "")


def command(words: str, db: Path | None, does: str) -> str:
    """Return a command as it is typed, for the journal that is used, and what it does."""
    return f"next: `autoagent {words}{in_journal(db)}` {does}"


def in_journal(db: Path | None) -> str:
    """Return the option that names a journal, with a space before it, if it was named."""
    return "" if db is None else f" --db {shlex.quote(str(db))}"


def served(url: str | None) -> str:
    """Return the option that names a server, with a space before it, if it was named.

    No journal has it: whoever goes on with a stranger's run would send their key there.
    """
    return "" if url is None else f" --base-url {shlex.quote(url)}"
