"""What names stand for, found out by jedi: signatures, and what an object offers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import jedi
import parso.cache
from jedi.api.environment import InterpreterEnvironment

QUOTED = re.compile(r'"([^"]*)"')
LONGEST = 300
MOST = 20
MOST_OFFERED = 2000

Finding = dict[str, Any]

# Trees are kept in memory alone: no pickle of the user's is read, and a jail lets none be written.
parso.cache._load_from_file_system = lambda *place, **options: None
parso.cache._save_to_file_system = lambda *place, **options: None
parso.cache._remove_cache_and_update_lock = lambda *place, **options: None


def warm_up() -> None:
    """Load what nearly every question needs."""
    signatures("print(1)\n", None)


def signatures(text: str, findings: list[Finding] | None, first_line: int = 1) -> list[Finding]:
    """Return the true signatures of what is called.

    Args:
        text: The program.
        findings: Lines and messages of a type checker, whose names are looked up; None for the
            names of all calls.
        first_line: Calls before it are of no concern where there are no findings.
    """
    script = _script(text)
    found: dict[str, Finding] = {}
    for call in sorted(_calls(text), key=lambda call: (call.lineno, call.col_offset)):
        name, line, column = _called(call, text)
        if not name or name in found or len(found) == MOST:
            continue
        if findings is None:
            wanted = call.lineno >= first_line
        else:
            wanted = any(
                call.lineno <= each["line"] <= (call.end_lineno or call.lineno)
                and name in _names(each["message"])
                for each in findings
            )
        if wanted and (told := _signature(script, line, column)):
            found[name] = {"name": name, "line": call.lineno, **told}
    return list(found.values())


def offered(text: str, lines: list[int], attribute: str) -> list[str]:
    """Return the names that an object or a module offers, of which some line takes another."""
    script = _script(text)
    for node in ast.walk(_tree(text)):
        if getattr(node, "lineno", 0) not in lines:
            continue
        if isinstance(node, ast.Attribute) and node.attr == attribute:
            line, column = _end(node, text)
            return _offered(script, line, column - len(attribute))
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            short = f"import {node.module}\n{node.module}."
            return _offered(_script(short), 2, len(node.module) + 1)
    return []


def _script(text: str) -> jedi.Script:
    """Return a text as jedi has it: nothing of a project or of an installation counts."""
    project = jedi.Project(
        "/", environment_path=None, smart_sys_path=False, load_unsafe_extensions=False
    )
    return jedi.Script(text, project=project, environment=InterpreterEnvironment())


def _tree(text: str) -> ast.AST:
    try:
        return ast.parse(text)  # noqa: TID251  # one thread, in a process of its own
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _calls(text: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(_tree(text)) if isinstance(node, ast.Call))


def _called(call: ast.Call, text: str) -> tuple[str, int, int]:
    """Return the last name of what is called, and where it begins, in characters."""
    function = call.func
    line, column = _end(function, text)
    if isinstance(function, ast.Attribute):
        return function.attr, line, column - len(function.attr)
    if isinstance(function, ast.Name):
        return function.id, line, column - len(function.id)
    return "", 0, 0


def _end(node: ast.expr, text: str) -> tuple[int, int]:
    """Return where a node ends; `ast` counts in bytes, jedi in characters."""
    line, column = node.end_lineno or 1, node.end_col_offset or 0
    told = text.splitlines()[line - 1].encode()[:column]
    return line, len(told.decode(errors="replace"))


def _names(message: str) -> set[str]:
    """Return the last parts of the names that a message quotes."""
    return {quoted.rpartition(".")[2] for quoted in QUOTED.findall(message)}


def _signature(script: jedi.Script, line: int, column: int) -> dict[str, str] | None:
    for definition in script.infer(line, column):
        for signature in definition.get_signatures():
            words = definition.docstring(raw=True).strip().splitlines()
            return {
                "signature": signature.to_string()[:LONGEST],
                "doc": words[0][:LONGEST] if words else "",
            }
    return None


def _offered(script: jedi.Script, line: int, column: int) -> list[str]:
    names = [each.name for each in script.complete(line, column)]
    return [name for name in names if not name.startswith("_")][:MOST_OFFERED]
