"""Analyzers as a skill: an organism has code looked at before it executes it."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any

from autoagent.analyzers import Subject, analyzed
from autoagent.inspection import Panel, errors
from autoagent.skills import SkillContext, SkillError

LOOKING = ("mypy", "hallucination", "ruff")
LONGEST = 65_536


class Analyze:
    """Analyses code as it would run inside the organism that asks; see `autoagent.inspection`.

    Raises:
        SandboxError: Code cannot be analysed here.
    """

    name = "analyze"
    description = (
        "self.use('analyze', code=...) looks at code without executing it, as it would run in you; "
        "returns a list of dicts: analyzer, line, code, message, fails (whether it would surely "
        "fail there)"
    )
    cost = 0.0

    def __init__(self) -> None:
        self._panel = Panel(LOOKING)
        weakref.finalize(self, self._panel.close)

    def call(self, arguments: Mapping[str, Any], context: SkillContext) -> list[dict[str, Any]]:
        """Return what is found in ``code``.

        Raises:
            SkillError: It is no text, or too long.
        """
        code = arguments.get("code")
        if arguments.keys() != {"code"} or not isinstance(code, str) or len(code) > LONGEST:
            raise SkillError(f"{self.name}: give code, a text of at most {LONGEST} characters")
        context.asker.admit()
        subject = Subject(prefix=context.before(code), completion=code)
        found = analyzed(self._panel.analyzers, subject, coworker=True)
        fatal = errors(found, subject)
        return [
            {
                "analyzer": analysis.analyzer,
                "line": finding.line - subject.first_line + 1,
                "code": finding.code,
                "message": finding.message,
                "fails": finding in fatal,
            }
            for analysis in found
            for finding in analysis.findings
            if finding.line >= subject.first_line
        ]
