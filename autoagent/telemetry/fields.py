"""What is read of an event, whose data may be a stranger's and hold anything."""

from __future__ import annotations

from typing import Any

from autoagent.events import moment, number
from autoagent.journal import Event
from autoagent.printable import printable

LONGEST = 200
"""Characters of a text that are sent."""


def data_of(event: Event) -> dict[str, Any]:
    """Return the data of an event; nothing where it is no object."""
    return event.data if isinstance(event.data, dict) else {}


def text_of(data: dict[str, Any], name: str) -> str:
    """Return the beginning of a text; empty where there is none."""
    value = data.get(name)
    return printable(value[:LONGEST]) if isinstance(value, str) else ""


def number_of(data: dict[str, Any], name: str) -> float:
    """Return a number; 0 where there is none."""
    value = data.get(name)
    return value if number(value) else 0  # type: ignore[return-value]


def nanoseconds(event: Event) -> int:
    """Return when an event was written."""
    return int(event.at * 1e9) if moment(event.at) else 0
