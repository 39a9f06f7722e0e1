"""What an objective asks a model, while it judges for a search, is a question of that search.

So it is journalled, counted and paid as the others are, and not asked again when the run is taken
up. Whoever asks finds the search by `current`, however deep it is called, in the thread that
judges.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple
from typing import Any

from autoagent.asker import Question
from autoagent.llm import LLM, PYTHON, Completion, Frame, LLMError, Query
from autoagent.meter import SuspendedError
from genetic.search.quota import CallsUsedUp, Quota


class Unasked(BaseException):
    """The search ends here; no objective is to take that for an error of its own.

    Attributes:
        cause: What ends it.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(cause)
        self.cause = cause


class Asking:
    """Asks for an objective.

    Args:
        quota: Of the search.

    Attributes:
        keys: The names of the questions that were asked.
    """

    def __init__(self, quota: Quota) -> None:
        self.keys: list[str] = []
        self._quota = quota

    def ask(self, question: Question, llms: Sequence[LLM] = ()) -> Completion:
        """Return the answer to a question.

        Args:
            question: What to ask.
            llms: Other models than the search's, of which the question names one.

        Raises:
            Unasked: No question is left, or nobody answers.
        """
        try:
            answer = self._quota.ask(question, llms=llms)
        except (CallsUsedUp, SuspendedError, LLMError) as error:
            raise Unasked(error) from error
        if question.key not in self.keys:
            self.keys.append(question.key)
        return answer


_CURRENT: ContextVar[Asking | None] = ContextVar("asking", default=None)


@contextmanager
def asking(quota: Quota) -> Iterator[Asking]:
    """Have an objective that is called in this block ask as the search does.

    Raises:
        CallsUsedUp: No question was left for the objective.
        SuspendedError: The budget is used up, or the run is paused.
        LLMError: The model gave the objective no answer.
    """
    now = Asking(quota)
    token = _CURRENT.set(now)
    try:
        yield now
    except Unasked as stopped:
        raise stopped.cause from None
    finally:
        _CURRENT.reset(token)


def current() -> Asking | None:
    """Return what asks for the objective that is called; None where no search judges."""
    return _CURRENT.get()


class Counted:
    """A model for what an objective uses: what it is asked is asked as the search does.

    It belongs to the search that judges where it is made, in any thread; made elsewhere, it is the
    model itself.

    Args:
        llm: Answers. It stays open.
    """

    def __init__(self, llm: LLM) -> None:
        self.name = llm.name
        self._llm, self._now = llm, current()

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
            Unasked: The search has no question left, or nobody answers.
        """
        asked: dict[str, Any] = {"temperature": temperature, "max_tokens": max_tokens}
        if self._now is None:
            return self._llm.complete(query, seed=seed, on_text=on_text, frame=frame, **asked)
        named = json.dumps([self.name, query, seed, astuple(frame), asked])
        key = f"judging.{hashlib.sha256(named.encode()).hexdigest()[:32]}"
        question = Question(key=key, query=query, frame=frame, **asked)
        answer = self._now.ask(question, [self._llm])
        if on_text is not None:
            on_text(answer.text)
        return answer

    def close(self) -> None:
        """Leave the model as it is."""
