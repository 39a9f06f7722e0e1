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
    """Show an answer and ask y, n or e(dit); return what to execute, or None to stop.

    An organism may have changed what it executes of an answer. So all of it is shown, unless it
    is code and nothing else; and what the editor made of it is shown and asked for as well.
    """
    shown = None
    while True:
        if answer != shown:
            typer.echo(printable(_bare(answer) or answer), err=True)
            shown = answer
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
                code = _edited(extract_code(answer) or answer)
                answer = answer if code is None else _fenced(code)


def _bare(answer: str) -> str | None:
    """Return the code of an answer that is nothing else."""
    code = extract_code(answer)
    return code if code is not None and answer.strip() == _fenced(code).strip() else None


def _fenced(code: str) -> str:
    return f"```python\n{code}\n```"


def _edited(code: str) -> str | None:
    """Let the person's editor change the code; return None, and say so, where it failed."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.py"
        file.write_text(code, encoding="utf-8", errors="backslashreplace")
        try:
            subprocess.run([*shlex.split(editor), str(file)], check=True)
            return file.read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            told = f"nothing was edited: {error}; VISUAL or EDITOR names another editor"
            typer.echo(printable(told), err=True)
            return None
