"""The loop: a model completes code, analyzers say what is wrong with it, and it is asked again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from autoagent.analyzers import Analysis, Subject
from autoagent.analyzers.analyst import Analyst
from autoagent.asker import Asker, Question, derived
from autoagent.llm import Completion, Message
from genetic.coder.choice import chosen
from genetic.coder.conversation import Conversation
from genetic.coder.prompts import answered, begun, completion_in, question
from genetic.coder.settings import HOTTER, HOTTEST, MOST_CHOICES, RETRIES, CoderSettings

FIRST, FEEDBACK = 0, 1
"""Which of an asker's models writes the first attempt, and which the rest, where there are two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What came of a completion.

    Attributes:
        best: The passing conversation, or the one with the best score.
        first: The conversation of the first answer; None if there was none.
        loops: Steps that were taken.
        scores: The best score after each step.
        tokens_in: Tokens read by models, those of analyzers included.
        tokens_out: Tokens written by them.
        calls: Questions that they were asked.
        seconds: How long it took.
    """

    best: Conversation
    first: Conversation | None
    loops: int
    scores: tuple[float, ...]
    tokens_in: int
    tokens_out: int
    calls: int
    seconds: float = 0.0

    @property
    def completion(self) -> str:
        """What was written."""
        return self.best.completion

    @property
    def passing(self) -> bool:
        """Whether the critical analyzers pass it."""
        return self.best.passing


class Coder:
    """Completes code.

    Args:
        asker: Asks models; the first writes the first attempt, the last the rest.
        analyst: Analyses what they write.
        settings: How.
        on_step: Told after each step: its number, and the best conversation so far.
        workers: Questions and analyses of a step side by side.
        clock: Tells the seconds.
    """

    def __init__(
        self,
        asker: Asker,
        analyst: Analyst,
        settings: CoderSettings | None = None,
        *,
        on_step: Callable[[int, Conversation], None] = lambda number, best: None,
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._asker = asker
        self._analyst = analyst
        self._settings = settings or CoderSettings()
        self._on_step = on_step
        self._workers = workers

    def complete(
        self,
        code: str,
        temperature: float | None = None,
        meta_temperature: float | None = None,
        n: int | None = None,
        *,
        key: str = "complete",
        examples: str = "",
        seed: int = 0,
    ) -> Completed:
        """Complete code; what is not given is as the settings say.

        Args:
            code: The prefix.
            temperature: Of the answers.
            meta_temperature: Of the choice among conversations.
            n: Answers of each step.
            key: Names the completion; the questions' keys begin with it.
            examples: What the analyzer ``tests`` runs behind the program.
            seed: Which conversation is chosen follows from it and the key.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: What an analyzer needs is missing here.
            ValueError: A value is out of its bounds.
        """
        given = {"temperature": temperature, "meta_temperature": meta_temperature, "n_choices": n}
        changed = {name: value for name, value in given.items() if value is not None}
        settings = replace(self._settings, **changed)  # type: ignore[arg-type]
        started = self._clock()
        with self._side_by_side() as apply:
            search = _Search(self._asker, self._analyst, settings, apply, code, key, examples)
            done = search.run(random.Random(derived(seed, key)), self._on_step)
        return replace(done, seconds=self._clock() - started)

    @contextmanager
    def _side_by_side(self) -> Iterator[Callable[..., Iterator[Any]]]:
        """Yield what maps a function; a single worker is this thread, which Ctrl-C reaches."""
        if self._workers == 1:
            yield map
            return
        with ThreadPoolExecutor(self._workers) as pool:
            try:
                yield pool.map
            except KeyboardInterrupt:
                self._asker.meter.pause.set()  # or the rest of all answers would be waited for
                raise


class _Search:
    """One completion on its way."""

    def __init__(
        self,
        asker: Asker,
        analyst: Analyst,
        settings: CoderSettings,
        apply: Callable[..., Iterator[Any]],
        code: str,
        key: str,
        examples: str,
    ) -> None:
        self._asker, self._analyst, self._settings = asker, analyst, settings
        self._apply = apply
        self._code, self._key, self._examples = code, key, examples
        self._seen: set[str] = set()  # only asked whether something is in it: its order is none
        self._answers: list[Completion] = []
        self._found: dict[tuple[str, str], Analysis] = {}  # what is found twice is paid for once

    def run(self, rng: random.Random, on_step: Callable[[int, Conversation], None]) -> Completed:
        """Take steps until a conversation passes, or none is left to take."""
        settings = self._settings
        queue = [begun(self._code, settings)]
        everything: list[Conversation] = []
        scores: list[float] = []
        for number in range(settings.max_iter):
            if self._used_up:
                break
            place = chosen([each.score for each in queue], settings.meta_temperature, rng)
            fresh = self._step(queue[place], number)
            everything += fresh
            queue = self._onwards(queue, place, fresh)
            best = _best(everything) or queue[0]
            scores.append(best.score)
            on_step(number, best)
            if best.passing:
                break
        return Completed(
            best=best,
            first=everything[0] if everything else None,
            loops=len(scores),
            scores=tuple(scores),
            tokens_in=sum(each.tokens_in for each in self._paid),
            tokens_out=sum(each.tokens_out for each in self._paid),
            calls=len(self._answers) + sum(each.calls for each in self._found.values()),
        )

    @property
    def _paid(self) -> list[Completion | Analysis]:
        """What models were asked for."""
        return [*self._answers, *self._found.values()]

    @property
    def _used_up(self) -> bool:
        """Whether as many tokens were taken as may be; the first answer is always asked for."""
        taken = sum(each.tokens_in + each.tokens_out for each in self._paid)
        return 0 < self._settings.most_tokens <= taken

    def _onwards(
        self, queue: list[Conversation], place: int, fresh: list[Conversation]
    ) -> list[Conversation]:
        """Return the queue after a step from one of its places."""
        if not fresh or self._settings.feedback_variant == "none":
            return queue
        rest = [*queue[:place], *queue[place + 1 :]]
        return [*rest, *fresh] if self._settings.backtracking else fresh

    def _step(self, conversation: Conversation, number: int) -> list[Conversation]:
        """Return the conversations that new answers make of one; none if all are repeats."""
        query, _ = question(conversation, self._code, self._settings)
        asked = cast("list[Message]", query)
        fresh = self._new_answers(conversation, number)
        made = [
            answered(conversation, asked, completion, choice)
            for choice, completion in enumerate(fresh)
        ]
        found = list(self._apply(self._analysed, made))
        self._found |= {(a.digest, a.analyzer): a for each in found for a in each.analyses}
        return found

    def _analysed(self, conversation: Conversation) -> Conversation:
        subject = Subject(
            prefix=self._code, completion=conversation.completion, examples=self._examples
        )
        return replace(conversation, analyses=self._analyst.analyse(subject))

    def _new_answers(self, conversation: Conversation, number: int) -> list[str]:
        """Return completions that nobody has written yet; asks hotter and for more if need be."""
        settings = self._settings
        temperature, count = settings.temperature, settings.n_choices
        for attempt in range(1 + RETRIES):
            if attempt and self._used_up:
                break
            fresh = []
            for completion in self._asked(conversation, (number, attempt), temperature, count):
                if completion and not (settings.unique and completion in self._seen):
                    self._seen.add(completion)
                    fresh.append(completion)
            if fresh:
                return fresh
            temperature = min(temperature + HOTTER, HOTTEST)
            count = min(count * 2, MOST_CHOICES)
        return []

    def _asked(
        self, conversation: Conversation, place: tuple[int, int], temperature: float, count: int
    ) -> Iterator[str]:
        """Yield the completions in a number of answers."""
        query, frame = question(conversation, self._code, self._settings)
        number, attempt = place
        questions = [
            Question(
                key=f"{self._key}.{number}.{attempt}.{choice}",
                query=query,
                frame=frame,
                temperature=temperature,
                max_tokens=self._settings.max_tokens,
                model=FIRST if number == 0 else min(FEEDBACK, len(self._asker.llms) - 1),
            )
            for choice in range(count)
        ]
        for answer in self._apply(self._asker.ask, questions):
            self._answers.append(answer)
            yield completion_in(answer.text, self._code, frame)


def _best(conversations: list[Conversation]) -> Conversation | None:
    """Return the best of those that there are, the earliest of several."""
    return max(conversations, key=lambda each: (each.passing, each.score), default=None)
