"""What an objective asks a model, while it judges for a search, is a question of that search.

So it is journalled, counted and paid as the others are, and not asked again when the run is taken
up. Whoever asks finds the search by `current`, however deep it is called, in the thread that
judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from autoagent.asker import Question
from autoagent.llm import LLM, Completion, LLMError
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
