"""Positional patterns: what fields a class may show to ``match``.

A pattern such as ``case Point(0, y)`` reads attributes whose names nobody sees: the class says
them, when it is matched. So its class is compiled as a question to `Shapes`, whose answer is a
class that says the same names for good, all of them judged.
"""

import sys
from types import FrameType
from typing import Any

from sandbox.names import judge_fields
from sandbox.refusal import refuse

NAME = "<shapes>"
"""What it is called in the builtins."""

_WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
"""Of these and of their heirs, the one positional pattern is the whole object."""


class Shapes:
    """Finds the class that a pattern names, where the pattern stands, and judges its fields."""

    __slots__ = ()

    def __getattr__(self, path: str) -> Any:
        """Return a class to match with in place of the one at a dotted path."""
        frame = sys._getframe(1)
        if frame.f_builtins.get(NAME) is not self:
            raise AttributeError(path)  # no pattern asks, but somebody who got hold of this
        root, *rest = path.split(".")
        found = _looked_up(frame, root)
        for name in rest:
            found = getattr(found, name)
        return _shape(found)


def _looked_up(frame: FrameType, name: str) -> Any:
    for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
        if name in names:
            return names[name]
    raise NameError(f"name {name!r} is not defined")


def _shape(kind: Any) -> Any:
    if not issubclass(type(kind), type):
        raise TypeError("called match pattern must be a class")
    if any(kind is whole for whole in _WHOLE):
        return kind
    fields = getattr(kind, "__match_args__", ())
    if type(fields) is not tuple or not all(type(field) is str for field in fields):
        raise TypeError("__match_args__ must be a tuple of texts")
    refuse(judge_fields(fields))

    class Kind(type):
        """Matches what the class matches."""

        def __instancecheck__(cls, thing: Any) -> bool:
            return isinstance(thing, kind)

    above = next((whole for whole in _WHOLE[1:] if issubclass(kind, whole)), object)
    name = type.__dict__["__name__"].__get__(kind)
    return Kind(name, (above,), {"__match_args__": fields} if fields else {})
