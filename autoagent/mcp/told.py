"""What an organism is told of a tool: a name that it can say, and its schema in a line."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

LONGEST_NAME = 64
LONGEST_PARAMETER = 120
LONGEST_DESCRIPTION = 600
LONGEST_LINE = 1_500

_STRANGE = re.compile(r"[^A-Za-z0-9_.-]")


def name_for(tool: str, taken: Container[str]) -> str:
    """Return what a tool is called by.

    That is its own name, with ``_`` for whatever is no letter, digit or one of ``_.-``, cut at its
    longest length; where another skill has that name already, ``_2``, ``_3`` and so on follow.
    """
    plain = _STRANGE.sub("_", tool)[:LONGEST_NAME] or "tool"
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}_{number}"
    return name


def described(name: str, schema: dict[str, Any], description: str) -> str:
    """Return a line that says how a tool is called, and what for."""
    call = ", ".join([repr(name), *_parameters(schema)])
    line = f"self.use({call})"
    if words := _cut(" ".join(description.split()), LONGEST_DESCRIPTION):
        line += f": {words}"
    return _cut(line, LONGEST_LINE)


def _parameters(schema: dict[str, Any]) -> list[str]:
    """Return what a schema says of each parameter, as Python would write it."""
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict):
        return []
    names = required if isinstance(required, list) else []
    needed = {name for name in names if isinstance(name, str)}
    told = []
    for name in sorted(properties, key=lambda each: each not in needed):
        given = properties[name] if isinstance(properties[name], dict) else {}
        text = f"{' '.join(name.split())}: {_kind(given)}"
        if name not in needed:
            text += f" = {_word(given.get('default'))}"
        told.append(_cut(text, LONGEST_PARAMETER))
    return told


def _kind(schema: dict[str, Any]) -> str:
    """Return the kind of value that a schema describes."""
    if isinstance(choices := schema.get("enum"), list):
        return " | ".join(map(_word, choices))
    for several in ("anyOf", "oneOf"):
        if isinstance(kinds := schema.get(several), list):
            return " | ".join(_kind(each) for each in kinds if isinstance(each, dict))
    kind = schema.get("type")
    if kind == "array" and isinstance(items := schema.get("items"), dict):
        return f"list of {_kind(items)}"
    if isinstance(kind, list):
        return " | ".join(map(str, kind))
    return str(kind) if kind else "any"


def _word(value: Any) -> str:
    return _cut(repr(value), LONGEST_PARAMETER)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 4] + " ..."
