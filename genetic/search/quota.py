"""How many questions a search may ask, whatever for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from autoagent.asker import Asker, Question
from autoagent.llm import LLM, Completion
from autoagent.meter import SuspendedError


class CallsUsedUp(Exception):
    """No question is left."""


class Quota:
    """Counts the questions of a search: of births, of those given up, and for ratings.

    A question that was answered before counts too, so a search that is taken up again ends where
    it would have ended.

    Args:
        asker: Answers them.
        most: How many there may be; None means any number.
        counted: Names of questions that are counted from the start.

    Attributes:
        asked: How many there were.
    """

    def __init__(
        self, asker: Asker, most: int | None = None, *, counted: Iterable[str] = ()
    ) -> None:
        self._asker = asker
        self._most = most
        self._keys = set(counted)
        self.asked = len(self._keys)
        self._lock = threading.Lock()

    @property
    def is_used_up(self) -> bool:
        """Whether none is left."""
        return not self.allows(1)

    def allows(self, more: int) -> bool:
        """Tell whether so many more are left."""
        return self._most is None or self.asked + more <= self._most

    def count(self, key: str) -> None:
        """Count a question of this name, which is going to be asked, unless it was counted before.

        Raises:
            CallsUsedUp: No question is left.
        """
        with self._lock:
            if key not in self._keys:
                if self.is_used_up:
                    raise CallsUsedUp
                self._keys.add(key)
                self.asked += 1

    def claim(self, key: str) -> bool:
        """Count a question of this name, and tell whether there was one left for it."""
        try:
            self.count(key)
        except CallsUsedUp:
            return False
        return True

    def ask(
        self,
        question: Question,
        on_text: Callable[[str], None] | None = None,
        *,
        llms: Sequence[LLM] = (),
    ) -> Completion:
        """Count a question, and return its answer.

        Args:
            question: What to ask.
            on_text: Called with each piece of a new answer.
            llms: Other models than the asker's, of which the question names one.

        Raises:
            CallsUsedUp: No question is left.
            SuspendedError: The budget is used up, or has cut the answer, or the run is paused.
            LLMError: The model gave no answer.
        """
        self.count(question.key)
        asker = self._asker.among(llms) if llms else self._asker
        call = asker.call(question, on_text=on_text)
        if call.is_cut:  # it is asked anew when the run goes on, and is no program until then
            raise SuspendedError("tokens")
        return call.completion
