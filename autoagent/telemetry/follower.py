"""Sends a run to a collector as it is written down, and never hurts it.

It reads the journal, from a thread of its own: what a run does is not touched, and what a
collector does not take is still there, to be sent later.
"""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from types import TracebackType

from autoagent.journal import Journal, JournalError
from autoagent.telemetry.collector import Collector, CollectorError
from autoagent.telemetry.metrics import Metrics
from autoagent.telemetry.spans import Spans

PAUSE = 1.0
"""Seconds between two looks into the journal."""


class Sender:
    """Sends what is new of a run.

    Args:
        journal: Holds it.
        run: Its id.
        collector: Is sent it.
        after: The number of the last event that counts as sent.

    Attributes:
        sent: How many spans were taken.
        ended: Whether the run has stopped, as far as was read.
    """

    def __init__(self, journal: Journal, run: str, collector: Collector, *, after: int = 0) -> None:
        self.sent = 0
        self.ended = False
        self._journal, self._run, self._collector = journal, run, collector
        self._spans, self._metrics = Spans(run), Metrics(run)
        self._after, self._read = after, 0

    def send(self) -> None:
        """Send what was completed since the last time.

        Raises:
            JournalError: The journal cannot be read.
            CollectorError: The collector does not take it.
        """
        spans = []
        for event in self._journal.events(self._run, after=self._read):
            completed = list(self._spans.take(event))
            self._metrics.take(event)
            self._read, self.ended = event.number, event.kind == "end"
            if event.number > self._after:
                spans += completed
        if spans:
            self._collector.send(spans, self._metrics.read())
            self.sent += len(spans)


class Follower:
    """Sends a run while it is lived, in a ``with`` block; afterwards `fault` says what failed.

    Args:
        path: The journal's file; None means the user's own.
        run: Id of the run.
        collector: Is sent it, and closed at the end.

    Attributes:
        fault: Why not all was sent, or None.
    """

    def __init__(self, path: Path | None, run: str, collector: Collector) -> None:
        self.fault: str | None = None
        self._path, self._run, self._collector = path, run, collector
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="otlp", daemon=True)
        with closing(Journal(path, read_only=True)) as journal:
            self._after = max((event.number for event in journal.events(run)), default=0)

    def __enter__(self) -> Follower:
        """Begin to send."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Send the rest; a collector that is silent is waited for no longer than for a message."""
        self._over.set()
        self._thread.join()
        self._collector.close()

    def _follow(self) -> None:
        try:
            with closing(Journal(self._path, read_only=True)) as journal:
                sender = Sender(journal, self._run, self._collector, after=self._after)
                while not self._over.wait(PAUSE):
                    sender.send()
                sender.send()
        except (CollectorError, JournalError) as error:
            self.fault = str(error)
