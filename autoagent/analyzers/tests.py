"""Whether a program does what examples say: they are run behind it, in the same wall."""

from __future__ import annotations

from collections.abc import Mapping

from autoagent.analyzers.findings import Analysis, Subject
from autoagent.analyzers.runs import Runs, ran


class Tests(Runs):
    """Passes a program behind which the examples come to their end and raise nothing.

    One without examples need only come to its own.
    """

    name = "tests"
    version = "2"

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Run it with its examples (see `Analyzer.analyze`)."""
        run = self._tools.test(subject.text, subject.examples)
        return ran(self, run, subject, "an example fails")
