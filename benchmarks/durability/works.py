"""What a long command is: how it is begun, gone on with, and what is left of it on the disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autoagent.journal import Event, Journal, JournalError

TIMES = ("now", "ms", "spent", "seconds", "rollout_seconds", "update_seconds", "run", "judged")
TIMES += ("tokens",)  # those since a run was taken up; each call tells its own
"""What may differ between two runs that are the same otherwise."""

Arguments = list[str]
Units = list[tuple[str, Any]]
"""What was finished: a name and what it says."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A long command.

    Attributes:
        name: Of the command.
        begin: Its arguments, given the folder that it works in.
        go_on: Those that go on with what is there; None if there is nothing that could.
        units: What is on the disk of what was finished, in order: a name and what it says.
        said: The name of the unit that a line of its output tells of, if one.
        asks: Whether it asks a server.
        whole: Whether all of it is done.
    """

    name: str
    begin: Callable[[Path], Arguments]
    go_on: Callable[[Path], Arguments | None]
    units: Callable[[Path], Units]
    said: Callable[[dict[str, Any]], str | None]
    whole: Callable[[Path], bool]
    asks: bool = False


def timeless(value: Any) -> Any:
    """Return plain data without what may differ."""
    if isinstance(value, dict):
        return {name: timeless(each) for name, each in value.items() if name not in TIMES}
    return [timeless(each) for each in value] if isinstance(value, list) else value


def events(folder: Path, *kinds: str) -> list[Event]:
    """Return the events of the only run in a journal; none if there is none yet.

    Raises:
        ValueError: The file is damaged.
    """
    path = folder / "journal.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as db:
        (check,) = db.execute("PRAGMA integrity_check").fetchone()
    if check != "ok":
        raise ValueError(check)
    try:
        with closing(Journal(path, read_only=True)) as journal:
            return list(journal.events(journal.find("last"), *kinds))
    except JournalError as error:
        if "no run" in str(error) or "no journal" in str(error):
            return []
        raise ValueError(str(error)) from None


def journal_of(folder: Path) -> Arguments:
    """Return the options that name the journal and the form of the output."""
    return ["--db", str(folder / "journal.db"), "--json"]


def ended(folder: Path, *causes: str) -> bool:
    """Tell whether the only run in a journal came to one of these ends."""
    last = events(folder)[-1:]
    return bool(last) and last[0].kind == "end" and last[0].data["cause"] in causes


def outcomes(folder: Path, *names: str) -> Units:
    """Return the outcomes that a benchmark keeps, told apart by these fields."""
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("out/outcomes/*.json"))]
    return [(" ".join(str(each[name]) for name in names), timeless(each)) for each in found]


def written(folder: Path, name: str, text: str) -> Path:
    """Return a file with a text, which a command is given."""
    path = folder / name
    path.write_text(text)
    return path
