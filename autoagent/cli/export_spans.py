"""`autoagent export-spans`: send a run to one's own monitoring."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Annotated

import typer

from autoagent.cli.common import FAILED, bad_input_exits, fail, progress
from autoagent.cli.monitoring import opened_collector
from autoagent.cli.options import DbOption, RunArgument
from autoagent.journal import Journal


def export_spans(
    run: RunArgument,
    *,
    otlp: Annotated[
        str, typer.Option(help="Collector that speaks OTLP over HTTP: http://127.0.0.1:4318.")
    ],
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on until the run has stopped.")
    ] = False,
    db: DbOption = None,
) -> None:
    """Send RUN from the journal to a collector: spans and metrics, without any of its texts."""
    with bad_input_exits(), closing(opened_collector(otlp)) as collector:
        from autoagent.telemetry.collector import CollectorError
        from autoagent.telemetry.follower import PAUSE, Sender

        with closing(Journal(db, read_only=True)) as journal:
            sender = Sender(journal, journal.find(run), collector)
            try:
                sender.send()
                while follow and not sender.ended:
                    time.sleep(PAUSE)
                    sender.send()
            except CollectorError as error:
                fail(str(error), FAILED)
    progress(f"sent {sender.sent} spans to {otlp}")
