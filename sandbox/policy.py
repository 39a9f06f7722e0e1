"""The old name of `sandbox.judge`, which goes with the next version."""

from __future__ import annotations

import warnings
from typing import Any

from sandbox import judge as _judge


def __getattr__(name: str) -> Any:
    """Return what is in `sandbox.judge` under a name."""
    if name.startswith("__"):
        raise AttributeError(name)
    warnings.warn(
        f"sandbox.policy is named sandbox.judge: from sandbox.judge import {name}",
        DeprecationWarning,
        stacklevel=2,
    )
    return getattr(_judge, name)
