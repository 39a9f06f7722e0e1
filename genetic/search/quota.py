"""How many questions a search may ask, whatever for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from autoagent.asker import Asker, Question
from autoagent.llm import Completion


class CallsUsedUp(Exception):
    """No question is left."""


class Quota:
    """Counts the questions of a search: of births, of those given up, and for ratings.

    A question that was answered before counts too, so a search that is taken up again ends where
    it would have ended.

    Args:
        asker: Answers them.
        most: How many there may be; None means any number.

    Attributes:
        asked: How many there were.
    """

    def __init__(self, asker: Asker, most: int | None = None) -> None:
        self.asked = 0
        self._asker = asker
        self._most = most
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    @property
    def is_used_up(self) -> bool:
        """Whether none is left."""
        return not self.allows(1)

    def allows(self, more: int) -> bool:
        """Tell whether so many more are left."""
        return self._most is None or self.asked + more <= self._most

    def count(self, question: Question) -> None:
        """Count a question that is going to be asked, unless it was counted before.

        Raises:
            CallsUsedUp: No question is left.
        """
        with self._lock:
            if question.key not in self._keys:
                if self.is_used_up:
                    raise CallsUsedUp
                self._keys.add(question.key)
                self.asked += 1

    def ask(self, question: Question, on_text: Callable[[str], None] | None = None) -> Completion:
        """Count a question, and return its answer.

        Raises:
            CallsUsedUp: No question is left.
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: The model gave no answer.
        """
        self.count(question)
        return self._asker.call(question, on_text=on_text).completion
