"""The organism's definitions as text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from autoagent.cells import folded
from autoagent.differences import EFFORT, difference

LARGEST_GENOME = 1 << 20
"""Bytes that a living organism's definitions may have: each change of them is kept whole."""


@dataclass(frozen=True)
class Genome:
    """An immutable set of definitions.

    Attributes:
        sources: Name of a method, function or class to its source text.
    """

    sources: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def hash(self) -> str:
        """Content hash over names and source texts, 16 hexadecimal digits."""
        return hashlib.sha256(self._written.encode()).hexdigest()[:16]

    @property
    def size(self) -> int:
        """How many bytes it takes where it is kept: names and source texts, as JSON in ASCII."""
        return len(self._written)

    @cached_property
    def _written(self) -> str:
        return json.dumps(dict(self.sources), sort_keys=True)

    def changed(self, changes: Mapping[str, str | None]) -> Genome:
        """Return the genome after `changes`; a definition that maps to None is gone."""
        merged = {**self.sources, **changes}
        return Genome({name: text for name, text in merged.items() if text is not None})

    def kept(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return the names under which methods of a base are kept, each with that method's own."""
        names = {name: _own_name(text) for name, text in self.sources.items()}
        return {
            name: own
            for name, own in names.items()
            if own is not None and own != name and base.get(own) == self.sources[name]
        }

    def beyond(self, base: Mapping[str, str]) -> Genome:
        """Return the definitions that are not those of a base, or not safe from the others.

        What has another name than it is defined by binds that name, too, when it is executed.
        """
        kept = self.kept(base)
        own = {n: t for n, t in self.sources.items() if n not in kept and base.get(n) != t}
        bound = {_own_name(text) for text in own.values()}
        return Genome({n: t for n, t in self.sources.items() if n in own or n in bound})

    @property
    def text(self) -> str:
        """All definitions as one text, which makes them again when an organism executes it.

        What is kept under another name than its own (``old = self.step``) comes first: its own
        name may stand for what replaced it.
        """
        first = sorted(self.sources.items(), key=lambda each: _own_name(each[1]) in (None, each[0]))
        return "\n\n".join(_definition(name, text) for name, text in first)

    def _repr_html_(self) -> str:
        """Return the genome as a notebook shows it: each definition opens at a click."""
        return folded(f"genome {self.hash}, {len(self.sources)} definitions", self.sources)

    def diff(self, other: Genome) -> dict[str, str]:
        """Return unified diffs from this genome to `other`, by name, where they differ."""
        pairs = {
            name: (self.sources.get(name, ""), other.sources.get(name, ""))
            for name in sorted({*self.sources, *other.sources})
        }
        changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        return {
            name: difference(*pair, effort=EFFORT // len(changed)) for name, pair in changed.items()
        }


STATEMENT = re.compile(r"(?:@[^\n]*\n)*(?:async )?(?:def|class) (\w+)(\(self\b)?")


def _own_name(text: str) -> str | None:
    """Return the name that the source of a definition gives it; None for a lambda."""
    found = STATEMENT.match(text)
    return found[1] if found else None


def _definition(name: str, text: str) -> str:
    """Return the source of a definition as statements."""
    found = STATEMENT.match(text)
    if found is None:
        return f"{name} = {text.rstrip()}\n"
    if found[1] == name:
        return text.rstrip() + "\n"
    held = f"self.{found[1]}" if found[2] else found[1]
    return f"{text.rstrip()}\n\n\n{name} = {held}\n"
