"""What a query shows to whoever reads it, and the experts by what they are asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from autoagent.llm.framing.query import Query

EXPERTS: list[tuple[re.Pattern[str], Callable[..., str]]] = []
"""Patterns of tasks, each with who knows what to do next."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a query shows.

    Attributes:
        task: All that others than the model itself have said: the task is somewhere in it.
        last: What was said last: what came of the last answer, and what there is.
    """

    task: str
    last: str

    @classmethod
    def of(cls, query: Query) -> Seen:
        """Read a query."""
        if isinstance(query, str):
            return cls(query, query)
        others = [each["content"] for each in query if each["role"] != "assistant"]
        return cls("\n".join(others), query[-1]["content"])

    def printed(self, label: str) -> str | None:
        """Return what was printed behind a label at the beginning of a line, the last time."""
        found = re.findall(rf"^(?:It printed: )?{label} (.*)$", self.last, re.MULTILINE)
        return found[-1] if found else None

    def failed(self, error: str) -> str | None:
        """Return what an error of that type said, if the last code failed with it."""
        found = re.findall(rf"\b{error}: (.*?)(?: \(line \d+: .*)?$", self.last, re.MULTILINE)
        return found[-1] if found else None

    def has(self, name: str) -> bool:
        """Tell whether there is something of that name."""
        found = re.findall(r"^You have: (.*)$", self.last, re.MULTILINE)
        return bool(found) and re.search(rf"(?<!\w){re.escape(name)}\b", found[-1]) is not None

    def number(self, name: str) -> int:
        """Return the whole number that a name is said to stand for; -1 if that is not said."""
        found = re.findall(rf"(?<![\w.]){re.escape(name)} = (-?\d+)", self.last)
        return int(found[-1]) if found else -1


def expert(pattern: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Make a function an expert at the tasks that a pattern fits; it is handed the groups."""

    def enlisted(function: Callable[..., str]) -> Callable[..., str]:
        EXPERTS.append((re.compile(pattern, re.DOTALL), function))
        return function

    return enlisted


def seen_first(seen: Seen, code: str) -> str:
    """Execute code that prints ``ANSWER`` and JSON, and finish with what is then seen of it."""
    found = seen.printed("ANSWER")
    try:
        return code if found is None else f"self.finish({json.loads(found)!r})"
    except ValueError:  # it was shortened on its way
        return code
