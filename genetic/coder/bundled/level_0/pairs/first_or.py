from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def first_or(items: Sequence[T], default: T) -> T:
    """Return the first of the items, or the default if there is none."""
    # completion
    return items[0] if items else default


# tests
assert first_or([1, 2], 0) == 1
assert first_or([], "none") == "none"
