"""In which of many ways JavaScript is written."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How somebody writes."""

    quote: str
    semi: bool
    indent: str
    let: str
    const: str
    template: float
    functional: float
    plain_for: float
    arrow: bool
    braces: bool
    input: str
    main: bool
    loose: bool
    comments: bool
    upper_functions: str

    @classmethod
    def drawn(cls, rng: random.Random) -> Style:
        """Return a style by chance."""
        old = rng.random() < 0.2
        return cls(
            quote=rng.choice('""\''),
            semi=rng.random() < 0.87,
            indent=rng.choice(("  ", "  ", "  ", "    ", "    ", "\t")),
            let="var" if old else "let",
            const="var" if old else rng.choice(("const", "const", "const", "let")),
            template=0.0 if old else rng.choice((0.1, 0.5, 0.9)),
            functional=rng.choice((0.2, 0.6, 0.9)),
            plain_for=rng.choice((0.2, 0.5, 0.9)),
            arrow=not old,
            braces=rng.random() < 0.75,
            input=rng.choice(
                ("fs", "fs", "fs", "fs", "fs2", "fs2", "dev", "events", "readline", "readline")
            ),
            main=rng.random() < 0.15,
            loose=rng.random() < 0.12,
            comments=rng.random() < 0.12,
            upper_functions=rng.choice(("declared", "declared", "arrow", "expression")),
        )
