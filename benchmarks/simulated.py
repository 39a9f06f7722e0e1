"""A simulated model of known competence. It knows the answer, and no figure of it is a model's.

It returns a reference translation in which each line is spoilt with a fixed probability, and,
told of a fault, mends one spoilt line with another. Asked to mend without being told of a fault,
it returns what it was given.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from autoagent.llm import PYTHON, Completion, Frame
from autoagent.llm.fence import extract_block

TOLD = ("The compiler says:", "is wrong. Mend it.")
"""What shows that a query reports a fault."""


class Simulated:
    """Answers as a model of known competence would.

    Args:
        reference: The right program.
        faults: The mean number of spoilt lines in a first answer.
        mends: The probability that a reported fault is mended.
        name: What the model is called.
    """

    def __init__(
        self, reference: str, *, faults: float, mends: float, name: str = "simulated"
    ) -> None:
        self.name = name
        self.asked = 0
        self._lines = reference.splitlines()
        self._rate = faults / len(self._spoilable)
        self._mends = mends

    @property
    def _spoilable(self) -> list[int]:
        return [number for number, line in enumerate(self._lines) if re.search(r"\w", line)]

    def complete(
        self,
        query: str,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        stop: Sequence[str] = (),
        on_text: Callable[[str], None] | None = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        """Answer a query; see `LLM.complete`."""
        self.asked += 1
        rng = random.Random(seed)
        program = _program_in(query)
        if program is None:
            lines = self._spoilt(rng)
        elif any(sign in query for sign in TOLD):
            lines = self._mended(program.splitlines(), rng)
        else:
            lines = program.splitlines()
        text = "\n".join([frame.opening.strip(), *lines, "```"])
        return Completion(
            text=text,
            tokens_in=len(query) // 4,
            tokens_out=len(text) // 4,
            finish="stop",
            model=self.name,
        )

    def close(self) -> None:
        """Do nothing."""

    def _spoilt(self, rng: random.Random) -> list[str]:
        lines = list(self._lines)
        for number in self._spoilable:
            if rng.random() < self._rate:
                lines[number] = spoil(lines[number], rng)
        return lines

    def _mended(self, lines: list[str], rng: random.Random) -> list[str]:
        """Mend one line that is not as it should be, or fail to."""
        lines = (lines + [""] * len(self._lines))[: len(self._lines)]
        wrong = [n for n, (a, b) in enumerate(zip(lines, self._lines, strict=True)) if a != b]
        if wrong and rng.random() < self._mends:
            number = rng.choice(wrong)
            lines[number] = self._lines[number]
        return lines


def spoil(line: str, rng: random.Random) -> str:
    """Return a line with one token wrong."""
    tokens = re.findall(r"\w+|\s+|.", line)
    places = [n for n, token in enumerate(tokens) if not token.isspace()]
    place = rng.choice(places)
    token = tokens[place]
    if token.isdigit():
        tokens[place] = str(int(token) + rng.choice((-1, 1)))
    elif token in SWAPPED:
        tokens[place] = SWAPPED[token]
    elif rng.random() < 0.5:
        tokens[place] = token + token
    else:
        tokens[place] = ""
    return "".join(tokens)


SWAPPED = {"+": "-", "-": "+", "<": ">", ">": "<", "&": "|", "|": "&", "*": "+", "/": "*"}


def _program_in(query: str) -> str | None:
    """Return the translation that a query shows."""
    found = re.search(r"\nC:\n(.*?)(?:\n\nThe compiler says:|\n\nFor |\n\nAnswer with)", query, re.S)
    return found[1] if found else None


__all__ = ["Simulated", "extract_block", "spoil"]
