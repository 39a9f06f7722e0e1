"""Reads what journals of schema 1 say, in the words of today.

There, answers to an organism were events of the kind ``call``, without a key, and answers to
skills and searches of the kind ``consult``. An append-only log is never rewritten: its events
stay as they are, and are converted whenever they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Row = tuple[int, float, str, Any]
"""Number, time, kind and data of an event."""

CONSULT = "consult"


def kinds_then(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return which kinds of events must be read to find those of the given kinds."""
    return (*kinds, CONSULT, "heartbeat") if "call" in kinds else kinds


def converted(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the events of a run, in order; the keys of calls follow from heartbeats among them."""
    step = attempts = 0
    for number, at, kind, data in rows:
        if isinstance(data, dict):
            if kind == "heartbeat":
                step, attempts = data.get("step", 0), 0
            elif kind == CONSULT:
                kind, data = "call", data | {"problem": None}
            elif kind == "call" and "key" not in data:
                data = data | {"key": f"life.{step}:{attempts}", "digest": ""}
                attempts += 1
        yield number, at, kind, data
