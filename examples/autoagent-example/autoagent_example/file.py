"""A kind of model: ``file:PATH`` answers with what a file says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autoagent.llm import (
    LLM,
    PYTHON,
    Completion,
    Frame,
    LLMUnreachable,
    ModelOptions,
    Provider,
    Query,
)


class File:
    """Answers with the code in a file (see `autoagent.llm.LLM`), which is read for each answer.

    So whoever edits the file between two steps is the model.
    """

    def __init__(self, path: str) -> None:
        self.name = f"file:{path}"
        self._path = Path(path)

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
        """Answer with the file, in the frame that is asked for.

        Raises:
            LLMUnreachable: The file cannot be read now.
        """
        try:
            code = self._path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LLMUnreachable(f"{self.name} cannot be read ({error}); write it") from None
        text = f"{frame.opening}{code}{frame.rest(code)}"
        if on_text is not None:
            on_text(text)
        return Completion(text=text, tokens_in=0, tokens_out=0, finish="stop", model=self.name)

    def close(self) -> None:
        """Do nothing: the file is closed after each answer."""


def _open(path: str, options: ModelOptions) -> LLM:
    return File(path)


FILE = Provider(_open, takes="PATH")
