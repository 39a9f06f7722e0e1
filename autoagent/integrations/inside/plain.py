"""Plain data as it crosses a wall: values to JSON and back, by a closed list of types.

Both sides execute this text, so that neither takes the other's word for what a type is: nothing is
unpickled, imported or looked up by a name that came across.
"""

import base64
import math
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

KIND, OF = "#", "of"
"""How an object of JSON says that it stands for something which JSON has not."""
DEEPEST = 64

_COLLECTIONS: dict[str, Any] = {"tuple": tuple, "set": set, "frozenset": frozenset}
_WRITTEN: dict[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]] = {
    "bytes": (bytes, lambda value: base64.b64encode(value).decode(), base64.b64decode),
    "complex": (complex, str, complex),
    "date": (date, date.isoformat, date.fromisoformat),
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "decimal": (Decimal, str, Decimal),
    "float": (float, str, float),
    "time": (time, time.isoformat, time.fromisoformat),
}
_BASES: tuple[Any, ...] = (str, int, float, bytes, dict, list, tuple, frozenset, set)


def pack(value: Any, other: Callable[[Any], Any], depth: int = 0) -> Any:
    """Return a value as JSON.

    Args:
        value: What is to cross.
        other: Gives the JSON for a value of any other type, or raises.
        depth: How deep it lies in another.

    Raises:
        ValueError: It nests too deeply.
    """
    if depth > DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST}")
    kind = type(value)
    if value is None or kind in (bool, int, str) or (kind is float and math.isfinite(value)):
        return value
    if kind is list:
        return [pack(each, other, depth + 1) for each in value]
    if kind is dict:
        if all(type(key) is str for key in value) and KIND not in value:
            return {key: pack(each, other, depth + 1) for key, each in value.items()}
        pairs = [[pack(each, other, depth + 1) for each in pair] for pair in value.items()]
        return {KIND: "dict", OF: pairs}
    for name, collection in _COLLECTIONS.items():
        if kind is collection:
            return {KIND: name, OF: [pack(each, other, depth + 1) for each in value]}
    for name, (written, write, _) in _WRITTEN.items():
        if kind is written:
            return {KIND: name, OF: write(value)}
    for base in _BASES:
        if isinstance(value, base):  # what a subclass adds stays behind
            return pack(base(value), other, depth + 1)
    return other(value)


def unpack(data: Any, other: Callable[[str, Any], Any], depth: int = 0) -> Any:
    """Return the value that JSON stands for.

    Args:
        data: What came across.
        other: Gives the value for any other kind and what it is of, or raises.
        depth: How deep it lies in another.

    Raises:
        ValueError: It stands for none.
    """
    if depth > 2 * DEEPEST:
        raise ValueError("it is nested too deeply")
    if isinstance(data, list):
        return [unpack(each, other, depth + 1) for each in data]
    if not isinstance(data, dict):
        return data
    if KIND not in data:
        return {key: unpack(each, other, depth + 1) for key, each in data.items()}
    kind: Any = data[KIND]
    of: Any = data.get(OF)
    try:
        if kind == "dict":
            return {
                unpack(key, other, depth + 1): unpack(each, other, depth + 1) for key, each in of
            }
        if kind in _COLLECTIONS:
            return _COLLECTIONS[kind](unpack(each, other, depth + 1) for each in of)
        if kind in _WRITTEN and isinstance(of, str):
            return _WRITTEN[kind][2](of)
    except (TypeError, ArithmeticError) as error:
        raise ValueError(f"this is no {kind}: {error}") from None
    return other(kind, of)
