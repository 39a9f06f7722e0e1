"""What a guest says, parsed: data from a stranger becomes JSON of bounded depth, or an error.

What enters or leaves the journal is JSON of the same strict kind.
"""

from __future__ import annotations

import json
import math
from typing import Any

DEEPEST_MESSAGE = 32

Data = dict[str, Any]


class MalformedError(Exception):
    """The guest's message is not one."""


def parsed(text: str, key: str = "kind") -> dict[str, Any]:
    """Parse a message of a guest.

    Args:
        text: What it said; the wall has bounded its length already.
        key: What tells its kind, which must be there as text.

    Raises:
        MalformedError: It is no message.
    """
    try:
        message = from_json(text)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"a message that is not JSON ({str(error)[:80]})") from None
    if not isinstance(message, dict) or not isinstance(message.get(key), str):
        raise MalformedError(f"a message without {key!r}")
    if _deeper_than(message, DEEPEST_MESSAGE):
        raise MalformedError(f"a message nested deeper than {DEEPEST_MESSAGE}")
    return message


def to_json(value: Any) -> str:
    """Write JSON as its standard has it: no number is infinite, or none at all.

    Raises:
        ValueError: One is.
        TypeError: Something is not for JSON to say.
    """
    return _ENCODER.encode(value)


def from_json(text: str) -> Any:
    """Parse what `to_json` could have written.

    Raises:
        ValueError: It is something else.
        RecursionError: It nests too deeply.
    """
    return _DECODER.decode(text)


def _finite(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise ValueError(f"{word[:20]} is no number of JSON")
    return number


def _deeper_than(value: object, depth: int) -> bool:
    """Tell whether lists and objects nest deeper than `depth`, without recursion."""
    layer = [value]
    while layer and depth >= 0:
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        depth -= 1
    return bool(layer)


def typed(message: Data, key: str, kind: type) -> Any:
    """Return a field of a message.

    Raises:
        MalformedError: It is missing, or of another kind.
    """
    value = message.get(key)
    if not isinstance(value, kind):
        raise MalformedError(f"{key!r} is not {kind.__name__}")
    return value


# Made once: `json.dumps` and `json.loads` would make them at each call with such options.
_ENCODER = json.JSONEncoder(allow_nan=False)
_DECODER = json.JSONDecoder(parse_constant=_finite, parse_float=_finite)
