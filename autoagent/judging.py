"""Judging code on the host, in good time or not at all."""

from __future__ import annotations

import time
from collections.abc import Container

from sandbox.judge import OverdueError, judge
from sandbox.parsing import Mode
from sandbox.session import SandboxError
from sandbox.verdict import Verdict

JUDGING_SECONDS = 60.0
"""Many times what the largest text takes."""


def judged(code: str, mode: Mode = "exec", own: Container[str] = ()) -> Verdict:
    """Judge code, if this machine can in good time.

    Args:
        code: Any text.
        mode: Whether it is a program or one expression.
        own: Names of modules that are files of whoever wrote it.

    Raises:
        SandboxError: It cannot.
    """
    try:
        return judge(code, mode, until=time.monotonic() + JUDGING_SECONDS, own=own)
    except OverdueError as error:
        raise SandboxError(
            f"judging {len(code):,} characters took more than {JUDGING_SECONDS:.0f} seconds: end "
            "what else keeps this machine busy, and resume the run"
        ) from error
