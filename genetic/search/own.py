"""Whose word on what programs are worth is taken: that of runs of one's own."""

from __future__ import annotations

import shlex

from autoagent.journal import Journal, JournalError


def require_own(journal: Journal, run: str, use: str) -> None:
    """Refuse to use what a run says that its programs are worth, if it may be a stranger's.

    Args:
        journal: Where it is.
        run: Its id.
        use: What for, as in "train on them".

    Raises:
        JournalError: It is not known as the user's own.
    """
    if not journal.is_own(run):
        raise JournalError(
            f"run {run} is not known as your own, so that nobody knows whether its programs are "
            f"what it says; {use} only if you trust it: "
            f"`autoagent trust {run} --db {shlex.quote(str(journal.path))}`"
        )
