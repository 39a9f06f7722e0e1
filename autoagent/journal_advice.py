"""What to do about what SQLite says of a journal."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from autoagent.journal_file import LONGEST_QUERY, LONGEST_VALUE

RECOVER = "name another --db, or recover it with SQLite's `.recover`"
ADVICE = {
    "interrupted": (
        f"the journal {{path}} takes more than {LONGEST_QUERY:g} s to read, as only one does that "
        "was made for that; name another --db"
    ),
    "too big": (
        f"a value in the journal {{path}} is of more than {LONGEST_VALUE >> 20} MiB, as none of a "
        "run is; name another --db"
    ),
    "not a database": "{path} is not a journal ({text}); name another --db",
    "malformed": f"the journal {{path}} is damaged ({{text}}); {RECOVER}",
    "not JSON": f"the journal {{path}} is damaged ({{text}}); {RECOVER}",
}
"""By a part of what SQLite says."""
LOCKED = "the journal {path} is locked by another program; name another --db"
WRITTEN = "another process writes the same run in {path} ({text}); stop one of them"
UNREADABLE = (
    "the journal {path} cannot be read where nothing can be written ({text}); copy it, and "
    "{path}-wal with it, to another folder"
)
UNUSABLE = "the journal {path} cannot be used: {text}; name a writable file with --db"


def advice(error: Exception, path: Path, *, read_only: bool) -> str:
    """Return what to do about an error."""
    text = str(error)
    if isinstance(error, MemoryError):  # SQLite asks for what a damaged page says it needs
        text = "malformed: it asks for more memory than there is"
    return _words(error, text, read_only=read_only).format(path=path, text=text)


def _words(error: Exception, text: str, *, read_only: bool) -> str:
    if "locked" in text or "busy" in text:
        return LOCKED
    if isinstance(error, sqlite3.IntegrityError):
        return WRITTEN
    if read_only and "unable to open" in text:
        return UNREADABLE
    return next((words for said, words in ADVICE.items() if said in text), UNUSABLE)
