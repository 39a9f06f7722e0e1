"""Whose word is taken on what programs are worth, and on whom to ask: that of one's own runs."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence

from autoagent.journal import Journal, JournalError
from autoagent.trust import USUAL


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


def require_usual(
    journal: Journal, run: str, models: Sequence[str], besides: Collection[str] = ()
) -> None:
    """Refuse to ask the models that a run names, if it may be a stranger's, but for usual ones.

    Args:
        journal: Where it is.
        run: Its id.
        models: Their names.
        besides: What is usual, too.

    Raises:
        JournalError: It is not known as the user's own, and would ask another.
    """
    others = [model for model in models if model not in (USUAL["llm"], *besides)]
    if others and not journal.is_own(run):
        raise JournalError(
            f"run {run} is not known as your own, and would ask {others[0]}; adopt it first: "
            f"`autoagent trust {run} --db {shlex.quote(str(journal.path))}`"
        )
