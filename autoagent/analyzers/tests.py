"""Whether a program does what examples say: they are run behind it, in the same wall."""

from __future__ import annotations

from collections.abc import Mapping

from autoagent.analyzers.findings import Analysis, Subject
from autoagent.analyzers.runs import Runs, ran


class Tests(Runs):
    """Passes a program whose examples raise nothing; one without examples need only run."""

    name = "tests"

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Run it with its examples (see `Analyzer.analyze`)."""
        program = f"{subject.text}\n\n{subject.examples}\n"
        return ran(self, self._tools, subject, program, "an example fails")
