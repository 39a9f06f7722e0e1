"""Attributes that do not exist, and what the object or module really offers, by jedi."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from autoagent.analyzers.findings import Analysis, Finding, Kind, Subject
from autoagent.analyzers.jailed import AnalysisFailed
from autoagent.analyzers.mypy import Mypy, type_errors
from autoagent.analyzers.tools import Tools

MISSING = re.compile(r'has no attribute "(\w+)"')
MOST_SUGGESTED = 5
MOST_LOOKED_UP = 10
LONGEST_NAME = 100


class Hallucination:
    """Suggests real names for attributes that mypy says do not exist.

    Each with a suggestion adds half a point, each without one takes one. Where it is not told what
    mypy found, it asks by itself.

    Args:
        tools: Where texts are analysed.
    """

    name = "hallucination"
    kind: Kind = "info"

    def __init__(self, tools: Tools) -> None:
        self._jailed = tools.jailed
        self.version = f"jedi {version('jedi')}, mypy {version('mypy')}"

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Look for names that are not there (see `Analyzer.analyze`)."""
        lines: dict[str, list[int]] = {}
        for each in self._errors(subject, earlier.get(Mypy.name)):
            for attribute in MISSING.findall(each.message):
                lines.setdefault(attribute, []).append(each.line)
        findings, score = [], 0.0
        for attribute, places in list(lines.items())[:MOST_LOOKED_UP]:
            real = self._suggested(subject, attribute, places)
            score += 0.5 if real else -1.0
            says = f"there is no {attribute!r}"
            says += f"; there is {', '.join(real)}" if real else ", and nothing like it"
            findings.append(
                Finding(code=self.name, message=says, line=places[0], end_line=places[0])
            )
        return Analysis.by(
            self,
            subject,
            score=score,
            passed=True,
            message="\n".join(map(str, findings)),
            findings=tuple(findings),
        )

    def _errors(self, subject: Subject, types: Analysis | None) -> Sequence[Finding]:
        if types is not None:
            return types.findings
        try:
            return type_errors(self._jailed, subject)
        except AnalysisFailed:
            return ()

    def _suggested(self, subject: Subject, attribute: str, lines: list[int]) -> list[str]:
        """Return the names that come closest, of those that there are."""
        try:
            answer = self._jailed.ask("offered", subject.text, lines=lines, attribute=attribute)
        except AnalysisFailed:
            return []
        names = answer if isinstance(answer, list) else []
        real = [name[:LONGEST_NAME] for name in names if isinstance(name, str)]
        return difflib.get_close_matches(attribute, real, n=MOST_SUGGESTED)
