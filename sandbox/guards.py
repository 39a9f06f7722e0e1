"""Functions that reach attributes by name, or make code of text, and ask the policy first.

They stand in for those of the builtins and of the standard modules of the same name.
"""

import ast
import functools
import operator
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.introspection import members, read
from sandbox.names import judge_attribute, judge_builtin, judge_write
from sandbox.nesting import too_deep
from sandbox.refusal import refuse
from sandbox.rules import GUARDED


def exact(name: Any) -> Any:
    """A str subclass could say one thing to the policy and another to Python."""
    return str.__str__(name) if isinstance(name, str) else name


def _attribute(name: Any) -> Any:
    name = exact(name)
    if isinstance(name, str):
        refuse(judge_attribute(name))
    return name


def _written(name: Any) -> Any:
    name = exact(name)
    if isinstance(name, str):
        refuse(judge_write(name))
    return name


def refused(name: str) -> Callable[..., None]:
    """Make a function that stands where a builtin is refused, and says why."""

    def refusal(*_: Any, **__: Any) -> None:
        refuse(judge_builtin(name))

    return refusal


def getattr_(owner: Any, name: Any, *default: Any) -> Any:
    """``getattr`` for names that the policy lets pass."""
    if (name := exact(name)) in GUARDED:
        return read(owner, name)
    return getattr(owner, _attribute(name), *default)


def setattr_(owner: Any, name: Any, value: Any) -> None:
    """``setattr`` for names that the policy lets pass."""
    setattr(owner, _written(name), value)


def delattr_(owner: Any, name: Any) -> None:
    """``delattr`` for names that the policy lets pass."""
    delattr(owner, _written(name))


def hasattr_(owner: Any, name: Any) -> bool:
    """``hasattr``; to ask for what is merely off the list is fine, since nothing is handed out."""
    name = exact(name)
    violation = judge_attribute(name) if isinstance(name, str) else None
    refuse(violation if violation and violation.kind == "harm" else None)
    return hasattr(owner, name)


def attrgetter(*names: str) -> Callable[[Any], Any]:
    """``operator.attrgetter`` for names that the policy lets pass."""
    paths = [exact(name) for name in names]
    for path in paths:
        for part in path.split("."):
            _attribute(part)
    get = operator.attrgetter(*paths)
    return lambda owner: get(owner)  # the type of `get` itself would take any name


def methodcaller(name: str, /, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    """``operator.methodcaller`` for names that the policy lets pass."""
    call = operator.methodcaller(_attribute(name), *args, **kwargs)
    return lambda owner: call(owner)


def update_wrapper(
    wrapper: Any,
    wrapped: Any,
    assigned: Iterable[str] = functools.WRAPPER_ASSIGNMENTS,
    updated: Iterable[str] = functools.WRAPPER_UPDATES,
) -> Any:
    """``functools.update_wrapper``, which copies attributes by name."""
    for name in map(exact, assigned):
        if name not in functools.WRAPPER_ASSIGNMENTS:
            _written(_attribute(name))
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    for name in map(exact, updated):
        if name == "__dict__":
            wrapper.__dict__.update(members(wrapped) if hasattr(wrapped, name) else {})
        else:
            _attribute(name)
            getattr(wrapper, name).update(getattr(wrapped, name, {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped: Any, *names: Any, **named: Any) -> Callable[[Any], Any]:
    """``functools.wraps`` for names that the policy lets pass."""
    return lambda wrapper: update_wrapper(wrapper, wrapped, *names, **named)


def literal_eval(source: Any) -> Any:
    """``ast.literal_eval`` of text that nests within reason."""
    # The parser has no guard of its own here.
    if isinstance(source, str) and too_deep(source) is not None:
        raise SyntaxError("too deeply nested")
    return ast.literal_eval(source)


def apart(method: Callable[..., Any]) -> Callable[..., Any]:
    """A function in place of a method, whose object the library would hand out."""

    def function(*args: Any, **named: Any) -> Any:
        return method(*args, **named)

    function.__name__ = function.__qualname__ = method.__name__.rstrip("_")
    return function
