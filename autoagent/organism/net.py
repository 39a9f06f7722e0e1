"""The net under self-modification: what worked last is put back when what replaced it raises.

It covers exceptions alone. A loop that returns, or computes for ever, is the organism's own end.
"""

from __future__ import annotations

from types import FunctionType, TracebackType
from typing import Any

from autoagent.organism.faults import asked

MOST_FALLS = 3
"""How often it catches between two heartbeats."""


class Net:
    """Keeps the versions of an organism's first methods that worked last.

    A version has worked once the organism has lived with it from one heartbeat to the next.

    Attributes:
        on: Whether it catches anything.
    """

    def __init__(self) -> None:
        self.on = False
        self._organism: Any = None
        self._worked: dict[str, object] = {}
        self._latest: dict[str, object] = {}
        self._falls = 0

    def hang_under(self, organism: Any) -> None:
        """Begin with the methods that an organism is born with."""
        own = type.__dict__["__dict__"].__get__(type(organism))
        self._organism = organism
        self._worked = {name: value for name, value in own.items() if type(value) is FunctionType}
        self._latest = dict(self._worked)

    def beat(self) -> None:
        """Take note of a heartbeat: what was there at the last one, too, has worked."""
        now = {name: self._current(name) for name in self._worked}
        self._worked.update(
            (name, value) for name, value in now.items() if value is self._latest[name]
        )
        self._latest, self._falls = now, 0

    def catch(self, error: BaseException) -> list[str]:
        """Put back what worked in place of what raised.

        Returns:
            The names of the methods that were put back; none if the fall goes on.
        """
        if not self.on or self._falls >= MOST_FALLS or self._organism is None:
            return []
        new = [name for name, value in self._worked.items() if self._current(name) is not value]
        raised = _codes(error)
        blamed = [name for name in new if _code(self._current(name)) in raised] or new
        for name in blamed:
            object.__getattribute__(self._organism, "__dict__").pop(name, None)
            setattr(type(self._organism), name, self._worked[name])
        self._falls += bool(blamed)
        return blamed

    def _current(self, name: str) -> object:
        """Return what the organism has under a name, without running any of it."""
        own = object.__getattribute__(self._organism, "__dict__")
        methods = type.__dict__["__dict__"].__get__(type(self._organism))
        return own[name] if name in own else methods.get(name)


def _codes(error: BaseException) -> set[object]:
    """Return the code that an error passed through."""
    codes: set[object] = set()
    frame: TracebackType | None = asked(error, "__traceback__")
    while frame is not None:
        codes.add(frame.tb_frame.f_code)
        frame = frame.tb_next
    return codes


def _code(value: object) -> object:
    return value.__code__ if type(value) is FunctionType else None
