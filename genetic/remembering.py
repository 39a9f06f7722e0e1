"""A model that is asked nothing twice, and a clock by which it was."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from autoagent.llm import LLM, PYTHON, Completion, Countable, Frame, Query
from autoagent.llm.base import Loaded

Answer = tuple[Completion, float]


class Remembering:
    """Answers what was asked already with what was answered then, to any thread.

    Args:
        llm: Answers the rest.
    """

    def __init__(self, llm: LLM) -> None:
        self.name = llm.name
        if isinstance(llm, Loaded):
            self.files = llm.files
        self._llm = llm
        self._lock = threading.Lock()
        self._answers: dict[tuple[object, ...], Future[Answer]] = {}
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
            known = self._answers.get(key)
            answer = known if known is not None else Future()
            self._answers[key] = answer
        if known is not None:
            completion, seconds = known.result()
            with self._lock:
                self._saved += seconds
            return completion
        started = time.monotonic()
        try:
            completion = self._llm.complete(
                query,
                seed=seed,
                temperature=temperature,
                max_tokens=max_tokens,
                on_text=on_text,
                frame=frame,
            )
        except BaseException as error:
            with self._lock:
                self._answers.pop(key, None)  # another time it may be answered
            answer.set_exception(error)
            raise
        answer.set_result((completion, time.monotonic() - started))
        return completion

    def clock(self) -> float:
        """Return seconds, in which each answer takes as long as it did when it was made."""
        return time.monotonic() + self._saved

    def forget(self) -> None:
        """Remember nothing any more."""
        self._answers.clear()

    def close(self) -> None:
        """Give back what the model holds."""
        self._llm.close()


class Counting(Remembering):
    """The same, of a model that can tell what a query takes.

    Args:
        llm: Such a model.
    """

    def __init__(self, llm: Countable) -> None:
        super().__init__(llm)  # type: ignore[arg-type]
        self._countable = llm

    def count_query(self, query: Query, frame: Frame = PYTHON) -> int:
        """Return the most tokens that a query takes; see `Countable.count_query`."""
        return self._countable.count_query(query, frame)


def remembering(llm: LLM) -> Remembering:
    """Return a model that is asked nothing twice, and counts if it can."""
    return Counting(llm) if isinstance(llm, Countable) else Remembering(llm)
