"""A person who types the code."""

import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from autoagent.llm.base import Completion, LLMUnreachable
from autoagent.printable import printable

END = "."


class Human:
    """Shows the query to a person and reads the code that they type.

    Args:
        source: Where the person types; standard input by default.
        screen: Where the query is shown; standard error by default.
    """

    name = "human"

    def __init__(self, *, source: TextIO | None = None, screen: TextIO | None = None) -> None:
        self._source = source
        self._screen = screen

    def complete(
        self,
        query: str,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        stop: Sequence[str] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """Ask the person; see `LLM.complete`. What they type is not passed to `on_text`.

        Raises:
            LLMUnreachable: The input ended before anything was typed.
        """
        screen = self._screen or sys.stderr
        invitation = f"Type Python code, then a line with only {END!r}:"
        print(f"{printable(query)}\n\n{invitation}", file=screen)
        screen.flush()
        code = self._read()
        text = code if "```" in code or not code.strip() else f"```python\n{code}\n```"
        return Completion(text=text, tokens_in=0, tokens_out=0, finish="stop", model=self.name)

    def close(self) -> None:
        """Do nothing: the streams belong to others."""

    def _read(self) -> str:
        """Read lines until the one that ends them, or the end of the input."""
        lines: list[str] = []
        for line in self._source or sys.stdin or ():  # a closed standard input is None
            line = line.rstrip("\r\n")
            if line == END:
                return "\n".join(lines)
            lines.append(line)
        if not any(line.strip() for line in lines):
            raise LLMUnreachable("input ended before any code was typed")
        return "\n".join(lines)
