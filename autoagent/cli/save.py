"""`autoagent save`: keep what a run leaves."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.kinds import kind_of
from autoagent.cli.options import DbOption, FilesOut, RunArgument
from autoagent.files import write_out
from autoagent.journal import Journal


def save(
    run: RunArgument,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="File for a program, folder for files of a life.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace what is there already.")] = False,
    db: DbOption = None,
) -> None:
    """Keep what RUN leaves: the best program of a search, or the last files that a life made.

    A journal does not hold the files of a life; it is lived again for them, and no model is asked.
    """
    with bad_input_exits(), closing(Journal(db, read_only=True)) as journal:
        name = journal.find(run)
        left = kind_of(journal, name).leaves(journal, name)
    if isinstance(left, str):
        _save_program(out, left, force)
        return
    if out.exists() and not out.is_dir():
        fail(f"--out {out} is a file, and a life leaves files: name a folder")
    files = FilesOut(out=out, force=force)
    files.conclude(name, files.write(left))


def _save_program(out: Path, program: str, force: bool) -> None:
    if out.is_dir():
        fail(f"--out {out} is a folder, and a search leaves a program: name a file in it")
    if out.is_file() and not force:
        fail(f"--out {out} is there already; --force replaces it")
    try:
        write_out(out, program)
    except OSError as error:
        fail(f"--out {out} cannot be written: {error.strerror}")
    progress(f"wrote {len(program):,} characters to {out}")
