"""How things that an organism has are told in a few characters, without running any of them."""

from __future__ import annotations

import types

from autoagent.organism.sources import function_of


def called(name: str, definition: object) -> str:
    """Return how a definition is called: its name and parameters."""
    if isinstance(definition, type):
        definition = vars(definition).get("__init__")
    function = function_of(definition)
    if function is None:
        return f"{name}()"
    code = function.__code__
    parameters = [n for n in code.co_varnames[: code.co_argcount] if n != "self"]
    return f"{name}({', '.join(parameters)})"


def is_data(value: object) -> bool:
    """Tell whether `value` is something to remember, and nothing to call."""
    return not callable(value) and type(value) is not types.ModuleType


def shown(value: object) -> str:
    """Return a plain value in few characters, and the type of any other."""
    if type(value) is str:
        return repr(value[:40])
    short = type(value) is int and abs(value) < 10**18
    return repr(value) if short or type(value) in (bool, float) else type(value).__name__
