"""Ask a person before code is executed."""

from __future__ import annotations

import typer

from autoagent.organism import extract_code


def ask_approval(answer: str) -> str | None:
    """Show the code and ask y, n or e(dit); return what to execute, or None to stop."""
    code = extract_code(answer) or answer
    typer.echo(code, err=True)
    while True:
        choice = typer.prompt("Execute? [y]es, [n]o, [e]dit", default="y", err=True)
        match choice.strip().lower()[:1]:
            case "y":
                return answer
            case "n":
                return None
            case "e":
                edited = typer.edit(code, extension=".py")
                return f"```python\n{edited or code}\n```"
