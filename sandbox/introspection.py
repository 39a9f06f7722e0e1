"""Looking at oneself: attributes that may be read, each of what is the organism's own.

The judge lets them pass, since a text does not tell whose a class is. So such a reading is compiled
as a question to these functions (see `sandbox.guarded`), and ``getattr`` asks them, too.
"""

import builtins
from collections.abc import Callable
from types import FunctionType, MethodType, ModuleType, TracebackType
from typing import Any, NoReturn
from weakref import ref

from sandbox.names import judge_attribute, judge_write
from sandbox.refusal import refuse

_foreign: dict[int, type] = {}
"""All classes that were there before the organism, by their identity: none can lie about that."""


class Trace:
    """A traceback as strict code has it: a real one would lead to frames."""

    __slots__ = ("__weakref__", "tb_lineno")
    __module__ = "types"
    __qualname__ = "TracebackType"

    def __init__(self, line: int) -> None:
        self.tb_lineno = line


_traces: dict[int, tuple[TracebackType, ref[Trace]]] = {}


def know_classes() -> None:
    """Take note of the classes that are there: those that come are the organism's."""
    kinds: list[type] = [object]
    while kinds:
        kind = kinds.pop()
        if id(kind) not in _foreign:
            _foreign[id(kind)] = kind
            kinds += type.__subclasses__(kind)


def read(owner: Any, name: str) -> Any:
    """Return an attribute that only the owner of a thing may read."""
    return _READ[name](owner)


def members(owner: Any) -> dict[str, Any]:
    """``vars`` of an object; of classes and modules a copy, without their machinery."""
    found: dict[str, Any] = vars(owner)
    if issubclass(type(owner), type | ModuleType):
        return {name: found[name] for name in found if judge_write(name) is None}
    return found


def real_traceback(trace: Any) -> Any:
    """Return what a `Trace` stands for, and anything else as it is."""
    return _traces[id(trace)][0] if type(trace) is Trace else trace


def _subclasses(owner: Any) -> Callable[[], list[type]]:
    if not issubclass(type(owner), type) or id(owner) in _foreign:
        _refuse("__subclasses__")
    return lambda: type.__subclasses__(owner)


def _defaults(owner: Any) -> Any:
    return _function(owner, "__defaults__").__defaults__


def _keyword_defaults(owner: Any) -> Any:
    return _function(owner, "__kwdefaults__").__kwdefaults__


def _function(owner: Any, name: str) -> FunctionType:
    function = owner.__func__ if type(owner) is MethodType else owner
    if type(function) is not FunctionType or _builtins_of(function) is vars(builtins):
        _refuse(name)
    return function


_builtins_of: Callable[[FunctionType], Any] = vars(FunctionType)["__builtins__"].__get__


def _traceback(owner: Any) -> Trace | None:
    if not issubclass(type(owner), BaseException):
        _refuse("__traceback__")
    found: TracebackType | None = BaseException.__dict__["__traceback__"].__get__(owner)
    return None if found is None else shown_traceback(found)


def shown_traceback(found: TracebackType) -> Trace:
    """Return what strict code gets to see of a traceback."""
    trace = Trace(found.tb_lineno)
    key = id(trace)
    _traces[key] = found, ref(trace, lambda _: _traces.pop(key))
    return trace


def _refuse(name: str) -> NoReturn:
    refuse(judge_attribute(name))
    raise AssertionError("what may be read of one's own alone is refused in general")


_READ: dict[str, Callable[[Any], Any]] = {
    "__defaults__": _defaults,
    "__dict__": members,
    "__kwdefaults__": _keyword_defaults,
    "__subclasses__": _subclasses,
    "__traceback__": _traceback,
}
