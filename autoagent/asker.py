"""The one way to ask a model: metered, written down, and never paid for twice.

An organism's questions, those of its skills and those of a search all go through an `Asker`. Each
has a name, its key, and its answer is an event of the kind ``call``, found again by that name.
"""

from __future__ import annotations

import copy
import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, fields
from typing import Any

from autoagent.llm import (
    LLM,
    PYTHON,
    Completion,
    Frame,
    Gradual,
    LLMUnreachable,
    Query,
    Timed,
)
from autoagent.llm.framing.query import told_apart
from autoagent.meter import Meter

Data = dict[str, Any]
OnText = Callable[[str], None]
OnRead = Callable[[int, int], None]
CALL = "call"
"""Kind of the event that an answer is written down as."""
CUT = ".cut"
"""What digests end with whose answers the budget has cut: with more of it, they are asked anew."""
ORGANISM = "life."
"""What keys of an organism's own questions begin with; those of its skills begin with a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a model is asked.

    Attributes:
        key: Names the question, once and for ever: the answer is found by it.
        query: What is said to the model.
        frame: What the answer must look like.
        temperature: 0 always takes the likeliest token.
        max_tokens: The longest answer.
        model: Which of the asker's models is asked.
    """

    key: str
    query: Query
    frame: Frame = PYTHON
    temperature: float = 0.3
    max_tokens: int = 1024
    model: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One answer of a model, with what is journalled of how it came about.

    Attributes:
        completion: What the model gave.
        key: The question's name, with the asker's prefix.
        digest: What tells the question from others of that name.
        seed: The seed it was asked with.
        temperature: The temperature it was asked with.
        problem: Why the answer was not taken at once, or None.
    """

    completion: Completion
    key: str
    digest: str
    seed: int
    temperature: float
    problem: str | None = None

    @property
    def by_organism(self) -> bool:
        """Whether an organism asked itself, and no skill or search."""
        return self.key.startswith(ORGANISM)

    @property
    def is_cut(self) -> bool:
        """Whether the answer would have been longer with more of the budget."""
        return self.digest.endswith(CUT)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Call:
        """Return the call that `as_dict` made `data` from."""
        asked = {name: data[name] for name in _ASKED}
        return cls(completion=Completion(**{name: data[name] for name in _COMPLETION}), **asked)

    def as_dict(self) -> Data:
        """The call as it is journalled."""
        return asdict(self.completion) | {name: getattr(self, name) for name in _ASKED}


def taken(tried: Sequence[Call]) -> Call:
    """Return the attempt at an answer that is taken: the last one with code, or else the last."""
    return next((call for call in reversed(tried) if call.problem != "no code"), tried[-1])


class Asker:
    """Answers questions, from what was answered before or by a model.

    Any thread may ask. An answer is written down before it is given to anyone, and whoever asks
    the same question again gets the same answer.

    Args:
        llms: The models.
        meter: Counts what they take, and bounds it.
        seed: The seed of a question follows from it and from its key.
        record: Writes a call down.
        known: What was written down before.
        at_once: How many questions may be with the models at the same time.
        prefix: What all keys begin with in the record. Seeds do not follow from it.
    """

    def __init__(
        self,
        llms: Sequence[LLM],
        *,
        meter: Meter | None = None,
        seed: int = 0,
        record: Callable[[Data], None] = lambda data: None,
        known: Iterable[Call] = (),
        at_once: int = 1,
        prefix: str = "",
    ) -> None:
        if at_once < 1:
            raise ValueError(f"at_once must be at least 1, got {at_once}")
        self.llms = tuple(llms)
        self.meter = meter or Meter()
        self.at_once = at_once
        self._seed = seed
        self._record = record
        self._prefix = prefix
        self._answers: dict[tuple[str, str], Future[Call]] = {}
        for call in known:
            answer: Future[Call] = Future()
            answer.set_result(call)
            # Nobody else than the model of before can be asked for the rest of an answer.
            digest = call.digest if self.llms else call.digest.removesuffix(CUT)
            self._answers[call.key, digest] = answer
        self._places = threading.Semaphore(at_once)
        self._changed = threading.Condition()
        self._open = _Open()

    @property
    def calls(self) -> int:
        """How many questions a model was asked; those whose answer was known do not count."""
        return self._open.calls

    def within(self, prefix: str) -> Asker:
        """Return the same asker, in whose record keys begin with one more prefix."""
        inner = copy.copy(self)
        inner._prefix = self._prefix + prefix
        return inner

    def among(self, llms: Sequence[LLM]) -> Asker:
        """Return the same asker, which asks other models; what is spent and known is shared."""
        other = copy.copy(self)
        other.llms = tuple(llms)
        return other

    def ask(self, question: Question) -> Completion:
        """Return the answer to a question.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: The model gave no answer.
        """
        return self.call(question).completion

    def call(
        self,
        question: Question,
        *,
        on_text: OnText | None = None,
        on_read: OnRead | None = None,
        problem: Callable[[str], str | None] = lambda text: None,
    ) -> Call:
        """Return the answer to a question, and how it came about.

        Args:
            question: What to ask.
            on_text: Called with each piece of a new answer as it comes.
            on_read: Called before it, as the model reads the question: tokens read, of how many.
            problem: Tells what is wrong with the text of a new answer, for the record.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: The model gave no answer.
        """
        name = self._prefix + question.key, _digest(question)
        with self._changed:
            known = self._answers.get(name)
            answer = known if known is not None else Future()
            self._answers[name] = answer
        if known is None:
            try:
                answer.set_result(self._answered(question, *name, on_text, on_read, problem))
            except BaseException as error:
                with self._changed:
                    del self._answers[name]  # another time it may be answered
                answer.set_exception(error)
        return answer.result()

    def _answered(
        self,
        question: Question,
        key: str,
        digest: str,
        on_text: OnText | None,
        on_read: OnRead | None,
        problem: Callable[[str], str | None],
    ) -> Call:
        """Have a model answer, and write the answer down."""
        if question.model >= len(self.llms):
            raise LLMUnreachable(f"no model can be asked, and none has answered {key!r} before")
        llm, seed = self.llms[question.model], derived(self._seed, question.key)
        with self._places:
            completion, cut = self._completed(llm, question, seed, on_text, on_read)
        call = Call(
            completion=completion,
            key=key,
            digest=digest + CUT * cut,
            seed=seed,
            temperature=question.temperature,
            problem=problem(completion.text),
        )
        with self._changed:
            self._record(call.as_dict())
        return call

    def admit(self) -> None:
        """Let work go on that asks nothing, but takes time.

        Raises:
            SuspendedError: The seconds are used up, or the run is paused.
        """
        self.meter.admit_text()

    def _completed(
        self,
        llm: LLM,
        question: Question,
        seed: int,
        on_text: OnText | None,
        on_read: OnRead | None,
    ) -> tuple[Completion, bool]:
        """Have a model answer, within what the budget allows, and pay for it.

        Returns:
            The answer, and whether it would have been longer with more of the budget.
        """
        tokens, promised, seconds = self._admitted(llm, question)
        if seconds is not None and isinstance(llm, Timed):
            llm = llm.within(seconds)
        if isinstance(llm, Gradual):
            llm = llm.reporting(self._heard(on_read))
        completion = None
        self.meter.asking = True
        try:
            completion = llm.complete(
                question.query,
                seed=seed,
                temperature=question.temperature,
                max_tokens=tokens,
                frame=question.frame,
                on_text=self._heard(on_text),
            )
        except LLMUnreachable as failed:
            self.meter.pay_in_vain(failed)
            self.admit()  # where no time was left for an answer, the model is not to blame
            raise
        finally:
            self.meter.asking = False
            with self._changed:
                self._open.promised -= promised
                if completion is not None:
                    self._open.calls += 1
                    self.meter.pay(completion)
                self._changed.notify_all()
        return completion, completion.finish == "length" and tokens < question.max_tokens

    def _heard(self, listener: Callable[..., None] | None) -> Callable[..., None]:
        """Return what is told of each piece: a stop does not wait for the rest of an answer."""

        def heard(*piece: Any) -> None:
            self.meter.admit_text()
            if listener is not None:
                listener(*piece)

        return heard

    def _admitted(self, llm: LLM, question: Question) -> tuple[int, int, float | None]:
        """Return the most tokens of an answer, what it may cost, and the seconds for it.

        What is promised to others is waited for: they may leave some of it.

        Raises:
            SuspendedError: Too little is left.
        """
        with self._changed:
            while True:
                allowance = self.meter.allow(llm, question.query, question.frame)
                self.meter.admit_text()
                if allowance.tokens is None:
                    return question.max_tokens, 0, allowance.seconds
                wanted = min(question.max_tokens, allowance.tokens)
                if allowance.tokens - self._open.promised >= wanted:
                    # The question itself is paid for, too.
                    cost = int(self.meter.left["tokens"]) - allowance.tokens + wanted
                    self._open.promised += cost
                    return wanted, cost, allowance.seconds
                self._changed.wait()


@dataclass(slots=True)
class _Open:
    """What askers of one origin share: questions asked, and tokens promised to open ones."""

    calls: int = 0
    promised: int = 0


def derived(seed: int, key: str) -> int:
    """Return a seed of 31 bits for one purpose."""
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _digest(question: Question) -> str:
    """Return what tells one question from another."""
    frame = question.frame
    parts = [
        str(question.model),
        told_apart(question.query),
        repr(question.temperature),
        str(question.max_tokens),
    ]
    parts += [frame.system, frame.opening, frame.closing, frame.grammar or ""]
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()


_COMPLETION = tuple(field.name for field in fields(Completion))
_ASKED = tuple(field.name for field in fields(Call) if field.name != "completion")
