"""Option groups: a dataclass among a command's parameters stands for an option for each field."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from inspect import Parameter
from typing import Any, get_type_hints

from autoagent.cli.common import bad_input_exits

Command = Callable[..., None]


def spread(command: Command) -> Command:
    """Return a command as typer reads it, with the fields of its option groups in their place.

    The command itself is called with its groups, from this program and from others.
    """
    signature = inspect.signature(command, eval_str=True)
    parameters = signature.parameters.values()
    groups: dict[str, Any] = {
        each.name: each.annotation for each in parameters if is_dataclass(each.annotation)
    }

    @functools.wraps(command)
    def told(**given: Any) -> None:
        with bad_input_exits():  # a group may refuse its values
            for name, group in groups.items():
                given[name] = group(**{each.name: given.pop(each.name) for each in fields(group)})
        command(**given)

    flat = list(_flat(parameters))
    told.__signature__ = inspect.Signature(flat)  # type: ignore[attr-defined]
    told.__annotations__ = {each.name: each.annotation for each in flat}
    return told


def _flat(parameters: Any) -> Iterator[Parameter]:
    for parameter in parameters:
        if not is_dataclass(parameter.annotation):
            yield parameter.replace(kind=Parameter.KEYWORD_ONLY)
            continue
        hints = get_type_hints(parameter.annotation, include_extras=True)
        for field in fields(parameter.annotation):
            yield Parameter(
                field.name,
                Parameter.KEYWORD_ONLY,
                default=_default(field),
                annotation=hints[field.name],
            )


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return Parameter.empty if field.default is MISSING else field.default
