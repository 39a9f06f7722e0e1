"""What is known of a record that another program, or another version of this one, wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any


def known(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a record that a dataclass has; what else it says is left out.

    Args:
        kind: The dataclass.
        data: The record.
    """
    return {field.name: data[field.name] for field in fields(kind) if field.name in data}
