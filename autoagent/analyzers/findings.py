"""What analyzers are shown, and what they find: plain data, bounded and with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, get_args

from autoagent.known import known

Kind = Literal["critical", "info", "score"]
KINDS: tuple[str, ...] = get_args(Kind)

MOST_FINDINGS = 100
"""Of one analyzer; the worst score of one is as low as so many errors make it."""
MOST_LISTED = 10
LONGEST_MESSAGE = 2000
"""Characters of a message."""
FAILED = "analysis"
"""Code of a finding that says that the analyzer itself failed, or was stopped."""
SHOWN_AS = "your completion"
"""What the file is called to whoever wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A program in the making.

    Attributes:
        prefix: What was there.
        completion: What was written behind it.
        examples: Code that is run after the program, and raises where the program is wrong.
    """

    prefix: str
    completion: str
    examples: str = ""

    @property
    def text(self) -> str:
        """The whole program."""
        return self.prefix + self.completion

    @property
    def first_line(self) -> int:
        """The line on which the completion begins."""
        return self.prefix.count("\n") + 1

    @property
    def digest(self) -> str:
        """What tells it from other subjects."""
        total = hashlib.sha256()
        for part in (self.prefix, self.completion, self.examples):
            data = part.encode(errors="surrogatepass")
            total.update(len(data).to_bytes(8, "big") + data)
        return total.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that an analyzer has to say of a place.

    Attributes:
        code: What kind of thing, in the analyzer's own terms, such as ``attr-defined``.
        message: In words.
        line: Where it begins, from 1.
        column: Where in the line, from 1.
        end_line: Where it ends.
        end_column: Where in that line.
    """

    code: str
    message: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        """Return it as it is told to whoever wrote the text."""
        return f"{SHOWN_AS}:{self.line}: {self.message} [{self.code}]"


class Named(Protocol):
    """What is known of whoever analyses; see `Analysis`."""

    name: str
    version: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What one analyzer found.

    Attributes:
        analyzer: Its name.
        version: Its version, and that of what it stands on.
        kind: ``critical`` if the program must pass it, ``info`` if it explains, ``score`` if it
            rates.
        score: More is better.
        passed: Whether it has nothing to object to.
        message: For whoever wrote the text; empty if there is nothing to say.
        digest: Hash of the subject.
        findings: One by one.
        calls: Questions that a model was asked for it.
        tokens_in: Tokens that it read.
        tokens_out: Tokens that it wrote.
    """

    analyzer: str
    version: str
    kind: Kind
    score: float
    passed: bool
    message: str
    digest: str
    findings: tuple[Finding, ...] = ()
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @classmethod
    def by(cls, analyzer: Named, subject: Subject, **found: Any) -> Analysis:
        """Return what an analyzer found in a subject."""
        return cls(
            analyzer=analyzer.name,
            version=analyzer.version,
            kind=analyzer.kind,
            digest=subject.digest,
            **found,
        )

    @classmethod
    def faults(cls, analyzer: Named, subject: Subject, found: tuple[Finding, ...]) -> Analysis:
        """Return what an analyzer found that passes what has no fault: each is a point less."""
        failed = any(each.code == FAILED for each in found)
        score = 0.0 - (MOST_FINDINGS if failed else len(found))
        return cls.by(
            analyzer, subject, score=score, passed=not found, message=_listed(found), findings=found
        )

    @property
    def stops(self) -> bool:
        """Whether the program cannot pass because of it."""
        return self.kind == "critical" and not self.passed

    def as_dict(self) -> dict[str, Any]:
        """The analysis as it is journalled."""
        return asdict(self) | {"findings": [asdict(each) for each in self.findings]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Analysis:
        """Return the analysis that `as_dict` made `data` from."""
        findings = tuple(Finding(**known(Finding, each)) for each in data["findings"])
        return cls(**{**known(cls, data), "findings": findings})


def _listed(findings: tuple[Finding, ...]) -> str:
    """Return findings as lines, the first ones of many."""
    lines = [str(each)[:LONGEST_MESSAGE] for each in findings[:MOST_LISTED]]
    if len(findings) > MOST_LISTED:
        lines.append(f"... and {len(findings) - MOST_LISTED} more")
    return "\n".join(lines)
