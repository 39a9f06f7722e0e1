"""`autoagent train curves`: training runs as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.printable import printable
from rl.cli.common import installed


def curves(
    runs: Annotated[
        list[Path], typer.Argument(help="Folders of training runs.", show_default=False)
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The picture, a PNG.", dir_okay=False)
    ] = Path("curves.png"),
) -> None:
    """Draw how training runs went, over their updates."""
    with bad_input_exits(), installed("drawing"):
        from rl.curves import draw, read_runs

        logs = read_runs(runs)
        try:
            draw(out, logs)
        except OSError as error:
            fail(f"cannot write {out}: {error.strerror}; name another --out")
    progress(printable(str(out)))
