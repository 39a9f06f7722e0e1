"""A person who types the answer."""

import builtins
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from autoagent.llm.base import Completion, LLMUnreachable
from autoagent.llm.framing.frame import PYTHON, Frame
from autoagent.llm.framing.query import Query, in_words
from autoagent.printable import printable

END = "."


class Human:
    """Shows the query to a person and reads what they type.

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
        query: Query,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        """Ask the person; see `LLM.complete`. What they type is not passed to `on_text`.

        Raises:
            LLMUnreachable: The input ended before anything was typed.
        """
        screen = self._screen or sys.stderr
        told = frame.system if isinstance(query, str) else ""
        wanted = f"{told}\nType the answer" if told else "Type the answer"
        wanted = "Type Python code" if frame == PYTHON else wanted
        invitation = f"{wanted}, then a line with only {END!r}:"
        print(f"{printable(in_words(query))}\n\n{invitation}", file=screen)
        screen.flush()
        text = self._read()
        if frame.opening and text.strip() and "```" not in text:
            text = f"{frame.opening}{text}\n{frame.closing}"
        return Completion(text=text, tokens_in=0, tokens_out=0, finish="stop", model=self.name)

    def close(self) -> None:
        """Do nothing: the streams belong to others."""

    def _read(self) -> str:
        """Read lines until the one that ends them, or the end of the input."""
        lines: list[str] = []
        for line in self._typed():
            line = line.rstrip("\r\n")
            if line == END:
                return "\n".join(lines)
            lines.append(line)
        if not any(line.strip() for line in lines):
            raise LLMUnreachable("input ended before any code was typed")
        return "\n".join(lines)

    def _typed(self) -> Iterable[str]:
        if self._source is None and not inspect.isbuiltin(builtins.input):
            return _asked_for()
        return self._source or sys.stdin or ()  # a closed standard input is None


def _asked_for() -> Iterator[str]:
    """Yield lines where somebody has their own `input`: the kernel of a notebook has."""
    try:
        while True:
            yield input()
    except EOFError:
        return
