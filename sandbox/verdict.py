"""What the policy says about a text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.rules import Kind

MAX_MESSAGE_LINES = 8


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that the policy does not let pass.

    Attributes:
        kind: How bad it is.
        what: The construct and the reason.
        line: Where it starts in the text, if it starts anywhere.
    """

    kind: Kind
    what: str
    line: int | None

    def as_dict(self) -> dict[str, str | int | None]:
        """The violation as it is journalled and sent."""
        return {"kind": self.kind, "what": self.what, "line": self.line}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says about one text.

    Attributes:
        violations: In the order of the text; empty when the text is clean.
    """

    violations: tuple[Violation, ...] = ()

    @classmethod
    def of(cls, data: Iterable[Mapping[str, Any]]) -> "Verdict":
        """Return the verdict that `as_list` made `data` from."""
        return cls(tuple(Violation(**each) for each in data))

    def as_list(self) -> list[dict[str, str | int | None]]:
        """The verdict as it is journalled and sent."""
        return [violation.as_dict() for violation in self.violations]

    @property
    def ok(self) -> bool:
        """Whether the text may be compiled and run."""
        return not self.violations

    @property
    def harm(self) -> bool:
        """Whether the text acts on the host or on the wall."""
        return any(violation.kind == "harm" for violation in self.violations)

    @property
    def message(self) -> str:
        """One text for the model or person who wrote the code; empty when the text is clean."""
        shown = self.violations[:MAX_MESSAGE_LINES]
        lines = [f"line {v.line or '?'}: {v.kind}: {v.what}" for v in shown]
        more = len(self.violations) - len(shown)
        return "\n".join([*lines, f"and {more} more"] if more else lines)
