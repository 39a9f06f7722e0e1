"""What the commands share: how they speak, and how bad input is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from autoagent.journal import JournalError
from autoagent.llm import LLMError
from autoagent.printable import printable
from sandbox.session import SandboxError

FAILED = 1
BAD_INPUT = 2
UNREACHABLE = 3
GAVE_UP = 4
BAD_INPUTS = (ValueError, LLMError, JournalError, SandboxError)
"""Errors that name a wrong value."""


def fail(message: str, code: int = BAD_INPUT) -> NoReturn:
    """Say what is wrong on standard error, and exit."""
    print(f"error: {printable(message)}", file=sys.stderr)
    raise typer.Exit(code)


@contextmanager
def bad_input_exits() -> Iterator[None]:
    """Turn errors that name a wrong value into a message and exit code 2."""
    try:
        yield
    except BAD_INPUTS as error:
        fail(str(error))


def decoded(data: bytes, what: str) -> str:
    """Decode UTF-8 input, or exit."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        fail(f"{what} is not UTF-8 (byte {error.start}); save it as UTF-8")
    if not text.strip():
        fail(f"{what} is empty")
    return text


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object as one line, at once."""
    print(json.dumps(value), flush=True)


def print_run(run: str, rows: Iterable[dict[str, Any]], last: dict[str, Any] | None) -> None:
    """Print a line of JSON for each part of a run, and of its end, if it has one, the summary."""
    for row in rows:
        print_json(row)
    if last is not None:
        print_json({"summary": {"run": run, **last}})


def progress(line: str) -> None:
    """Say on standard error what a slow stage is doing."""
    print(f"autoagent: {line}", file=sys.stderr, flush=True)


def is_given(context: typer.Context, option: str) -> bool:
    """Tell whether an option is given where the command is, and not by a file of settings.

    A run that goes on has what it was begun with, whatever files say by now.
    """
    given = context.get_parameter_source(option)
    return given is not None and given.name == "COMMANDLINE"
