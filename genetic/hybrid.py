"""CMA-ES over numbers, some of whose candidates a model writes that sees its state.

    search = Hybrid([3.0, 4.0], step=1.0, asker=Asker([load("smollm2")]))
    for _ in range(50):
        x = search.ask()
        search.tell(x, -sum(each * each for each in x))

CMA-ES is that of Hansen and Ostermeier (2001) as the package ``cmaes`` has it. What a model writes
is injected as Hansen (2011, *Injecting External Solutions Into CMA-ES*) has it: it is judged as it
was written, and where it lies further from the mean than a sample would, the distribution
is moved by no more than such a sample's length.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from cmaes import CMA

from autoagent.asker import Asker, Question
from autoagent.llm import Frame
from autoagent.llm.framing.fence import extract_block
from genetic.listed import grammar

Point = tuple[float, ...]
BEST, LATEST = 5, 5
"""How many of what was tried a model is shown."""
MOST_SHOWN = 12
"""Numbers in x up to which the whole covariance is shown."""
FRAME = Frame(
    system="You look for numbers whose score is as high as can be. Say in one sentence what you "
    "see, and then write the numbers to try next as one JSON list in a block of ```."
)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was judged.

    Attributes:
        x: The numbers.
        score: What they are worth, higher being better; None where they have no score.
        written: Whether a model wrote them.
    """

    x: Point
    score: float | None
    written: bool


class Hybrid:
    """CMA-ES whose last candidates of each generation a model writes.

    Args:
        x0: Where it begins.
        step: The standard deviation that it begins with, of each number.
        asker: Asks the model; without one it is CMA-ES alone.
        task: What this is about, for the model.
        share: Of the candidates that a model writes; one of each generation at least.
        bounds: The least and the greatest value of all numbers.
        population: Candidates in a generation; by default what CMA-ES recommends.
        seed: Everything random follows from it.
        max_tokens: The longest answer.

    Attributes:
        asker: Asks the model; None from where it is to be CMA-ES alone.
        history: All that was told.
        useless: Answers that held no candidate; one of CMA-ES took its place.

    Raises:
        ValueError: An argument is out of range; the message says which.
    """

    def __init__(
        self,
        x0: Sequence[float],
        *,
        step: float,
        asker: Asker | None = None,
        task: str = "",
        share: float = 0.3,
        bounds: tuple[float, float] | None = None,
        population: int | None = None,
        seed: int = 0,
        max_tokens: int = 512,
    ) -> None:
        _check(x0, step, share, bounds)
        self.history: list[Tried] = []
        self.useless = 0
        self._x0 = np.array(x0, dtype=float)
        self.asker = asker
        self._step, self._task, self._share = step, task, share
        self._bounds, self._max_tokens = bounds, max_tokens
        self._frame = replace(FRAME, grammar=grammar(len(x0)))
        self._rng = np.random.default_rng(seed)
        self._asked = 0
        self._sampled: set[Point] = set()
        self._written: set[Point] = set()
        self._generation: list[tuple[np.ndarray, float]] = []
        self._cma = self._begun(self._x0, population)

    @property
    def best(self) -> Tried | None:
        """The best of what was told; None while nothing has a score."""
        return max(
            (each for each in self.history if each.score is not None),
            key=lambda each: each.score or 0.0,
            default=None,
        )

    def ask(self) -> list[float]:
        """Return numbers to try; more may be asked for before any is told.

        Raises:
            SuspendedError: The asker's budget is used up.
            LLMError: The model gave no answer.
        """
        place = self._asked % self._cma.population_size
        self._asked += 1
        last = max(1, round(self._share * self._cma.population_size)) if self._share else 0
        if self.asker and self.history and place >= self._cma.population_size - last:
            try:
                written = self._candidate(self._answer(self.asker))
            except (ValueError, OverflowError, RecursionError):
                self.useless += 1
            else:
                self._written.add(written)
                return list(written)
        sample = _point(self._cma.ask())
        self._sampled.add(sample)
        return list(sample)

    def tell(self, x: Sequence[float], score: float | None) -> None:
        """Say what numbers are worth, whoever had the idea of them.

        Args:
            x: The numbers.
            score: The higher, the better; None, or what is no finite number, is worse than all.

        Raises:
            ValueError: These are not as many finite numbers as there should be.
        """
        point = _point(x)
        if len(point) != len(self._x0) or not all(map(math.isfinite, point)):
            raise ValueError(f"x must be {len(self._x0)} finite numbers, got {list(x)}")
        worth = score if score is not None and math.isfinite(score) else None
        self.history.append(Tried(point, worth, point in self._written))
        place = np.array(point) if point in self._sampled else self._injected(point)
        self._generation.append((place, math.inf if worth is None else -worth))
        if len(self._generation) == self._cma.population_size:
            self._cma.tell(self._generation)
            self._generation = []
            if self._cma.should_stop():
                self._cma = self._restarted()

    def query(self) -> str:
        """Return what the model is asked now: the state of CMA-ES, and what was tried."""
        cma, known = self._cma, [each for each in self.history if each.score is not None]
        ranked = sorted(known, key=lambda each: each.score or 0.0, reverse=True)[:BEST]
        latest = [each for each in self.history[-LATEST:] if each not in ranked]
        spread = cma._sigma * np.sqrt(np.diag(cma._C))
        parts = [
            self._task,
            f"CMA-ES looks for {len(self._x0)} numbers. Its mean: {_shown(cma.mean)}\n"
            f"Its step: {cma._sigma:.4g}\nStandard deviation of each number: {_shown(spread)}",
            f"Covariance:\n{self._covariance()}" if len(self._x0) <= MOST_SHOWN else "",
            "Tried, the best first:\n" + _told(ranked) if ranked else "",
            "The latest of the others:\n" + _told(latest) if latest else "",
            f"All numbers are from {self._bounds[0]:g} to {self._bounds[1]:g}."
            if self._bounds
            else "",
            "Which numbers are to be tried next, such that the score is higher?",
        ]
        return "\n\n".join(filter(None, parts))

    def _answer(self, asker: Asker) -> str:
        key = f"hybrid.{self._asked}"
        return asker.ask(
            Question(key=key, query=self.query(), frame=self._frame, max_tokens=self._max_tokens)
        ).text

    def _candidate(self, answer: str) -> Point:
        """Return the numbers in an answer.

        Raises:
            ValueError: There are none, they are out of bounds, or were tried before.
        """
        said = json.loads(extract_block(answer, "json") or "")
        if not isinstance(said, list) or not all(type(each) in (int, float) for each in said):
            raise ValueError("it is no list of numbers")
        point = _point(said)
        if len(point) != len(self._x0) or not all(map(math.isfinite, point)):
            raise ValueError(f"it is not {len(self._x0)} finite numbers")
        low, high = self._bounds or (-math.inf, math.inf)
        if not all(low <= each <= high for each in point):
            raise ValueError("it is out of bounds")
        if any(each.x == point for each in self.history):
            raise ValueError("it was tried before")
        return point

    def _injected(self, point: Point) -> np.ndarray:
        """Return a point, no further from the mean than Hansen (2011) lets it have an effect."""
        cma, size = self._cma, len(point)
        away = (np.array(point) - cma.mean) / cma._sigma
        length = math.sqrt(max(0.0, float(away @ np.linalg.solve(cma._C, away))))
        longest = math.sqrt(size) + 2 * size / (size + 2)
        return np.array(cma.mean + cma._sigma * away * min(1.0, longest / max(length, 1e-300)))

    def _covariance(self) -> str:
        return "\n".join(map(_shown, self._cma._sigma**2 * self._cma._C))

    def _begun(self, mean: np.ndarray, population: int | None) -> CMA:
        bounds = None if self._bounds is None else np.tile(self._bounds, (len(mean), 1))
        seed = int(self._rng.integers(1 << 31))
        return CMA(
            mean=mean, sigma=self._step, bounds=bounds, seed=seed, population_size=population
        )

    def _restarted(self) -> CMA:
        """Begin again elsewhere, with twice as many in a generation (Auger and Hansen, 2005)."""
        mean = self._x0 + self._step * self._rng.standard_normal(len(self._x0))
        if self._bounds is not None:
            mean = np.clip(mean, *self._bounds)
        return self._begun(mean, 2 * self._cma.population_size)


def _check(
    x0: Sequence[float], step: float, share: float, bounds: tuple[float, float] | None
) -> None:
    """Refuse what no search could begin with.

    Raises:
        ValueError: A value is out of range; the message says which.
    """
    if len(x0) < 2 or not all(map(math.isfinite, x0)):
        raise ValueError(f"x0 must be two finite numbers or more, got {list(x0)}")
    if not 0 < step < math.inf:
        raise ValueError(f"step must be greater than 0, got {step}")
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, got {share}")
    if bounds and not all(bounds[0] <= each <= bounds[1] for each in x0):
        raise ValueError(f"x0 must be within the bounds {list(bounds)}, got {list(x0)}")


def _point(x: Sequence[float] | np.ndarray) -> Point:
    return tuple(map(float, x))


def _shown(numbers: Sequence[float] | np.ndarray) -> str:
    return "[" + ", ".join(f"{each:.5g}" for each in numbers) + "]"


def _told(tried: Sequence[Tried]) -> str:
    return "\n".join(
        f"{_shown(each.x)} -> " + ("no score" if each.score is None else f"{each.score:.6g}")
        for each in tried
    )
