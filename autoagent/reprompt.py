"""Ask a model until its answer holds code that is new, and that nobody objects to."""

from __future__ import annotations

import ast
import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal, Protocol

from autoagent.asker import Asker, Call, OnRead, OnText, Question, taken
from autoagent.llm import PYTHON, Completion, Frame, Query
from autoagent.llm.framing.query import noted
from autoagent.meter import Denied
from autoagent.organism.extract import extract_code
from sandbox.parsing import statements

Problem = Literal["no code", "repeated", "edits", "findings"]
Objections = Callable[[str], str]
"""Returns what to say to a model whose code shall not be executed; empty if it shall."""

WARMER = 0.2
WARMEST = 1.2
NOTES: dict[str, str] = {
    "no code": "Your last answer held no Python code to run. Answer with Python code only.",
    "repeated": "You have given this same code before. Write something different.",
}
EDITS: Problem = "edits"
FINDINGS: Problem = "findings"
MENDS = 1
"""How often code is asked for again because of objections to it. What the first note does not mend
is executed as it is: its own error says more than the same note again."""


class Reading(Protocol):
    """Tells what an answer says."""

    def said(self, answer: str) -> str | None:
        """Return what there is in it to execute, as the model wrote it; None if there is nothing.

        This follows from the answer alone.
        """

    def code(self, answer: str) -> str | None:
        """Return the code that comes of it now."""

    def unfit(self, answer: str) -> str:
        """Return what to say to a model whose answer cannot be made code; empty if it can."""


class Plain:
    """Takes what an answer says as it is."""

    def said(self, answer: str) -> str | None:
        """Return its code."""
        return extract_code(answer)

    code = said

    def unfit(self, answer: str) -> str:
        """Return nothing."""
        return ""


def _no_objections(code: str) -> str:
    """Have everything executed."""
    return ""


class Reprompter:
    """Asks again, a little warmer and with a note, when an answer is of no use.

    Of no use is an answer without code, or with comments alone, one that equals a recent one up to
    white space and comments, and one with edits that do not apply. When the last answer is of no
    use either, the last one with code is taken as it is, or else the last one. Code that is
    objected to is asked for again, too: once, no warmer, and beside the attempts.

    Args:
        asker: Whom to ask.
        temperature: The temperature of the first attempt.
        max_tokens: The longest answer.
        attempts: How often to ask at most.
        memory: How many recent answers may not be repeated.
        frame: What an answer must look like.
        reading: Tells what an answer says.

    Raises:
        ValueError: `attempts` is below 1 or `memory` below 0.
    """

    def __init__(
        self,
        asker: Asker,
        *,
        temperature: float,
        max_tokens: int,
        attempts: int = 3,
        memory: int = 8,
        frame: Frame = PYTHON,
        reading: Reading | None = None,
    ) -> None:
        if attempts < 1:
            raise ValueError(f"attempts is {attempts}; give 1 or more")
        if memory < 0:
            raise ValueError(f"memory is {memory}; give 0 or more")
        self._asker = asker
        self._temperature = temperature
        self._max_tokens = max_tokens
        self._attempts = attempts
        self._frame = frame
        self._reading = reading or Plain()
        self._recent: deque[bytes] = deque(maxlen=memory)

    def answer(
        self,
        query: Query,
        step: int,
        *,
        on_text: OnText | None = None,
        on_read: OnRead | None = None,
        on_call: Callable[[Call], None] = lambda call: None,
        objections: Objections = _no_objections,
        made: Sequence[Call] = (),
        refused: int = 0,
    ) -> Completion:
        """Return the answer that is taken.

        Args:
            query: What to say to the model.
            step: The step of the life; seeds follow from it.
            on_text: Called with each piece of each answer as it comes.
            on_read: Called as the model reads the query: tokens read, of how many.
            on_call: Called after each answer, before anything else happens.
            objections: Says why code shall not be executed.
            made: Answers of this step that were given before the life was taken up again.
            refused: How many were given before these, and refused by a person.

        Raises:
            Denied: The budget allows not even the first attempt.
            SuspendedError: The run stops in the middle of an answer.
            LLMError: The model cannot be asked, or gave no sensible answer.
        """
        tried = list(made)
        while (note := self._note(tried, objections)) is not None:
            asked = noted(query, note) if note else query
            mends = _mends(tried)
            question = self._question(asked, step, refused + len(tried), mends)
            try:
                call = self._asker.call(
                    question,
                    on_text=on_text,
                    on_read=on_read,
                    problem=lambda text: self._problem(text, objections),
                )
            except Denied:
                if not tried:
                    raise
                break
            on_call(call)
            tried.append(call)
        self.remember(tried)
        return taken(tried).completion

    def remember(self, tried: Sequence[Call]) -> None:
        """Count the answer taken from a step's attempts among the recent ones."""
        code = self._reading.said(taken(tried).completion.text) if tried else None
        if code is not None:
            self._recent.append(gist(code))

    def _note(self, tried: Sequence[Call], objections: Objections) -> str | None:
        """Return what is said along with the next question; None if nothing is asked any more."""
        problem = tried[-1].problem if tried else ""
        if not problem:
            return problem
        mends = _mends(tried)
        text = tried[-1].completion.text
        if problem == FINDINGS:
            code = self._reading.code(text)
            return (objections(code or "") or None) if mends <= MENDS else None
        if len(tried) - mends >= self._attempts:
            return None
        return self._reading.unfit(text) if problem == EDITS else NOTES[problem]

    def _question(self, query: Query, step: int, number: int, mends: int) -> Question:
        """Return the question of one attempt.

        Args:
            query: What is asked.
            step: Of the life.
            number: Of the attempt; the first one has 0.
            mends: How many before it were objected to; these make it no warmer.
        """
        warmed = min(self._temperature + WARMER * (number - mends), WARMEST)
        return Question(
            key=f"{step}:{number}",
            query=query,
            temperature=max(self._temperature, warmed),
            max_tokens=self._max_tokens,
            frame=self._frame,
        )

    def _problem(self, text: str, objections: Objections) -> Problem | None:
        """Tell why an answer is not taken, or None; with one attempt, each is of use."""
        said = self._reading.said(text)
        if said is None or gist(said) == gist(""):
            return "no code" if self._attempts > 1 else None
        if self._attempts > 1 and self._reading.unfit(text):
            return EDITS
        if self._attempts > 1 and gist(said) in self._recent:
            return "repeated"
        return FINDINGS if objections(self._reading.code(text) or "") else None


def _mends(tried: Sequence[Call]) -> int:
    """Return how many attempts were objected to."""
    return sum(call.problem == FINDINGS for call in tried)


@lru_cache(maxsize=16)  # an answer's is wanted when it is judged, taken and remembered
def gist(code: str) -> bytes:
    """Return a digest that white space and comments do not change."""
    body = statements(code)
    try:
        text = " ".join(code.split()) if body is None else ast.dump(ast.Module(body, []))
    except RecursionError:
        text = " ".join(code.split())
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
