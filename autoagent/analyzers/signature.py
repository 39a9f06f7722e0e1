"""Signatures, resolved by jedi: the truth about what a type checker complains of."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from autoagent.analyzers.findings import (
    LONGEST_MESSAGE,
    MOST_FINDINGS,
    Analysis,
    Finding,
    Kind,
    Subject,
)
from autoagent.analyzers.jailed import AnalysisFailed
from autoagent.analyzers.mypy import Mypy
from autoagent.analyzers.tools import Tools


class Signature:
    """Tells the true signature, and the first line of the docstring, of what is called wrongly.

    Beside mypy, that is what its messages name. Alone, it is whatever the completion calls.

    Args:
        tools: Where texts are analysed.
    """

    name = "signature"
    kind: Kind = "info"

    def __init__(self, tools: Tools) -> None:
        self._jailed = tools.jailed
        self.version = f"jedi {version('jedi')}"

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Look signatures up (see `Analyzer.analyze`); the score is less by one for each."""
        findings = self._found(subject, earlier.get(Mypy.name))
        told = [f"The signature of {each.code} is: {each.message}" for each in findings]
        return Analysis.by(
            self,
            subject,
            score=0.0 - len(findings),
            passed=True,
            message="\n".join(told),
            findings=findings,
        )

    def _found(self, subject: Subject, types: Analysis | None) -> tuple[Finding, ...]:
        named = types and [{"line": each.line, "message": each.message} for each in types.findings]
        if types is not None and not named:
            return ()
        try:
            answer = self._jailed.ask(
                "signatures", subject.text, findings=named, first_line=subject.first_line
            )
        except AnalysisFailed:
            return ()  # what only explains may be silent
        told = answer if isinstance(answer, list) else []
        return tuple(found for each in told[:MOST_FINDINGS] if (found := _finding(each)))


def _finding(told: Any) -> Finding | None:
    """Return what a worker told of a name; None if that is nothing."""
    if not isinstance(told, dict) or type(told.get("line")) is not int:
        return None
    texts = [told.get(name) for name in ("name", "signature", "doc")]
    if not all(isinstance(each, str) for each in texts):
        return None
    name, signature, doc = (str(each)[:LONGEST_MESSAGE] for each in texts)
    message = f"{signature} - {doc}" if doc else signature
    line = min(max(told["line"], 1), 1 << 31)
    return Finding(code=name[:100], message=message, line=line, end_line=line)
