"""`autoagent view`: runs, lives and searches in a browser."""

from __future__ import annotations

import threading
import webbrowser
from contextlib import closing
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.options import DbOption, ResultsOption
from autoagent.journal import Journal, default_path
from sandbox.extras import pip_install


def view(
    run: Annotated[
        str | None, typer.Argument(help="Id of a run, a prefix of it, or 'last' (default: all).")
    ] = None,
    port: Annotated[
        int, typer.Option(help="Where to serve; 0 is any port that is free.", min=0, max=65535)
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    results: ResultsOption = None,
    db: DbOption = None,
) -> None:
    """Look at the journal in a browser: runs, lives, genomes and searches, live while they go on.

    The pages are served to this machine alone, and to whoever opens the address that is printed.
    """
    try:
        from autoagent.view.results import shelves
        from autoagent.view.server import serve
        from autoagent.view.source import Source
    except ImportError as error:
        fail(
            f"view needs more packages ({error.name} is missing); "
            f"install it with: {pip_install('view')}"
        )
    with bad_input_exits():
        with closing(Journal(db, read_only=True)) as journal:
            page = f"/run/{journal.find(run)}" if run else "/results" if results else "/"

        def begun(address: str) -> None:
            progress(f"open {address}")
            progress("the address is good for one browser; Ctrl-C ends")
            if browser:  # one in a terminal would keep the server waiting
                threading.Thread(target=_open, args=(address,), daemon=True).start()

        shelves(results or ())  # what cannot be read is told now
        source = Source(db or default_path(), results or ())
        serve(source, port=port, begun=begun, at=page)


def _open(address: str) -> None:
    if not webbrowser.open(address):
        progress("no browser could be opened here")
