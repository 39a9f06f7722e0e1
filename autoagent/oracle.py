"""The old name of `autoagent.asker`, which goes with the next version."""

from __future__ import annotations

from typing import Any

from autoagent.former import renamed

_NAMES = {
    "Oracle": "autoagent.asker.Asker",
    "Question": "autoagent.asker.Question",
    "derived": "autoagent.asker.derived",
}


def __getattr__(name: str) -> Any:
    """Return what has this old name."""
    return renamed(__name__, name, _NAMES)
