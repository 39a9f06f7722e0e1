"""Types, checked by mypy: what is wrong from the first line of the completion on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from autoagent.analyzers.findings import (
    FAILED,
    LONGEST_MESSAGE,
    MOST_FINDINGS,
    Analysis,
    Finding,
    Kind,
    Subject,
)
from autoagent.analyzers.jailed import AnalysisFailed, Jailed
from autoagent.analyzers.tools import Tools

BLOCKING = "syntax"
"""What mypy calls an error after which it looks at nothing else."""
OF_BODIES = ("empty-body", "return")
"""What is wrong with a body, and told at the head of its function."""
HEAD = re.compile(r"\s*(?:async\s+)?def\s")


class Mypy:
    """Passes a completion in which mypy finds no error; the score is less by one for each.

    Errors before the completion are not its own, but for two: one of syntax, since nothing else
    was looked at then, and a missing return of the function that the completion goes on with.

    Args:
        tools: Where texts are analysed.
    """

    name = "mypy"
    kind: Kind = "critical"

    def __init__(self, tools: Tools) -> None:
        self._jailed = tools.jailed
        self.version = version("mypy")

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Check the types (see `Analyzer.analyze`)."""
        try:
            findings = type_errors(self._jailed, subject)
        except AnalysisFailed as failed:
            findings = (Finding(code=FAILED, message=f"mypy cannot check it: {failed}"),)
        return Analysis.faults(self, subject, findings)


def type_errors(jailed: Jailed, subject: Subject) -> tuple[Finding, ...]:
    """Return what mypy finds wrong with a completion.

    Raises:
        AnalysisFailed: It cannot be checked.
    """
    answer = jailed.ask("types", subject.text)
    if not isinstance(answer, list):
        raise AnalysisFailed("the analyzer said what is no answer")
    errors = [_finding(each) for each in answer]
    heads = [n for n, line in enumerate(subject.prefix.splitlines(), 1) if HEAD.match(line)]
    found = tuple(
        each
        for each in errors
        if each.line >= subject.first_line
        or each.code == BLOCKING
        or (each.code in OF_BODIES and each.line in heads[-1:])
    )
    return found[:MOST_FINDINGS]


def _finding(told: Any) -> Finding:
    """Return an error that a worker told of.

    Raises:
        AnalysisFailed: It is none.
    """
    try:
        code, message = told["code"], told["message"]
        place = {name: told[name] for name in ("line", "column", "end_line", "end_column")}
    except (TypeError, KeyError):
        raise AnalysisFailed("the analyzer said what is no error") from None
    texts = all(isinstance(each, str) for each in (code, message))
    if not texts or not all(type(each) is int and 0 <= each < 1 << 31 for each in place.values()):
        raise AnalysisFailed("the analyzer said what is no error")
    return Finding(code=code[:50], message=message[:LONGEST_MESSAGE], **place)
