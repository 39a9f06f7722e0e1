"""All commands and what they can be told, as people know them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from autoagent.cli.app import app

LISTED = Path(__file__).with_name("commands.txt")


def test_commands_and_options_are_those_that_are_listed() -> None:
    found = "\n\n".join(_listing(get_command(app), "autoagent", None)) + "\n"
    assert found == LISTED.read_text()


def _listing(command: Any, path: str, parent: Any) -> Iterator[str]:
    """Yield a paragraph for a command, and for each one below it."""
    context = command.make_context(path, [], parent=parent, resilient_parsing=True)
    records = (each.get_help_record(context) for each in command.params)
    options = sorted(" | ".join(record) for record in records if record is not None)
    yield "\n".join([f"{path}: {command.help}", *(f"  {each}" for each in options)])
    if hasattr(command, "list_commands"):
        for name in sorted(command.list_commands(context)):
            _, below, _ = command.resolve_command(context, [name])
            yield from _listing(below, f"{path} {name}", context)
