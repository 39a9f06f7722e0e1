"""`autoagent genome`, `diff` and `export`: what a run leaves for others to use."""

from __future__ import annotations

import json as json_text
import re
import sys
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from autoagent.cli.common import bad_input_exits, fail, print_json
from autoagent.cli.kinds import kind_of
from autoagent.cli.options import DbOption, JsonOption, RunArgument
from autoagent.files import write_out
from autoagent.first_genome import written_out
from autoagent.genome import Genome
from autoagent.journal import Journal
from autoagent.past import Past
from autoagent.printable import printable


class ExportFormat(StrEnum):
    """Values of --format."""

    jsonl = "jsonl"


EMPTINESS = re.compile(r"\s{100}")
"""White space that what colours texts would read again and again."""
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Write to this file.", dir_okay=False)
]


def genome(
    run: RunArgument,
    step: Annotated[int | None, typer.Option(help="After which step (default: the last).")] = None,
    out: OutOption = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Print what the organism of RUN has made of itself: definitions other than at its birth.

    Written to a file, it is what another life can begin with: `autoagent run --genome FILE`.
    `--json` has all definitions.
    """
    with bad_input_exits(), closing(Journal(db, read_only=True)) as journal:
        past = Past.of(journal, journal.find(run))
        at = past.last_step if step is None else step
        found = journal.genome(past.genome_at(at))
    if json:
        data = {"run": past.run, "step": at, "genome": found.hash, "sources": dict(found.sources)}
        found_text = json_text.dumps(data) + "\n"
    else:
        found_text = written_out(found, past.first)
    if out is not None:
        _write(out, found_text)
    elif json:
        print(found_text, end="")
    elif sys.stdout.isatty():
        Console().print(_coloured(found_text))
    else:
        print(printable(found_text), end="")


def diff(
    run: RunArgument,
    a: Annotated[int, typer.Argument(help="A step; 0 is birth.")],
    b: Annotated[int, typer.Argument(help="Another step.")],
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Show what the organism of RUN changed in itself between the steps A and B."""
    with bad_input_exits(), closing(Journal(db, read_only=True)) as journal:
        past = Past.of(journal, journal.find(run))
        before, after = (journal.genome(past.genome_at(step)) for step in (a, b))
    changes = before.diff(after)
    if json:
        print_json({"run": past.run, "from": a, "to": b, "changes": changes})
        return
    console = Console()
    if not changes:
        console.print(f"nothing changed between step {a} and step {b}")
    for name, text in changes.items():
        console.print(Text(f"{printable(name)} ({_kind(name, before, after)})", style="bold"))
        if console.is_terminal:
            console.print(Syntax(printable(text), "diff", theme="ansi_dark"))
        else:
            print(printable(text))


def export(
    run: RunArgument,
    format: Annotated[ExportFormat, typer.Option(help="How.")] = ExportFormat.jsonl,
    out: OutOption = None,
    db: DbOption = None,
) -> None:
    """Write the conversation of RUN with its outcomes, to train on.

    A line for each step of an agent, or for each mend of a translation that made a program better.
    Each is an object with `messages`, as chat models are fine-tuned on, and `outcome`.
    """
    with bad_input_exits(), closing(Journal(db, read_only=True)) as journal:
        run_id = journal.find(run)
        lines = kind_of(journal, run_id).examples(journal, run_id)
    if out is not None:
        _write(out, "".join(lines))
    else:
        print("".join(lines), end="")


def written(out: Path | None, value: dict[str, Any]) -> None:
    """Write JSON for people to read to a file, or print it."""
    text = json_text.dumps(value, indent=2) + "\n"
    if out is not None:
        _write(out, text)
    else:
        print(text, end="")


def _coloured(text: str) -> Syntax | Text:
    """Return definitions as a terminal shows them: plain where colours would take for ever."""
    shown = printable(text)
    if EMPTINESS.search(shown):
        return Text(shown)
    return Syntax(shown, "python", theme="ansi_dark")


def _kind(name: str, before: Genome, after: Genome) -> str:
    if name not in before.sources:
        return "new"
    return "changed" if name in after.sources else "gone"


def _write(out: Path, text: str) -> None:
    try:
        write_out(out, text)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")
