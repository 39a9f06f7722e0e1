"""A model behind a server as it is paid for: what its answers take is counted and bounded."""

from __future__ import annotations

import threading
from collections.abc import Callable

from autoagent.llm import LLM, PYTHON, Completion, Frame, LLMUnreachable, Query
from autoagent.meter import Meter


class Paid:
    """Answers as another model does, for as long as a budget lasts and nobody stops it.

    No answer is cut because little is left, which would make a worse policy of it: those that are
    under way when the budget is used up are paid for beyond it.

    Args:
        llm: Who is asked, from several threads at once.
        meter: Counts what is spent, and says when to stop.
    """

    def __init__(self, llm: LLM, meter: Meter) -> None:
        self.name = llm.name
        self._llm, self._meter = llm, meter
        self._lock = threading.Lock()

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
        """Answer a query; see `LLM.complete`.

        Raises:
            SuspendedError: The budget is used up, or somebody stops the evaluation.
        """
        with self._lock:
            self._meter.admit()
        try:
            answer = self._llm.complete(
                query,
                seed=seed,
                temperature=temperature,
                max_tokens=max_tokens,
                on_text=self._heard,
                frame=frame,
            )
        except LLMUnreachable as failed:
            with self._lock:
                self._meter.pay_in_vain(failed)
            raise
        with self._lock:
            self._meter.pay(answer)
        return answer

    def _heard(self, text: str) -> None:
        """Break off only where nobody waits: an answer that is paused is paid for, and whole."""
        if self._meter.killed:
            self._meter.admit_text()

    def close(self) -> None:
        """Close the model."""
        self._llm.close()
