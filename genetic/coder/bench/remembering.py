"""A model that is asked nothing twice, and a clock by which it was."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

from autoagent.llm import LLM, PYTHON, Completion, Frame, Query


class Remembering:
    """Answers what was asked already with what was answered then.

    Args:
        llm: Answers the rest.
    """

    def __init__(self, llm: LLM) -> None:
        self.name = llm.name
        self._llm = llm
        self._lock = threading.Lock()
        self._answers: dict[tuple[object, ...], tuple[Completion, float]] = {}
        self._saved = 0.0

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
        """Answer a query; see `LLM.complete`."""
        key = json.dumps(query), seed, temperature, max_tokens, frame
        with self._lock:
            if key in self._answers:
                answer, seconds = self._answers[key]
                self._saved += seconds
                return answer
            started = time.monotonic()
            answer = self._llm.complete(
                query,
                seed=seed,
                temperature=temperature,
                max_tokens=max_tokens,
                on_text=on_text,
                frame=frame,
            )
            self._answers[key] = answer, time.monotonic() - started
            return answer

    def clock(self) -> float:
        """Return seconds, in which each answer takes as long as it did when it was made."""
        return time.monotonic() + self._saved

    def forget(self) -> None:
        """Remember nothing any more."""
        self._answers.clear()

    def close(self) -> None:
        """Give back what the model holds."""
        self._llm.close()
