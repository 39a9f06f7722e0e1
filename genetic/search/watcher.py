"""Who watches a search, what there is to be seen, and the one place that knows the best program."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class Bred(Protocol):
    """What a search breeds; of two, the greater is the better one."""

    @property
    def name(self) -> str:
        """Where it was born."""
        ...

    @property
    def program(self) -> str:
        """Its text, whatever it is a text of."""
        ...

    def __lt__(self, other: Any, /) -> bool:
        """Tell whether the other is better."""
        ...


B = TypeVar("B", bound=Bred)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation(Generic[B]):
    """What a generation led to.

    Attributes:
        number: Its number, from 0.
        best: The best candidate ever.
        islands: The best candidate that lives on each island.
        births: How many candidates were born in it.
        given_up: How many births were given up, since the search began, after they had asked
            something: an earlier one had reached the goal.
        judged: How many different programs were judged since the search began, those of births
            that were given up included.
        calls: Questions since the search began, ratings and births that were given up included.
        asked: Those of them that a model had to answer now, since the search began or was resumed.
        tokens: What these took.
        seconds: Since the search began or was resumed.
        born: The candidates that were born in it.
        migrations: How often the best of each island went to the next, since the search began.
        restarts: How often an island began again with its best alone.
        resurrections: How often a candidate that was given up was taken up again.
    """

    number: int
    best: B
    islands: tuple[B, ...]
    births: int
    given_up: int
    judged: int
    calls: int
    asked: int
    tokens: int
    seconds: float
    born: tuple[B, ...]
    migrations: int = 0
    restarts: int = 0
    resurrections: int = 0

    def counted(self) -> dict[str, Any]:
        """Return what was counted, as plain data."""
        return {
            "judged": self.judged,
            "calls": self.calls,
            "given_up": self.given_up,
            "migrations": self.migrations,
            "restarts": self.restarts,
            "resurrections": self.resurrections,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 3),
        }


class Watcher(Protocol[B]):
    """Watches a search as it happens."""

    def judged(self, candidate: B) -> None:
        """A program was judged; called from any thread."""

    def better(self, candidate: B) -> None:
        """It is better than all before; called from any thread, one at a time.

        At the end of a generation, of the best one of those that were born, if that is another.
        """

    def generation(self, generation: Generation[B]) -> None:
        """A generation is complete."""


class Unwatched(Generic[B]):
    """Nobody; or whoever watches for one thing alone."""

    def judged(self, candidate: B) -> None:
        """Ignore it."""

    def better(self, candidate: B) -> None:
        """Ignore it."""

    def generation(self, generation: Generation[B]) -> None:
        """Ignore it."""


class Best(Generic[B]):
    """Keeps the best program so far, and tells a watcher of it; itself a `Watcher`.

    Args:
        watcher: Is told of everything.
        known: The best one from before.

    Attributes:
        candidate: The best one.
    """

    def __init__(self, watcher: Watcher[B], known: B | None = None) -> None:
        self.candidate = known
        self._is_from_before = known is not None
        self._born: B | None = None
        self._watcher = watcher
        self._lock = threading.Lock()

    def judged(self, candidate: B) -> None:
        """Tell of a program, and prefer it if it is better."""
        self._watcher.judged(candidate)
        with self._lock:
            if self.candidate is None or self.candidate < candidate:
                self.better(candidate)

    def better(self, candidate: B) -> None:
        """Prefer a program, and tell so."""
        self.candidate, self._is_from_before = candidate, False
        self._watcher.better(candidate)

    def generation(self, generation: Generation[B]) -> None:
        """Go back to the best one that was born, if that is another, and tell of the generation.

        Of equal ones, that is who was born first; who is judged first depends on who was faster,
        and may be one of a birth that was given up. What is known from before may be ahead of what
        is born again.
        """
        for candidate in generation.born:
            if self._born is None or self._born < candidate:
                self._born = candidate
        with self._lock:
            if self._born is not None and self._is_to_replace(self._born):
                self.better(self._born)
        self._watcher.generation(generation)

    def _is_to_replace(self, born: B) -> bool:
        known = self.candidate
        if known is None or (self._is_from_before and born < known):
            return known is None
        return known.program != born.program
