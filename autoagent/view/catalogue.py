"""The list of runs, a page at a time: SQLite finds the rows, and no run is read as a whole."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autoagent.activity import AGENT, LONGEST
from autoagent.events import count, moment
from autoagent.journal import Journal, JournalError
from autoagent.marks import Mark

PAGE = 50
SHOWN = 300
"""Characters of a prompt that a list may show."""
TAIL = 64
"""Events at the end of a run in which its last step and its end are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which runs are listed.

    Attributes:
        text: In the prompt, or at the beginning of the run's id.
        kind: What the run is.
        model: In the model's name.
        tag: One of its tags.
        hidden: Whether those that are hidden are listed, too.
        before: Where the page begins: time and id of the run above it.
    """

    text: str = ""
    kind: str = ""
    model: str = ""
    tag: str = ""
    hidden: bool = False
    before: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A run in the list; texts are a stranger's.

    Attributes:
        run: Its id.
        at: When it was begun, in seconds since the epoch; None if that is damaged.
        kind: What it is.
        model: Who answers.
        prompt: The beginning of it.
        steps: Steps or generations so far; None if the end of the run tells none.
        cause: Why it stopped; empty while it has not.
        lives: Whether a process has it.
        mark: What the user has noted.
    """

    run: str
    at: float | None
    kind: str
    model: str
    prompt: str
    steps: int | None = None
    cause: str = ""
    lives: bool = False
    mark: Mark = field(default_factory=Mark)

    @property
    def state(self) -> str:
        """How it stands, in a word."""
        return self.cause or ("lives" if self.lives else "unfinished")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list, and where the next one begins."""

    runs: list[Listed]
    next: tuple[float, str] | None


def told(path: str) -> str:
    """Return what SQL calls a field of an event, whatever was written there."""
    return f"CASE WHEN json_valid(data) THEN json_extract(data, '{path}') END"


_KIND = f"COALESCE(substr({told('$.activity')}, 1, {LONGEST}), '{AGENT}')"
_COLUMNS = f"""run, at, {_KIND}, substr({told("$.llm")}, 1, {SHOWN}),
    substr({told("$.prompt")}, 1, {SHOWN})"""
_TAIL = f"""SELECT kind, {told("$.step")}, {told("$.number")}, {told("$.cause")} FROM
    (SELECT kind, data FROM events WHERE run = ? ORDER BY number DESC LIMIT {TAIL})
    WHERE kind IN ('end', 'outcome', 'generation', 'batch')"""
_STATE = "SELECT kind FROM events WHERE run = ? ORDER BY number DESC LIMIT 1"


def page(journal: Journal, wanted: Wanted, marks: Mapping[str, Mark]) -> Page:
    """Return a page of the runs that are wanted, newest first.

    Raises:
        JournalError: They cannot be read.
    """
    where, values = _conditions(wanted, marks)
    rows = journal.select(
        f"SELECT {_COLUMNS} FROM events WHERE {' AND '.join(where)} "
        f"ORDER BY at DESC, run DESC LIMIT {PAGE + 1}",
        *values,
    )
    runs = [_listed(journal, row, marks) for row in rows[:PAGE]]
    more = len(rows) > PAGE and isinstance(rows[PAGE - 1][1], float)
    return Page(runs, (rows[PAGE - 1][1], runs[-1].run) if more else None)


def total(journal: Journal) -> int:
    """Return how many runs there are."""
    ((number,),) = journal.select("SELECT COUNT(*) FROM events WHERE kind = 'run'")
    return int(number)


def one(journal: Journal, run: str, marks: Mapping[str, Mark]) -> Listed:
    """Return the row of a run that there is.

    Raises:
        JournalError: It cannot be read, or has no beginning.
    """
    query = f"SELECT {_COLUMNS} FROM events WHERE run = ? AND +kind = 'run' ORDER BY number LIMIT 1"
    rows = journal.select(query, run)
    if not rows:
        raise JournalError(f"run {run} has no beginning; the journal {journal.path} is damaged")
    return _listed(journal, rows[0], marks)


def lives(journal: Path, run: str) -> bool:
    """Tell whether a process has the run; it is asked of the lock, which no dead process holds."""
    try:
        descriptor = os.open(f"{journal.resolve()}.{run}.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _conditions(wanted: Wanted, marks: Mapping[str, Mark]) -> tuple[list[str], list[str | float]]:
    where, values = ["kind = 'run'"], list[str | float]()

    def condition(text: str, *given: str | float) -> None:
        where.append(text)
        values.extend(given)

    if wanted.text:
        text = wanted.text.casefold()
        found = f"instr(lower({told('$.prompt')}), ?) > 0"
        condition(f"({found} OR substr(run, 1, length(?)) = ?)", text, text, text)
    if wanted.kind:
        condition(f"{_KIND} = ?", wanted.kind)
    if wanted.model:
        condition(f"instr({told('$.llm')}, ?) > 0", wanted.model)
    if wanted.tag:
        tagged = _json(run for run, mark in marks.items() if wanted.tag in mark.tags)
        condition("run IN (SELECT value FROM json_each(?))", tagged)
    if not wanted.hidden and any(mark.hidden for mark in marks.values()):
        hidden = _json(run for run, mark in marks.items() if mark.hidden)
        condition("run NOT IN (SELECT value FROM json_each(?))", hidden)
    if wanted.before is not None:
        condition("(at, run) < (?, ?)", *wanted.before)
    return where, values


def _json(runs: Iterable[str]) -> str:
    return json.dumps(list(runs))


def _listed(journal: Journal, row: tuple[Any, ...], marks: Mapping[str, Mark]) -> Listed:
    run, at, *texts = row
    kind, model, prompt = (text if isinstance(text, str) else "" for text in texts)
    whole = moment(at) and all(isinstance(text, str) for text in texts)
    steps, cause = _standing(journal, run)
    ended = journal.select(_STATE, run)[0][0] == "end"
    cause = "damaged" if not whole else (cause or "ended") if ended else ""
    return Listed(
        run=run,
        at=at if moment(at) else None,
        kind=kind,
        model=model,
        prompt=prompt,
        steps=steps,
        cause=cause,
        lives=not ended and lives(journal.path, run),
        mark=marks.get(run, Mark()),
    )


def _standing(journal: Journal, run: str) -> tuple[int | None, str]:
    """Return how far a run has come, and the cause that its last end names."""
    steps, cause = None, ""
    for kind, step, number, why in journal.select(_TAIL, run):
        if kind == "end":
            cause = cause or (why[:LONGEST] if isinstance(why, str) else "")
        elif steps is None:
            known = step if kind == "outcome" else number
            if count(known):
                steps = int(known) + (kind != "outcome")
    return steps, cause
