"""Random tokens: the operator of genetic programming, on the tokens of a language.

A token gives way to another of its kind: a name to a name of the program, a number to a number, an
operator to an operator. So most of what comes out can be parsed, which favours the operator.
"""

from __future__ import annotations

import io
import random

from genetic.elm.languages import PYTHON, Language, Token
from genetic.elm.operators.variation import Variation

SCALED = 0.5
"""Share of numbers that are scaled; the others give way to another number."""
LINE = 0.2
"""Share of changes that repeat or drop a line, where that is allowed."""


class Tokens:
    """Changes random tokens.

    Args:
        changes: How many tokens change on average; each is chosen by itself, one at least.
        lines: Share of changes that repeat or drop a whole line instead.
        language: What programs are written in.
    """

    def __init__(
        self, changes: float = 1.5, *, lines: float = LINE, language: Language = PYTHON
    ) -> None:
        self._changes = changes
        self._language = language
        self._lines = lines

    def vary(self, program: str, rng: random.Random, key: str) -> Variation:
        """Return the program with other tokens (see `Operator.vary`)."""
        if rng.random() < self._lines:
            return _line_changed(program, rng)
        tokens = [token for token in self._language.changeable(program) if token.others]
        if not tokens:
            return Variation(program=None, message="", fault="it has no token to change")
        share = self._changes / len(tokens)
        chosen = [each for each in tokens if rng.random() < share] or [rng.choice(tokens)]
        changed, said = program, []
        for token in reversed(chosen):
            other = _other(token, rng)
            said.append(f"{token.text} to {other}")
            changed = changed[: token.start] + other + changed[token.end :]
        return Variation(program=changed, message=f"Changed {', '.join(reversed(said))}.")


def _other(token: Token, rng: random.Random) -> str:
    """Return what takes a token's place."""
    if not token.text[0].isdigit() or rng.random() >= SCALED:
        return rng.choice(token.others)
    try:
        value = float(token.text) * 2 ** rng.gauss(0, 1)
    except (ValueError, OverflowError):
        return rng.choice(token.others)
    scaled = str(round(value)) if token.text.isdigit() else f"{value:.6g}"
    return scaled if scaled != token.text else rng.choice(token.others)


def _line_changed(program: str, rng: random.Random) -> Variation:
    """Repeat or drop one line, but not the first."""
    lines = io.StringIO(program).readlines()
    if len(lines) < 2:
        return Variation(program=None, message="", fault="it has no line to change")
    at = rng.randrange(1, len(lines))
    if rng.random() < 0.5:
        changed = [*lines[:at], lines[at], *lines[at:]]
        return Variation(program="".join(changed), message=f"Repeated line {at + 1}.")
    return Variation(
        program="".join(lines[:at] + lines[at + 1 :]), message=f"Dropped line {at + 1}."
    )
