"""All commands and what they can be told, as people know them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from autoagent.cli.app import COMMANDS, PANEL_OF, app
from tests.commands import autoagent
from tests.installed import environment, install

LISTED = Path(__file__).with_name("commands.txt")


def test_commands_and_options_are_those_that_are_listed() -> None:
    found = "\n\n".join(_listing(get_command(app), "autoagent", None)) + "\n"
    assert found == LISTED.read_text()


@pytest.mark.parametrize(
    ("command", "modules"),
    [
        (["--help"], ["autoagent.agent", "env", "genetic", "gymnasium", "rl", "torch"]),
        (["run", "--help"], ["env", "genetic", "gymnasium", "rl", "torch"]),
        (["translate", "--help"], ["env", "gymnasium", "rl", "torch"]),
        (["train", "lm", "--help"], ["env", "genetic", "gymnasium", "torch"]),
        (["evaluate", "--help"], ["env", "genetic", "gymnasium", "torch"]),
        (["finetune", "--help"], ["env", "genetic", "gymnasium", "torch"]),
    ],
)
def test_help_is_told_without_what_a_command_needs(command: list[str], modules: list[str]) -> None:
    code = f"""
import sys
from autoagent.cli.app import app
try:
    app({command})
except SystemExit:
    assert not set({modules}) & set(sys.modules), set({modules}) & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"Usage: " in done.stdout


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


def test_a_package_adds_commands_and_a_broken_one_breaks_no_other(tmp_path: Path) -> None:
    points = {
        "hello": "hello:hello",
        "bench.hello": "hello:hello",
        "zoo.cat": "hello:hello",
        "broken": "no_such_module:x",
        "failing": "failing:x",
    }
    source = "def hello(name: str) -> None:\n    'Greet NAME.'\n    print('hello', name)\n"
    modules = {"hello": source, "failing": "raise RuntimeError('two\\nlines')"}
    install(tmp_path, "extension", {"autoagent.commands": points}, **modules)

    def told(*arguments: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "autoagent", *arguments]
        done = subprocess.run(command, capture_output=True, check=False, env=environment(tmp_path))
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    for where in ((), ("bench",), ("zoo",)):
        name = "cat" if where == ("zoo",) else "hello"
        assert told(*where, name, "you") == (0, "hello you\n", "")
    for name in ("broken", "failing"):
        code, _, error = told(name)
        assert code == 2
        assert error.startswith(f"error: the command '{name}' of extension 1.0 cannot be loaded")
        assert error.count("\n") == 1
    code, listed, error = told("--help")
    assert (code, error) == (0, "")
    for words in ("Greet NAME.", "Commands about zoo.", "no_such_module", "rollback"):
        assert words in listed
    assert told("runs", "--db", str(tmp_path / "none.db"))[0] == 2


def test_commands_are_listed_with_those_for_the_same_purpose() -> None:
    listed = autoagent("--help").stdout.decode()
    agents, later = listed.index("─ Agents "), listed.index("─ Programs that are bred ")
    assert agents < listed.index("│ resume ") < later < listed.index("│ evolve ")
    assert "─ Commands ─" not in listed  # each of ours has its place
    assert set(PANEL_OF) == {name.partition(".")[0] for name in COMMANDS}
