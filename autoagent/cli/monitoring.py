"""The option --otlp: a run that is watched by somebody's monitoring while it is lived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autoagent.cli.common import fail, progress
from autoagent.printable import printable
from sandbox.extras import pip_install

if TYPE_CHECKING:  # which needs packages that not everybody has
    from autoagent.telemetry.collector import Collector

OtlpOption = Annotated[
    str | None,
    typer.Option(
        "--otlp", help="Send spans and metrics to this OTLP collector: http://127.0.0.1:4318."
    ),
]


def opened_collector(url: str) -> Collector:
    """Return a collector, or exit if what is needed for that is not installed.

    Raises:
        ValueError: It is no address of one.
    """
    try:
        from autoagent.telemetry.collector import Collector
    except ModuleNotFoundError as error:
        fail(
            f"monitoring needs the package {error.name}; "
            f"install it with: {pip_install('monitoring')}"
        )
    return Collector(url)


@contextmanager
def monitored(collector: Collector | None, run: str, db: Path | None) -> Iterator[None]:
    """Send a run to a collector while it is lived, if there is one; say so if that fails."""
    if collector is None:
        yield
        return
    from autoagent.telemetry.follower import Follower

    follower = Follower(db, run, collector)
    with follower:
        yield
    if follower.fault is not None:
        again = f"`autoagent export-spans {run} --otlp {collector.url}` sends it again"
        progress(printable(f"not all was sent: {follower.fault}; {again}"))
