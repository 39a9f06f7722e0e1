"""`autoagent report`: runs as one file that can be sent to a colleague."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.options import DbOption, ResultsOption
from autoagent.files import write_out
from autoagent.journal import Journal
from sandbox.extras import pip_install


def report(
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write.", dir_okay=False)],
    runs: Annotated[
        list[str] | None, typer.Argument(help="Ids of runs, prefixes of them, or 'last'.")
    ] = None,
    results: ResultsOption = None,
    db: DbOption = None,
) -> None:
    """Write runs as one HTML file that works offline: steps, searches, archives and curves.

    Nothing in it is loaded, and nothing in it runs. It holds what the runs hold: look at it before
    it is sent.
    """
    try:
        from autoagent.view import report as reports
    except ImportError as error:
        fail(
            f"report needs more packages ({error.name} is missing); "
            f"install it with: {pip_install('view')}"
        )
    if not (runs or results):
        fail("nothing to report: name a RUN, or a folder of results by --results")
    with bad_input_exits(), ExitStack() as stack:
        journal, names = None, list[str]()
        if runs:
            journal = stack.enter_context(closing(Journal(db, read_only=True)))
            names = list(dict.fromkeys(map(journal.find, runs)))
        text = reports.report(journal, names, results or [])
    try:
        write_out(out, text)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")
    told = f"{len(names)} run{'s' * (len(names) != 1)}"
    if results:
        told += f", {len(results)} folder{'s' * (len(results) != 1)} of results"
    progress(f"{out}: {told}, {len(text.encode()):,} bytes")
