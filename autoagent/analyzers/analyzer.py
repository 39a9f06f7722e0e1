"""What an analyzer is, and where those that are installed are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from autoagent.analyzers.findings import Analysis, Kind, Subject
from autoagent.analyzers.tools import Tools
from sandbox.extensions import Extensions


class Analyzer(Protocol):
    """Looks at a program before it is used.

    Attributes:
        name: What it is found by.
        version: Its own and that of what it stands on; what is found with another may differ.
        kind: See `Analysis`.
    """

    name: str
    version: str
    kind: Kind

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Look at a program.

        Args:
            subject: The program.
            earlier: What those before this one found, by their names; empty where none is told of
                the others.

        Raises:
            SandboxError: What it needs is missing here; the message says what to do.
        """
        ...


ANALYZERS: Extensions[Callable[[Tools], Analyzer]] = Extensions("autoagent.analyzers", "analyzer")
"""Analyzers by name, those of installed packages, ours among them; each is given its tools."""


def open_analyzers(names: Sequence[str], tools: Tools) -> list[Analyzer]:
    """Open analyzers in the order in which they are named.

    Raises:
        ExtensionError: There is no such analyzer; the message lists those that there are.
        ValueError: One is named twice.
        SandboxError: What one needs is missing here.
    """
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the analyzer {name!r} is named twice; name each once")
    return [ANALYZERS[name](tools) for name in names]


def analyzed(analyzers: Sequence[Analyzer], subject: Subject, *, coworker: bool) -> list[Analysis]:
    """Return what each analyzer finds; as coworkers, the later ones are told of the earlier."""
    found: dict[str, Analysis] = {}
    for each in analyzers:
        found[each.name] = each.analyze(subject, found if coworker else {})
    return list(found.values())
