"""`autoagent report`: runs as one file that can be sent to a colleague."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.options import DbOption
from autoagent.files import write_out
from autoagent.journal import Journal
from sandbox.extras import pip_install


def report(
    runs: Annotated[list[str], typer.Argument(help="Ids of runs, prefixes of them, or 'last'.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write.", dir_okay=False)],
    db: DbOption = None,
) -> None:
    """Write runs as one HTML file that works offline: steps, searches, archives and curves.

    Nothing in it is loaded, and nothing in it runs. It holds what the runs hold: look at it before
    it is sent.
    """
    try:
        from autoagent.view import report as reports
    except ImportError as error:
        fail(f"report needs more packages ({error.name} is missing): {pip_install('view')}")
    with bad_input_exits(), closing(Journal(db, read_only=True)) as journal:
        names = list(dict.fromkeys(journal.find(run) for run in runs))
        text = reports.report(journal, names)
    try:
        write_out(out, text)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")
    progress(f"{out}: {len(names)} run{'s' * (len(names) > 1)}, {len(text.encode()):,} bytes")
