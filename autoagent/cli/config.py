"""`autoagent config`: what files set, and whether a folder's is trusted."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import bad_input_exits, fail, print_json, progress
from autoagent.cli.options import JsonOption
from autoagent.cli.profiles import trusted
from autoagent.cli.profiles.reading import (
    FOLDERS_FILE,
    Setting,
    option_name,
    parsed,
    read_text,
    settings,
    users_file,
)
from autoagent.printable import printable

NOT_READ = "not read before `autoagent config trust`"


def show(context: typer.Context, json: JsonOption = False) -> None:
    """Say what is set beforehand, and where: in the environment, a folder's file or your own."""
    with bad_input_exits():
        found = settings(context.find_root().params.get("profile"))
    if server := os.environ.get("OPENAI_BASE_URL"):
        found["base_url"] = Setting(server, "environment, OPENAI_BASE_URL")
    if json:
        for key, setting in sorted(found.items()):
            read = {"value": setting.value, "from": setting.origin, "read": setting.read}
            print_json({"key": key, **read})
        return
    table = Table("key", "value", "from")
    for key, setting in sorted(found.items()):
        origin = setting.origin if setting.read else f"{setting.origin}: {NOT_READ}"
        table.add_row(
            *(Text(printable(cell)) for cell in (option_name(key), str(setting.value), origin))
        )
    Console().print(table)
    progress(f"read are {users_file()} and, before it, ./{FOLDERS_FILE}; all else is as usual")


def trust(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Let the file of this folder set everything, as long as it stays as it is."""
    with bad_input_exits():
        if not FOLDERS_FILE.exists():
            fail(f"there is no {FOLDERS_FILE} in this folder")
        text = read_text(FOLDERS_FILE)
        parsed(FOLDERS_FILE, text)
        print(printable(text).rstrip())
        if not yes and not typer.confirm(f"trust {FOLDERS_FILE.resolve()}, with these settings?"):
            raise typer.Exit(1)
        trusted.trust(FOLDERS_FILE, text)
    progress(f"{FOLDERS_FILE.resolve()} is trusted until it changes")
