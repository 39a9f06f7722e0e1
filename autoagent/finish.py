"""May an organism end as it wishes? The host's word on that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autoagent.death import Cause

Files = Mapping[str, bytes]
Check = Callable[[Any, Files], str | None]
"""Given a result and the organism's files, says why it is not what was asked for, or None."""
Finishing = Callable[[Cause, Any, Files], str | None]
"""Given how an organism wishes to end, with what result and files, says why it may not, or None."""
LONGEST_REFUSAL = 4_000


class Finish:
    """Lets an organism finish, if a check passes its result; giving up is always allowed.

    Args:
        check: The check. What it raises counts as a refusal, and is told.

    Raises:
        ValueError: It is no function.
    """

    def __init__(self, check: Check | None = None) -> None:
        if check is not None and not callable(check):
            raise ValueError(f"check must be a function of result and files, got {check!r:.80}")
        self._check = check

    def __call__(self, cause: Cause, result: Any, files: Files) -> str | None:
        """Say why the organism may not end so, or None."""
        if self._check is None or cause is not Cause.FINISHED:
            return None
        try:
            refusal = self._check(result, files)
        except Exception as error:
            refusal = f"the check failed: {type(error).__name__}: {error}"
        if refusal is None or isinstance(refusal, str):
            return refusal if refusal is None else refusal[:LONGEST_REFUSAL] or "refused"
        return f"the check returned {type(refusal).__name__}, and not a text or None"


LETS_GO = Finish()
"""Lets everyone end who wishes to."""


def living_on(cause: Cause, result: Any, files: Files) -> str | None:
    """Refuse any end: for environments in which living is what counts."""
    return "here one lives on, and does not finish"
