"""The net under self-modification: what worked last is put back when what replaced it fails.

To fail is to raise, or to execute nothing of several answers in a row. A loop that returns, or
computes for ever, is the organism's own end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, MethodType, TracebackType
from typing import Any

from autoagent.organism.faults import asked
from autoagent.organism.sources import function_of

MOST_FALLS = 3
"""How often it catches between two heartbeats."""
MOST_UNHEARD = 3
"""Answers in a row of which nothing is executed."""

SELF, KIND, GLOBAL = "self", "kind", "global"
"""Where names are bound: in the organism, in its class, and in its namespace."""
KEPT = (FunctionType, MethodType, type, property, staticmethod, classmethod)

Key = tuple[str, str]
"""A place and a name."""


class UnheardError(BaseException):
    """Nothing of the last answers was executed.

    It is no `Exception`: a loop that catches those would not hear of it either.
    """


class Net:
    """Keeps the definitions that an organism's first methods worked with last.

    They have worked once the organism has lived with them from one heartbeat to the next, and
    executed something of the answer between.

    Attributes:
        on: Whether it catches anything.
    """

    def __init__(self) -> None:
        self.on = False
        self._organism: Any = None
        self._namespace: dict[str, Any] = {}
        self._first: tuple[str, ...] = ()
        self._worked: dict[Key, object] = {}
        self._latest: dict[Key, object] = {}
        self._falls = self._unheard = 0

    def hang_under(self, organism: Any, namespace: dict[str, Any]) -> None:
        """Begin with what an organism is born with."""
        self._organism, self._namespace = organism, namespace
        self._worked = self._latest = self._definitions()
        self._first = tuple(
            name
            for (place, name), value in self._worked.items()
            if place == KIND and type(value) is FunctionType
        )

    def beat(self, executed: bool | None) -> None:
        """Take note of a heartbeat.

        Args:
            executed: Whether anything of the last answer was executed; None if it held no code.

        Raises:
            UnheardError: The last answers were given in vain, to what can be put back.
        """
        if not self.on:
            return
        now, self._falls = self._definitions(), 0
        if executed:
            changed = {k for k in now | self._latest if now.get(k) is not self._latest.get(k)}
            before = {k: value for k, value in self._worked.items() if k in changed}
            self._worked = before | {k: value for k, value in now.items() if k not in changed}
        self._latest = now
        if executed is not None:
            self._unheard = 0 if executed else self._unheard + 1
        if self._unheard >= MOST_UNHEARD and (self._new() or self._unlike(self._first)):
            self._unheard = 0
            raise UnheardError(f"nothing of your last {MOST_UNHEARD} answers was executed")

    def catch(self, error: BaseException) -> list[str]:
        """Put back what worked in place of what failed, with what it relies on.

        Returns:
            The names of what was put back; none if the fall goes on.
        """
        if not self.on or self._falls >= MOST_FALLS or self._organism is None:
            return []
        new = self._new()
        raised = set() if type(error) is UnheardError else _codes(error)
        blamed = [name for name in new if _code(self._current(name)) in raised] or new
        relied = self._unlike(blamed or self._first)
        for name in blamed:
            self._bind(SELF, name)
            self._bind(KIND, name)
        for place, name in relied:
            self._bind(place, name)
        mended = list(dict.fromkeys([*blamed, *(name for _, name in relied)]))
        self._falls += bool(mended)
        return mended

    def _new(self) -> list[str]:
        """Return the names of the first methods that are others than those that worked."""
        return [name for name in self._first if self._current(name) is not self._former(name)]

    def _unlike(self, methods: Iterable[str]) -> list[Key]:
        """Return what methods relied on when they worked, as far as it is bound otherwise now.

        That is what they name, and what that names in turn. A builtin is bound otherwise when
        something of that name hides it.
        """
        now, builtins = self._definitions(), self._namespace["__builtins__"]
        found: dict[Key, None] = {}
        waiting = [self._former(name) for name in methods]
        while waiting:
            for name in _names(_code(waiting.pop())):
                for key in ((SELF, name), (KIND, name), (GLOBAL, name)):
                    if key in found or (key[0] != GLOBAL and name in self._first):
                        continue
                    found[key] = None
                    waiting.append(self._worked.get(key))
        return [
            (place, name)
            for place, name in found
            if (
                now.get((place, name)) is not self._worked[place, name]
                if (place, name) in self._worked
                else place == GLOBAL and name in builtins and name in self._namespace
            )
        ]

    def _places(self) -> dict[str, Any]:
        """Return the names of each place, without running any of the organism."""
        kind = type.__dict__["__dict__"].__get__(type(self._organism))
        own = object.__getattribute__(self._organism, "__dict__")
        return {SELF: own, KIND: kind, GLOBAL: self._namespace}

    def _definitions(self) -> dict[Key, object]:
        return {
            (place, name): value
            for place, names in self._places().items()
            for name, value in names.items()
            if type(value) in KEPT
        }

    def _current(self, method: str) -> object:
        places = self._places()
        return places[SELF][method] if method in places[SELF] else places[KIND].get(method)

    def _former(self, method: str) -> object:
        return self._worked.get((SELF, method), self._worked.get((KIND, method)))

    def _bind(self, place: str, name: str) -> None:
        """Bind a name as it was bound when all worked."""
        names, kind = self._places()[place], type(self._organism)
        if (place, name) in self._worked:
            value = self._worked[place, name]
            type.__setattr__(kind, name, value) if place == KIND else names.update({name: value})
        elif name in names:
            type.__delattr__(kind, name) if place == KIND else names.pop(name)


def _codes(error: BaseException) -> set[object]:
    """Return the code that an error passed through."""
    codes: set[object] = set()
    frame: TracebackType | None = asked(error, "__traceback__")
    while frame is not None:
        codes.add(frame.tb_frame.f_code)
        frame = frame.tb_next
    return codes


def _code(value: object) -> CodeType | None:
    function = function_of(value)
    return None if function is None else function.__code__


def _names(code: CodeType | None) -> Iterator[str]:
    """Yield the names of globals and attributes that code uses, and the code inside it."""
    if code is not None:
        yield from code.co_names
        for each in code.co_consts:
            if type(each) is CodeType:
                yield from _names(each)
