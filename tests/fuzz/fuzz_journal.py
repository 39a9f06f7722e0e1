"""Fuzz what is read of a stranger's journal: ``python -m tests.fuzz.fuzz_journal``.

An input is a database file, or lines that are made the events of one: each is a JSON array of
number, time, kind and data. Arguments are libFuzzer's.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

import atheris
import typer

NAMES = ["autoagent.journal", "autoagent.journal_file", "autoagent.schema1", "autoagent.events"]
NAMES += ["autoagent.replay", "autoagent.steps", "autoagent.seal", "autoagent.message"]
NAMES += ["autoagent.cli.history", "genetic.translate.plan", "genetic.cli.runs"]
with atheris.instrument_imports(include=NAMES):
    from autoagent import journal_file
    from autoagent.cli.genome import diff, export, genome
    from autoagent.cli.history import runs, show
    from autoagent.events import FIELDS
    from autoagent.journal import INSERT, Journal, JournalError
    from autoagent.past import Past
    from autoagent.trust import Chosen, settled
    from tests.fuzz.targets import PLACE, fuzz

RUN = "0123abcd"
MAGIC = b"SQLite format 3\0"


def one_input(data: bytes) -> None:
    """Open a journal and tell all there is to tell of it, then write to it."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        path = Path(folder, "journal.db")
        path.write_bytes(data if data.startswith(MAGIC) else made_of(data))
        told(path)
        written(path)


def made_of(data: bytes) -> bytes:
    """Return a journal with these events; its version is one more than the parity of the text."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    journal_file._take_steps(db, 0, journal_file.SCHEMA_VERSION)
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").splitlines(), 1):
        row = row_of(line, number)
        try:
            db.execute(INSERT, (RUN, *row, None))
        except (sqlite3.Error, OverflowError, UnicodeEncodeError):
            continue  # no file can hold it
    return db.serialize()


def row_of(line: str, number: int) -> tuple[object, object, object, object]:
    """Return number, time, kind and data; a line that is something else is data."""
    try:
        parts = json.loads(line)
        number, at, kind, data = parts
    except (ValueError, TypeError, RecursionError):
        return number, 1.0, "reply", line
    plain = [None if isinstance(each, dict | list) else each for each in (number, at, kind)]
    return *plain, data if isinstance(data, str | int | float) else json.dumps(data)  # type: ignore[return-value]


def told(path: Path) -> None:
    """Have each command that reads tell of the journal, and fail as commands may fail."""
    for json_wanted in (False, True):
        command(partial(runs, db=path, json=json_wanted))
        command(partial(show, "last", path, json=json_wanted))
    command(partial(export, "last", db=path))
    command(partial(genome, "last", db=path))
    command(partial(diff, "last", 0, 1, db=path))


def command(act: Callable[[], None]) -> None:
    """Run a command; it may say what is wrong, in a line for people."""
    said, code = io.StringIO(), 0
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(said):
            act()
    except typer.Exit as refusal:
        code = refusal.exit_code
    assert code in (0, 2)
    assert ("error: " in said.getvalue()) is (code == 2)
    said.getvalue().encode()


def written(path: Path) -> None:
    """Take up the run that is in it, as far as that goes without a life, and add an event."""
    try:
        with closing(Journal(path)) as journal:
            run = journal.find("last")
            assert not journal.is_own(run)
            past = Past.of(journal, run, whose=True)
            json.dumps([past.last_step, past.death, past.last_words, past.builds])
            assert settled(past, Chosen(sandbox="wasm", llm="smollm2"))["limits"].wall_seconds <= 60
            journal.append(run, [("resume", {})])
    except (JournalError, ValueError):
        return


def main() -> None:
    """Fuzz, beginning with the corpus; with a folder of its own for the user's key."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = home
        words = [*FIELDS, *{name for fields in FIELDS.values() for name in fields}]
        fuzz("journal", one_input, words)


if __name__ == "__main__":
    main()
