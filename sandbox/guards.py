"""Functions that reach attributes by name, or make code of text, and ask the policy first.

They stand in for those of the builtins and of the standard modules of the same name.
"""

import ast
import dataclasses
import functools
import operator
import sys
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.nesting import too_deep
from sandbox.policy import Violation, judge_attribute, judge_builtin, judge_open


class PolicyError(Exception):
    """Code did at run time what the policy does not allow.

    Attributes:
        violations: What it did; at least one.
    """

    def __init__(self, *violations: Violation) -> None:
        """Say what was done."""
        super().__init__("\n".join(f"{v.kind}: {v.what}" for v in violations))
        self.violations = violations

    @property
    def violation(self) -> Violation:
        """The first of its violations."""
        return self.violations[0]


# One interpreter keeps one organism, so there is one who listens.
listeners: list[Callable[[Violation], None]] = []


def refuse(violation: Violation | None) -> None:
    """Refuse what is a violation, and tell who listens."""
    if violation is not None:
        for listener in listeners:
            listener(violation)
        raise PolicyError(violation)


def exact(name: Any) -> Any:
    """A str subclass could say one thing to the policy and another to Python."""
    return str.__str__(name) if isinstance(name, str) else name


def _attribute(name: Any) -> Any:
    name = exact(name)
    if isinstance(name, str):
        refuse(judge_attribute(name))
    return name


def refused(name: str) -> Callable[..., None]:
    """Make a function that stands where a builtin is refused, and says why."""

    def refusal(*_: Any, **__: Any) -> None:
        refuse(judge_builtin(name))

    return refusal


def getattr_(owner: Any, name: Any, *default: Any) -> Any:
    """``getattr`` for names that the policy lets pass."""
    return getattr(owner, _attribute(name), *default)


def setattr_(owner: Any, name: Any, value: Any) -> None:
    """``setattr`` for names that the policy lets pass."""
    setattr(owner, _attribute(name), value)


def delattr_(owner: Any, name: Any) -> None:
    """``delattr`` for names that the policy lets pass."""
    delattr(owner, _attribute(name))


def hasattr_(owner: Any, name: Any) -> bool:
    """``hasattr``; to ask for what is merely off the list is fine, since nothing is handed out."""
    name = exact(name)
    violation = judge_attribute(name) if isinstance(name, str) else None
    refuse(violation if violation and violation.kind == "harm" else None)
    return hasattr(owner, name)


def attrgetter(*names: str) -> Any:
    """``operator.attrgetter`` for names that the policy lets pass."""
    paths = [exact(name) for name in names]
    for path in paths:
        for part in path.split("."):
            _attribute(part)
    return operator.attrgetter(*paths)


def methodcaller(name: str, /, *args: Any, **kwargs: Any) -> Any:
    """``operator.methodcaller`` for names that the policy lets pass."""
    return operator.methodcaller(_attribute(name), *args, **kwargs)


def update_wrapper(
    wrapper: Any,
    wrapped: Any,
    assigned: Iterable[str] = functools.WRAPPER_ASSIGNMENTS,
    updated: Iterable[str] = functools.WRAPPER_UPDATES,
) -> Any:
    """``functools.update_wrapper``, which copies attributes by name."""
    usual = {*functools.WRAPPER_ASSIGNMENTS, *functools.WRAPPER_UPDATES}
    assigned, updated = [exact(n) for n in assigned], [exact(n) for n in updated]
    for name in {*assigned, *updated} - usual:
        _attribute(name)
    return functools.update_wrapper(wrapper, wrapped, assigned, updated)


def wraps(wrapped: Any, *names: Any, **named: Any) -> Callable[[Any], Any]:
    """``functools.wraps`` for names that the policy lets pass."""
    return lambda wrapper: update_wrapper(wrapper, wrapped, *names, **named)


def _shallow(source: Any) -> Any:
    """Text that the parser bears; it has no guard of its own here."""
    if isinstance(source, str) and too_deep(source) is not None:
        raise SyntaxError("too deeply nested")
    return source


def parse(source: Any, *args: Any, **kwargs: Any) -> Any:
    """``ast.parse`` of text that nests within reason."""
    return ast.parse(_shallow(source), *args, **kwargs)


def literal_eval(source: Any) -> Any:
    """``ast.literal_eval`` of text that nests within reason."""
    return ast.literal_eval(_shallow(source))


def _field(name: Any) -> str:
    """The name of a field: dataclasses write it into text that they execute."""
    if type(name) is not str or not name.isidentifier():
        raise TypeError(f"a field must be named by an identifier, not {name!r}")
    return name


def dataclass(cls: Any = None, /, **options: Any) -> Any:
    """``dataclasses.dataclass`` for fields that are named by identifiers."""
    if cls is None:
        return lambda kind: dataclass(kind, **options)
    for kind in type.__dict__["__mro__"].__get__(cls):
        for name in _annotations(kind):
            _field(name)
    return dataclasses.dataclass(cls, **options)


def _annotations(kind: type) -> dict[str, Any]:
    if kind is object:
        return {}
    if sys.version_info >= (3, 14):
        import annotationlib

        found = annotationlib.get_annotations(kind, format=annotationlib.Format.FORWARDREF)
    else:
        found = vars(kind).get("__annotations__", {})
    return dict(found)


def make_dataclass(cls_name: str, fields: Iterable[Any], **options: Any) -> Any:
    """``dataclasses.make_dataclass`` for fields that are named by identifiers."""
    listed = [field if isinstance(field, str) else tuple(field) for field in fields]
    for field in listed:
        _field(field if isinstance(field, str) else field[0])
    return dataclasses.make_dataclass(_field(cls_name), listed, **options)


def open_(file: Any, mode: Any = "r", *_: Any, **__: Any) -> None:
    """Refuse to open a file, and say what to do instead."""
    refuse(judge_open(mode))
