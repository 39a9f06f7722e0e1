"""Which numbers a run may be given: those that its journal can hold."""

from __future__ import annotations

import math

LARGEST = 1 << 63
"""No number of a run is as far from 0 as this."""


def is_whole(value: object) -> bool:
    """Tell whether it is an integer of ordinary size."""
    return type(value) is int and abs(value) < LARGEST


def is_number(value: object) -> bool:
    """Tell whether it is a finite number of ordinary size."""
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) < LARGEST
    return is_whole(value)
