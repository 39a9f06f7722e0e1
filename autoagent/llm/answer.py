"""Ask a model until its answer holds code that it has not given just before."""

import ast
import hashlib
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from autoagent.llm.base import LLM, Completion, Timed
from autoagent.organism.extract import extract_code

Problem = Literal["no code", "repeated"]

WARMER = 0.2
WARMEST = 1.2
MAX_PARSED = 65_536
NOTES: dict[Problem, str] = {
    "no code": "Your last answer held no Python code to run. Answer with Python code only.",
    "repeated": "You have given this same code before. Write something different.",
}


class Denied(Exception):
    """Raised by `allow`: no further attempt may be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one attempt may take; None means unbounded.

    Attributes:
        tokens: Tokens of the answer.
        seconds: Seconds until it is complete, for a model that is `Timed`.
    """

    tokens: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at an answer.

    Attributes:
        completion: What the model gave.
        problem: Why it was not taken at once, or None.
        temperature: The temperature it was asked with.
        seed: The seed it was asked with.
    """

    completion: Completion
    problem: Problem | None
    temperature: float
    seed: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Attempt":
        """Return the attempt that `as_dict` made `data` from."""
        return cls(
            completion=Completion(**{field.name: data[field.name] for field in fields(Completion)}),
            problem=data["problem"],
            temperature=data["temperature"],
            seed=data["seed"],
        )

    def as_dict(self) -> dict[str, Any]:
        """The attempt as it is journalled."""
        asked = {"problem": self.problem, "temperature": self.temperature, "seed": self.seed}
        return {**asdict(self.completion), **asked}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer taken, and all tries at it.

    Attributes:
        text: What the model said.
        attempts: The tries, in their order.
        tokens_in: Tokens that all queries took.
        tokens_out: Tokens that all answers took.
        cost: Money that all tries took.
    """

    text: str
    attempts: tuple[Attempt, ...]
    tokens_in: int
    tokens_out: int
    cost: float


class Answerer:
    """Asks again, a little warmer and with a note, when an answer is of no use.

    Of no use is an answer without code, or with comments alone, and one that equals a recent one
    up to white space and comments. When the last attempt is of no use either, the last one with
    code is taken as it is, or else the last one.

    Args:
        llm: The model.
        seed: The seed of the whole life; each attempt has its own, derived from it.
        temperature: The temperature of the first attempt.
        max_tokens: The longest answer.
        attempts: How often to ask at most.
        memory: How many recent answers may not be repeated.

    Raises:
        ValueError: `attempts` is below 1 or `memory` below 0.
    """

    def __init__(
        self,
        *,
        llm: LLM,
        seed: int,
        temperature: float,
        max_tokens: int,
        attempts: int = 3,
        memory: int = 8,
    ) -> None:
        if attempts < 1:
            raise ValueError(f"attempts is {attempts}; give 1 or more")
        if memory < 0:
            raise ValueError(f"memory is {memory}; give 0 or more")
        self.llm = llm
        self._seed = seed
        self._temperature = temperature
        self._max_tokens = max_tokens
        self._attempts = attempts
        self._recent: deque[bytes] = deque(maxlen=memory)

    def answer(
        self,
        query: str,
        step: int,
        on_text: Callable[[str], None] | None = None,
        on_attempt: Callable[[Attempt], None] | None = None,
        allow: Callable[[str], Allowance] = lambda query: Allowance(),
        made: Sequence[Attempt] = (),
        refused: int = 0,
    ) -> Answer:
        """Ask the model.

        Args:
            query: What to say to the model.
            step: The step of the life; seeds are derived from it.
            on_text: Called with each piece of each attempt as it comes.
            on_attempt: Called after each attempt, before anything else happens.
            allow: Called with the query before each attempt. When it raises `Denied`, the answer
                is taken from the attempts made.
            made: Attempts of this step that were made before the life was taken up again.
            refused: How many were made before these, and refused by a person.

        Raises:
            Denied: Not even the first attempt is allowed.
            LLMError: The model cannot be asked, or gave no sensible answer.
        """
        tried = list(made)
        while len(tried) < self._attempts and (not tried or tried[-1].problem):
            problem = tried[-1].problem if tried else None
            asked = f"{query}\n\n{NOTES[problem]}" if problem else query
            try:
                allowance = allow(asked)
            except Denied:
                if not tried:
                    raise
                break
            attempt = self._ask(asked, step, refused + len(tried), allowance, on_text)
            if on_attempt is not None:
                on_attempt(attempt)
            tried.append(attempt)
        self.remember(tried)
        return Answer(
            text=_best(tried).completion.text,
            attempts=tuple(tried),
            tokens_in=sum(attempt.completion.tokens_in for attempt in tried),
            tokens_out=sum(attempt.completion.tokens_out for attempt in tried),
            cost=sum(attempt.completion.cost for attempt in tried),
        )

    def remember(self, tried: Sequence[Attempt]) -> None:
        """Count the answer taken from a step's attempts among the recent ones."""
        code = extract_code(_best(tried).completion.text) if tried else None
        if code is not None:
            self._recent.append(gist(code))

    def _ask(
        self,
        query: str,
        step: int,
        number: int,
        allowance: Allowance,
        on_text: Callable[[str], None] | None,
    ) -> Attempt:
        """Make one attempt, the first one having the number 0."""
        warmed = min(self._temperature + WARMER * number, WARMEST)
        temperature = max(self._temperature, warmed)
        seed = _derive(self._seed, step, number)
        llm, tokens = self.llm, allowance.tokens
        if allowance.seconds is not None and isinstance(llm, Timed):
            llm = llm.within(allowance.seconds)
        completion = llm.complete(
            query,
            seed=seed,
            temperature=temperature,
            max_tokens=self._max_tokens if tokens is None else min(self._max_tokens, tokens),
            on_text=on_text,
        )
        return Attempt(
            completion=completion,
            problem=self._problem(completion.text),
            temperature=temperature,
            seed=seed,
        )

    def _problem(self, text: str) -> Problem | None:
        """Tell why an answer is of no use, or None."""
        code = extract_code(text)
        if code is None or gist(code) == gist(""):
            return "no code"
        return "repeated" if gist(code) in self._recent else None


def _best(tried: Sequence[Attempt]) -> Attempt:
    """Return the last attempt with code, or else the last one."""
    return next((attempt for attempt in reversed(tried) if attempt.problem != "no code"), tried[-1])


def _derive(seed: int, step: int, attempt: int) -> int:
    """Return the seed of one attempt, of 31 bits."""
    digest = hashlib.sha256(f"{seed}:{step}:{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def gist(code: str) -> bytes:
    """Return a digest that white space and comments do not change."""
    try:
        if len(code) > MAX_PARSED:
            raise ValueError("too long to parse")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        text = " ".join(code.split())
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
