"""Has code keep the value of its last statement, as an interactive interpreter shows it."""

from __future__ import annotations

import ast

from sandbox.parsing import statements

STORED = "_ = "
"""What is put before a last statement that is an expression."""


def showing(code: str) -> tuple[str, str]:
    """Return code that stores the value of its last statement, and the name that it has then.

    That is the value of an expression, or of an assignment to a name. The name is empty where the
    statement has none.
    """
    code = with_plain_ends(code)
    found = statements(code)
    match found[-1] if found else None:
        case ast.Expr() as last:
            lines = code.split("\n")
            line = lines[last.lineno - 1].encode()
            start, rest = line[: last.col_offset], line[last.col_offset :]
            lines[last.lineno - 1] = start.decode() + STORED + rest.decode()
            return "\n".join(lines), "_"
        case ast.Assign(targets=[ast.Name(id=name)]):
            return code, name
    return code, ""


def with_plain_ends(code: str) -> str:
    """Return code whose lines end as Python counts them: for it a lone CR ends one, too."""
    return code.replace("\r\n", "\n").replace("\r", "\n")
