"""Ask a person before code is executed."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

import typer

from autoagent.organism import extract_code
from autoagent.printable import printable


def ask_approval(answer: str) -> str | None:
    """Show the code and ask y, n or e(dit); return what to execute, or None to stop."""
    code = extract_code(answer) or answer
    typer.echo(printable(code), err=True)
    while True:
        try:
            choice = typer.prompt("Execute? [y]es, [n]o, [e]dit", default="y", err=True)
        except typer.Abort:
            return None
        match choice.strip().lower()[:1]:
            case "y":
                return answer
            case "n":
                return None
            case "e":
                return f"```python\n{_edited(code)}\n```"


def _edited(code: str) -> str:
    """Let the person's editor change the code."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.py"
        file.write_text(code, encoding="utf-8", errors="backslashreplace")
        try:
            subprocess.run([*shlex.split(editor), str(file)], check=False)
        except OSError as error:
            typer.echo(f"the editor {editor!r} does not start ({error}); set EDITOR", err=True)
        return file.read_text(encoding="utf-8", errors="replace")
