"""The old name of `autoagent.asker`, which goes with the next version."""

from __future__ import annotations

import warnings
from typing import Any

from autoagent import asker as _asker

_NAMES = {"Oracle": "Asker", "Question": "Question", "derived": "derived"}


def __getattr__(name: str) -> Any:
    """Return what has this old name."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(
        f"autoagent.oracle.{name} is named autoagent.asker.{_NAMES[name]}",
        DeprecationWarning,
        stacklevel=2,
    )
    return getattr(_asker, _NAMES[name])
