"""Births side by side, of which it decides nothing how many are, nor which is ready first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from autoagent.asker import Question
from autoagent.llm import Completion
from genetic.executors.local import side_by_side
from genetic.search.quota import CallsUsedUp, Quota

T = TypeVar("T")


class Abandoned(Exception):
    """An earlier birth of the same batch has reached the goal, or failed."""


class Batch:
    """Births that run side by side, and the order among them."""

    def __init__(self, births: int) -> None:
        self._turns: list[Future[None]] = [Future() for _ in range(births)]
        self._last = births
        self._begun: set[int] = set()
        self._lock = threading.Lock()

    def begun(self, first: int) -> int:
        """Return how many births have asked something, of this one and those after it."""
        return sum(number >= first for number in self._begun)

    def begin(self, number: int) -> None:
        """Say that a birth asks something."""
        with self._lock:
            self._begun.add(number)

    def asking(self, number: int, quota: Quota) -> Callable[[Question], Completion]:
        """Return how a birth asks: as long as there are questions left and somebody waits."""

        def ask(question: Question) -> Completion:
            self.admit(number)
            quota.count(question.key)
            self.begin(number)
            return quota.ask(question, on_text=lambda piece: self.admit(number))

        return ask

    def admit(self, number: int) -> None:
        """Let a birth go on.

        Raises:
            Abandoned: Nobody waits for it.
        """
        if number >= self._last:
            raise Abandoned

    def wait_for_turn(self, number: int) -> None:
        """Wait until all earlier births have their drafts."""
        for turn in self._turns[:number]:
            turn.result()
        self.admit(number)

    def done(self, number: int) -> None:
        """Say that a birth has its draft, or will have none; it may be said again."""
        with self._lock:
            if not self._turns[number].done():
                self._turns[number].set_result(None)

    def abandon(self, first: int) -> None:
        """Give up all births from this one on."""
        with self._lock:
            self._last = min(self._last, first)


class Births(Generic[T]):
    """The one place where births are scheduled.

    They run side by side, and when one reaches the goal, later ones of its batch are given up, in
    the middle of a model's answer if need be. Those that were born are always the first ones.

    Args:
        is_goal: Tells whether nothing better is looked for.

    Attributes:
        count: How many candidates were born so far.
        given_up: How many births were given up after they had asked something.
        born: The candidates of the last batch.
    """

    def __init__(self, is_goal: Callable[[T], bool]) -> None:
        self.count = 0
        self.given_up = 0
        self.born: list[T] = []
        self._is_goal = is_goal

    def bear(self, births: int, workers: int, bring: Callable[[int, Batch], T]) -> list[T]:
        """Bring candidates to life, up to the first that reaches the goal or has no question left.

        Args:
            births: How many.
            workers: How many at once.
            bring: Brings one to life, given its number and the batch. What it raises is raised,
                but for `CallsUsedUp`.
        """
        batch = Batch(births)
        self.born = []
        with side_by_side(min(workers, births)) as pool:
            futures = [pool.submit(self._tried, number, batch, bring) for number in range(births)]
            try:
                for future in futures:
                    candidate = future.result()
                    if candidate is None:
                        break
                    self.born.append(candidate)
                    if self._is_goal(candidate):
                        break
            except KeyboardInterrupt:
                batch.abandon(0)
                raise
        self.count += len(self.born)
        self.given_up += batch.begun(len(self.born))
        return self.born

    def _tried(self, number: int, batch: Batch, bring: Callable[[int, Batch], T]) -> T | None:
        """Bring one candidate to life; whatever ends the batch gives up the later ones.

        Returns:
            The candidate, or None if no question was left for it.
        """
        try:
            candidate = bring(number, batch)
        except CallsUsedUp:
            batch.abandon(number + 1)
            return None
        except BaseException:
            batch.abandon(number)
            raise
        if self._is_goal(candidate):
            batch.abandon(number + 1)
        return candidate


class Bearing(Generic[T]):
    """A variation operator whose candidates are born in batches, and what it tells of them."""

    _births: Births[T]

    @property
    def births(self) -> int:
        """How many candidates were born so far."""
        return self._births.count

    @property
    def given_up(self) -> int:
        """How many births were given up after they had asked something."""
        return self._births.given_up

    @property
    def born(self) -> list[T]:
        """The candidates of the last batch."""
        return self._births.born
