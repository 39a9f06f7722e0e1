"""Which findings of analyzers send an answer back to its model before it is executed.

Those that say that it fails as it stands: it does not parse, or it uses what is not there. To ask
again costs as much as a step, so nothing goes back that an execution would survive: a type that
changes, an annotation that is missing, style.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from autoagent.analyzers import Analysis, Finding, Subject, Tools, analyzed, open_analyzers
from autoagent.analyzers.analyst import Analyst
from autoagent.analyzers.findings import FAILED
from sandbox.parsing import statements
from sandbox.session import SandboxError

NAMES = frozenset({"name-defined", "used-before-def", "syntax"})
TYPES = frozenset({"attr-defined", "call-arg", "index", "operator"})
"""What mypy calls what raises when it is executed, if mypy knows the types."""
HARMLESS = frozenset({"no-redef", "var-annotated", "empty-body", "return"})
"""What else it may find in a text whose types it knows."""
UNKNOWN = '"object"'
"""What it calls the type of what it knows too little of."""
UNFIT = ("runs", "tests", "llm_score")
"""They execute or rate a program, and an answer is none: it runs in its organism alone."""
DYNAMIC = frozenset({"exec", "execute_code", "setattr", "vars", "globals", "locals", "__dict__"})
"""Whoever uses one of these may have names that no text shows."""
SECONDS = 10.0
"""For an analysis by mypy or jedi; what takes longer is executed as it is."""
MOST_TOLD = 5
NOTE = """\
Your last answer was:
```python
{code}
```
It was not run, because it would fail:
{findings}
Answer again without these errors."""


class Panel:
    """The analyzers that look at the answers of a run, and what they found in an earlier one.

    Args:
        names: Of analyzers.
        found: What they found in a run whose answers are given again.

    Attributes:
        names: The same.

    Raises:
        ExtensionError: There is no such analyzer.
        ValueError: One is named twice, or executes what it looks at.
        SandboxError: What one needs is missing here.
    """

    def __init__(self, names: Sequence[str], found: Iterable[dict[str, Any]] = ()) -> None:
        for name in names:
            if name in UNFIT:
                raise ValueError(
                    f"the analyzer {name!r} is for whole programs, and an answer runs in its "
                    "organism alone; give some that only read: mypy, hallucination, signature, ruff"
                )
        self.names = tuple(names)
        self.found = tuple(found)
        self._tools = Tools(seconds=SECONDS)
        self.analyzers = open_analyzers(names, self._tools)

    def warm_up(self, say: Callable[[str], None]) -> None:
        """Have each look once, so that what is missing here shows before anything is asked.

        Args:
            say: Told what takes a while.

        Raises:
            SandboxError: Something is; the message says what to do.
        """
        if self.names:
            say(f"loading the analyzers {', '.join(self.names)}")
        for each in self.analyzers:
            each.analyze(Subject(prefix="", completion=""), {})

    def errors(self, before: Callable[[str], str], code: str) -> list[Finding]:
        """Return the errors that are certain in an answer's code, one for each line.

        Args:
            before: Returns what stands for its organism, as `autoagent.prefix` does.
            code: The code.
        """
        subject = Subject(prefix=before(code), completion=code)
        return errors(analyzed(self.analyzers, subject, coworker=True), subject)

    def close(self) -> None:
        """End their processes."""
        self._tools.close()


class Inspector:
    """Inspects the answers of a run.

    Args:
        panel: Who looks at them.
        record: Writes down what they find.
        known: What was found before in this run; it is not looked for again.
        failed: Told of an answer that cannot be inspected.
    """

    def __init__(
        self,
        panel: Panel,
        *,
        record: Callable[[dict[str, Any]], None],
        known: Iterable[dict[str, Any]] = (),
        failed: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._failed = failed
        self._idle = not panel.names
        self._analyst = Analyst(panel.analyzers, record=record, known=[*panel.found, *known])

    def objections(self, before: Callable[[str], str], code: str) -> str:
        """Return what is said to a model whose answer shall not be executed; empty if it shall.

        Args:
            before: Returns what stands for its organism, as `autoagent.prefix` does.
            code: What it is about to execute.
        """
        if self._idle:
            return ""
        subject = Subject(prefix=before(code), completion=code)
        try:
            found = self._analyst.analyse(subject)
        except SandboxError as error:
            self._failed(f"an answer is not analysed: {error}")
            return ""
        for finding in _all(found):
            if finding.code == FAILED:
                self._failed(f"an answer runs as it is: {finding.message}")
        told = list(_told(found, subject))
        return NOTE.format(code=code, findings="\n".join(told[:MOST_TOLD])) if told else ""


def errors(found: Sequence[Analysis], subject: Subject) -> list[Finding]:
    """Return the findings that say that a text fails as it stands, one for each line."""
    certain: dict[int, Finding] = {}
    caught = _caught(subject.completion)
    untyped = all(each.analyzer != "mypy" for each in found)
    for analysis in found:
        for finding in _certain(analysis, untyped=untyped):
            line = finding.line - subject.first_line + 1
            if line > 0 and line not in caught:
                certain.setdefault(finding.line, finding)
    return [] if _is_dynamic(subject.completion) else list(certain.values())


def _certain(analysis: Analysis, *, untyped: bool) -> Iterator[Finding]:
    """Yield what an analyzer is sure of; beside mypy, others explain what that finds."""
    if analysis.analyzer == "hallucination" and untyped:
        yield from analysis.findings
    if not analysis.stops:
        return
    codes = {each.code for each in analysis.findings}
    believed = NAMES | TYPES if codes <= NAMES | TYPES | HARMLESS else NAMES
    for finding in analysis.findings:
        sure = finding.code in believed and UNKNOWN not in finding.message
        if finding.code != FAILED and (sure or analysis.analyzer != "mypy"):
            yield finding


def _told(found: Sequence[Analysis], subject: Subject) -> Iterator[str]:
    """Yield the errors in words, each with what explains it."""
    certain = errors(found, subject)
    lines = {each.line for each in certain}
    explained = [
        each for analysis in found if not analysis.stops for each in analysis.findings
        if each.line in lines and each not in certain
    ]  # fmt: skip
    for each in sorted([*certain, *explained], key=lambda finding: finding.line):
        yield f"line {each.line - subject.first_line + 1}: {each.message}"


def _all(found: Iterable[Analysis]) -> Iterator[Finding]:
    return (finding for analysis in found for finding in analysis.findings)


def _caught(code: str) -> set[int]:
    """Return the lines whose errors code catches itself."""
    tried = (
        statement
        for each in statements(code) or []
        for node in ast.walk(each)
        if isinstance(node, ast.Try) and node.handlers
        for statement in node.body
    )
    return {
        line for each in tried for line in range(each.lineno, (each.end_lineno or each.lineno) + 1)
    }


def _is_dynamic(code: str) -> bool:
    """Tell whether code may bind names that no text shows."""
    nodes = (node for each in statements(code) or [] for node in ast.walk(each))
    return any(
        getattr(node, "id", getattr(node, "attr", "")) in DYNAMIC
        or (isinstance(node, ast.alias) and node.name == "*")
        for node in nodes
    )
