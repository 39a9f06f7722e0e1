"""Waiting for what will be so in the end, on a machine that may be slow, and busy with others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path


def soon(holds: Callable[[], object], seconds: float = 60.0) -> bool:
    """Wait until something holds, and tell whether it came to that."""
    end = time.monotonic() + seconds
    while not (held := bool(holds())) and time.monotonic() < end:
        time.sleep(0.01)
    return held


def named(pid: int) -> str:
    """Name a process as no later one with its number is named; nothing if it runs no more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, began = fields[0], fields[19]
    return "" if state in "XZ" else f"{pid}:{began}"


def gone(names: Iterable[str]) -> bool:
    """Wait until none of the processes runs that were named, and tell whether it came to that."""
    left = set(names)
    return soon(lambda: not any(named(int(each.partition(":")[0])) == each for each in left))
