"""Has programs analysed, once each, and keeps what was found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autoagent.analyzers.analyzer import Analyzer, analyzed
from autoagent.analyzers.findings import Analysis, Subject

ANALYSIS = "analysis"
"""Kind of the event that an analysis is written down as."""

Data = dict[str, Any]
_Key = tuple[str, str, tuple[str, ...]]


class Analyst:
    """Analyses programs; any thread may ask.

    What was found before is found again: an old record does not depend on the analyzers of today.

    Args:
        analyzers: In the order in which they look.
        coworker: Whether later ones are told what earlier ones found.
        record: Writes an analysis down.
        known: What was written down before.
    """

    def __init__(
        self,
        analyzers: Sequence[Analyzer],
        *,
        coworker: bool = True,
        record: Callable[[Data], None] = lambda data: None,
        known: Iterable[Data] = (),
    ) -> None:
        self._analyzers = analyzers
        self._names = tuple(each.name for each in analyzers)
        self._coworker = coworker
        self._variant = "coworker" if coworker else "separate"
        self._record = record
        self._lock = threading.Lock()
        self._found: dict[_Key, tuple[Analysis, ...]] = {
            (data["digest"], data["variant"], tuple(data["analyzers"])): tuple(
                map(Analysis.of, data["found"])
            )
            for data in known
        }

    def analyse(self, subject: Subject) -> tuple[Analysis, ...]:
        """Return what the analyzers find.

        Raises:
            SandboxError: What one needs is missing here.
        """
        key = subject.digest, self._variant, self._names
        if key not in self._found:
            found = tuple(analyzed(self._analyzers, subject, coworker=self._coworker))
            with self._lock:
                if key not in self._found:
                    self._record(
                        {
                            "digest": subject.digest,
                            "variant": self._variant,
                            "analyzers": list(self._names),
                            "found": [each.as_dict() for each in found],
                        }
                    )
                    self._found[key] = found
        return self._found[key]
