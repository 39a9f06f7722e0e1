"""Whether a program runs: behind a wall, with nothing to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from autoagent.analyzers.findings import LONGEST_MESSAGE, Analysis, Finding, Kind, Subject
from autoagent.analyzers.tools import Tools

if TYPE_CHECKING:  # only Linux has what programs are run in
    from sandbox.programs.program import Run

VERSION = "1"


class Runs:
    """Passes a program that comes to its end without an error.

    Args:
        tools: What runs programs.
    """

    name = "runs"
    version = VERSION
    kind: Kind = "critical"

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Run it (see `Analyzer.analyze`)."""
        return ran(self, self._tools.run(subject.text), subject, "it does not run")


def ran(analyzer: Runs, run: Run, subject: Subject, failed: str) -> Analysis:
    """Return what an analyzer finds in a run of a program."""
    passed = run.status == "ok"
    # The end of a traceback says what was wrong.
    words = run.stderr.decode(errors="replace").strip()[-LONGEST_MESSAGE:] or run.detail
    finding = Finding(code=run.status, message=f"{failed}: {words}", line=subject.first_line)
    return Analysis.by(
        analyzer,
        subject,
        score=0.0 if passed else -1.0,
        passed=passed,
        message="" if passed else finding.message,
        findings=() if passed else (finding,),
    )
