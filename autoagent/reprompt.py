"""Ask a model until its answer holds code that it has not given just before."""

from __future__ import annotations

import ast
import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal

from autoagent.asker import Asker, Call, OnRead, OnText, Question
from autoagent.llm import PYTHON, Completion, Frame, Query
from autoagent.llm.framing.query import noted
from autoagent.meter import Denied
from autoagent.organism.extract import extract_code
from sandbox.parsing import statements

Problem = Literal["no code", "repeated"]

WARMER = 0.2
WARMEST = 1.2
NOTES: dict[str, str] = {
    "no code": "Your last answer held no Python code to run. Answer with Python code only.",
    "repeated": "You have given this same code before. Write something different.",
}


class Reprompter:
    """Asks again, a little warmer and with a note, when an answer is of no use.

    Of no use is an answer without code, or with comments alone, and one that equals a recent one
    up to white space and comments. When the last answer is of no use either, the last one with
    code is taken as it is, or else the last one.

    Args:
        asker: Whom to ask.
        temperature: The temperature of the first attempt.
        max_tokens: The longest answer.
        attempts: How often to ask at most.
        memory: How many recent answers may not be repeated.
        frame: What an answer must look like.

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
        self._recent: deque[bytes] = deque(maxlen=memory)

    def answer(
        self,
        query: Query,
        step: int,
        *,
        on_text: OnText | None = None,
        on_read: OnRead | None = None,
        on_call: Callable[[Call], None] = lambda call: None,
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
            made: Answers of this step that were given before the life was taken up again.
            refused: How many were given before these, and refused by a person.

        Raises:
            Denied: The budget allows not even the first attempt.
            SuspendedError: The run stops in the middle of an answer.
            LLMError: The model cannot be asked, or gave no sensible answer.
        """
        tried = list(made)
        while len(tried) < self._attempts and (not tried or tried[-1].problem):
            problem = tried[-1].problem if tried else None
            asked = noted(query, NOTES[problem]) if problem else query
            question = self._question(asked, step, refused + len(tried))
            try:
                call = self._asker.call(
                    question, on_text=on_text, on_read=on_read, problem=self._problem
                )
            except Denied:
                if not tried:
                    raise
                break
            on_call(call)
            tried.append(call)
        self.remember(tried)
        return _best(tried).completion

    def remember(self, tried: Sequence[Call]) -> None:
        """Count the answer taken from a step's attempts among the recent ones."""
        code = extract_code(_best(tried).completion.text) if tried else None
        if code is not None:
            self._recent.append(gist(code))

    def _question(self, query: Query, step: int, number: int) -> Question:
        """Return the question of one attempt, the first one having the number 0."""
        warmed = min(self._temperature + WARMER * number, WARMEST)
        return Question(
            key=f"{step}:{number}",
            query=query,
            temperature=max(self._temperature, warmed),
            max_tokens=self._max_tokens,
            frame=self._frame,
        )

    def _problem(self, text: str) -> Problem | None:
        """Tell why an answer is of no use, or None; where none is asked for again, all are."""
        if self._attempts == 1:
            return None
        code = extract_code(text)
        if code is None or gist(code) == gist(""):
            return "no code"
        return "repeated" if gist(code) in self._recent else None


def _best(tried: Sequence[Call]) -> Call:
    """Return the last attempt with code, or else the last one."""
    return next((call for call in reversed(tried) if call.problem != "no code"), tried[-1])


def gist(code: str) -> bytes:
    """Return a digest that white space and comments do not change."""
    body = statements(code)
    try:
        text = " ".join(code.split()) if body is None else ast.dump(ast.Module(body, []))
    except RecursionError:
        text = " ".join(code.split())
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
