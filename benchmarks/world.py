"""A simulated model and compiler, fast enough for thousands of searches.

What `benchmarks.simulated` does with texts is done here with numbers: a program is a tuple, one
number for each line, and 0 is what the line should be. Nothing else is left out, so the searches
that run here are the real ones, from `genetic`, birth by birth.

A world is drawn from a seed, and nothing in it is fixed beyond that: which task it is, which lines
are stubborn, what a wrong line does.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.simulated import (
    FAILING,
    HARMLESS,
    NOTICED,
    REFUSED,
    SILENT,
    TESTS,
    names_of,
    spoils,
)
from genetic.algorithm import Birth
from genetic.translate.judge import HIDES

SOLUTIONS = Path(__file__).parents[1] / "tests" / "genetic" / "solutions"
TASKS = ("collatz", "base64", "roman", "dates", "csv_sums")
"""References of 33 to 90 lines."""
DIALECT = 1000
"""What a line's number has more for each dialect."""

Program = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a model is like.

    Attributes:
        k: The mean number of faulty lines in a first answer.
        p: The probability that a reported fault is mended.
        stubborn: The probability that a line is one whose faults are never mended.
        breaks: The probability that an answer which should mend spoils a right line.
        dialects: In how many ways the model writes the same program.
        misled: Whether a program at which the compiler stops early counts for a good one.
    """

    k: float
    p: float
    stubborn: float = 0.0
    breaks: float = 0.1
    dialects: int = 3
    misled: bool = False


@cache
def lines_of(task: str) -> tuple[tuple[int, bool, bool], ...]:
    """Return of each line in how many ways it can be wrong, and two answers.

    Whether a dialect marks it; and whether a compiler stops at it.
    """
    text = (SOLUTIONS / f"{task}.c").read_text("utf-8")
    names = names_of(text)
    return tuple(
        (len(spoils(line, names)), bool(re.search(r"\w", line)), line.startswith("#"))
        for line in text.splitlines()
    )


class Made:
    """A program of a world, and how good it is."""

    __slots__ = ("calls", "key", "program")

    def __init__(self, program: Program, key: tuple[float, ...], calls: int) -> None:
        self.program = program
        self.key = key
        self.calls = calls

    def __lt__(self, other: Made) -> bool:
        return self.key < other.key


GOAL = (0, 1.0, float(TESTS))


class World:
    """A model and a task; a `genetic.algorithm.Variation` of `Made`.

    Args:
        cell: What the model is like.
        seed: Everything else follows from it.
        healing: How often a program is mended at its birth.
        novelty: How often a draft that is known is drafted anew.
        cap: After so many questions nothing more is born.

    Attributes:
        calls: Questions so far.
        solved: Whether a right program was born.
    """

    def __init__(
        self,
        cell: Cell,
        seed: int,
        *,
        healing: int = 0,
        novelty: int | None = None,
        cap: int = 3000,
    ) -> None:
        self.calls = 0
        self.solved = False
        self._cell = cell
        self._healing = healing
        self._novelty = novelty
        self._cap = cap
        rng = random.Random(f"world {seed}")
        self._lines = lines_of(TASKS[rng.randrange(len(TASKS))])
        self._spoilable = [n for n, line in enumerate(self._lines) if line[0]]
        self._rate = cell.k / len(self._spoilable)
        self._hopeless = {n for n in self._spoilable if rng.random() < cell.stubborn}
        self._secret = rng.getrandbits(32)
        self._right = [
            tuple(DIALECT * d * marked for _, marked, _ in self._lines)
            for d in range(cell.dialects)
        ]
        self._faults: dict[tuple[int, int], tuple[int, int, int]] = {}
        self._known: dict[Program, tuple[tuple[float, ...], int, list[int]]] = {}
        self._seen: set[Program] = set()

    @property
    def is_over(self) -> bool:
        """Whether the goal or the cap is reached."""
        return self.solved or self.calls >= self._cap

    def progress(self, candidate: Made) -> float:
        """Return the share of the tests."""
        return candidate.key[2] / TESTS

    def vary(self, births: Sequence[Birth[Made]]) -> list[Made]:
        """Make programs, up to the first right one."""
        made: list[Made] = []
        for birth in births:
            if self.is_over:
                break
            made.append(self._born(birth))
        return made

    def _born(self, birth: Birth[Made]) -> Made:
        rng = random.Random(birth.seed)
        before = self.calls
        program = self._drafted(birth, rng)
        is_new = True
        if self._novelty is not None:
            for _ in range(self._novelty):
                if program not in self._seen:
                    break
                program = self._drafted(birth, rng)
            is_new = program not in self._seen
            self._seen.add(program)
        best = key = self._judged(program)[0]
        chosen = program
        for _ in range(self._healing if is_new else 0):
            if best == GOAL:
                break
            program = self._mended(program, rng)
            key = self._judged(program)[0]
            if best < key:
                best, chosen = key, program
        if best == GOAL:
            self.solved = True
        return Made(chosen, best, self.calls - before)

    def _drafted(self, birth: Birth[Made], rng: random.Random) -> Program:
        if not birth.parents:
            return self._spoilt(rng)
        program = birth.parents[0].program
        if birth.mends:
            return self._mended(program, rng)
        if len(birth.parents) == 1:
            return program
        other = birth.parents[1].program
        child = tuple(a if rng.random() < 0.65 else b for a, b in zip(program, other, strict=True))
        return self._looked_over(child, rng)

    def _spoilt(self, rng: random.Random) -> Program:
        self.calls += 1
        dialect = rng.randrange(self._cell.dialects)
        program = [*self._right[dialect]]
        for n in self._spoilable:
            if rng.random() < self._rate:
                program[n] += 1 + rng.randrange(self._lines[n][0])
        return tuple(program)

    def _mended(self, program: Program, rng: random.Random) -> Program:
        """Mend one line that is not as it should be, or fail to; perhaps spoil one."""
        self.calls += 1
        _, dialect, wrong = self._judged(program)
        lines = [*program]
        if wrong and rng.random() < self._cell.p:
            n = rng.choice(wrong)
            if n not in self._hopeless:
                lines[n] = self._right[dialect][n]
        return self._broken(lines, dialect, rng)

    def _looked_over(self, program: Program, rng: random.Random) -> Program:
        """Put most lines into one dialect."""
        self.calls += 1
        _, dialect, wrong = self._judged(program)
        lines = [*program]
        for n in wrong:
            if rng.random() < NOTICED:
                lines[n] = lines[n] % DIALECT + self._right[dialect][n]
        return self._broken(lines, dialect, rng)

    def _broken(self, lines: list[int], dialect: int, rng: random.Random) -> Program:
        if rng.random() < self._cell.breaks:
            n = rng.choice(self._spoilable)
            lines[n] = self._right[dialect][n] + 1 + rng.randrange(self._lines[n][0])
        return tuple(lines)

    def _judged(self, program: Program) -> tuple[tuple[float, ...], int, list[int]]:
        """Return how good a program is, the dialect of most of its lines, and the wrong ones."""
        known = self._known.get(program)
        if known is None:
            known = self._known[program] = self._judge(program)
        return known

    def _judge(self, program: Program) -> tuple[tuple[float, ...], int, list[int]]:
        counted = Counter(
            [code // DIALECT for code, line in zip(program, self._lines, strict=True) if line[1]]
        )
        dialect = counted.most_common(1)[0][0]
        right = self._right[dialect]
        wrong = [n for n, code in enumerate(program) if code != right[n]]
        complaint = 0
        faults = []
        for n in wrong:
            fault = self._fault(n, program[n])
            if fault[0]:
                complaint += fault[0]
                if self._lines[n][2]:  # here the compiler stops, and says no more
                    complaint = fault[0] + HIDES * (not self._cell.misled)
                    break
            elif fault[1]:
                faults.append(fault)
        if complaint:
            return (-complaint, 0.0, 0.0), dialect, wrong
        distinct, empty, passed = 0, 0, 0.0
        for test in range(TESTS):
            hit = [silent for _, failing, silent in faults if failing >> test & 1]
            if not hit:
                passed += 1
                distinct += 1
            elif any(hit):
                empty = 1
            else:
                distinct += 1
                passed += 9 / (9 + 7 * len(hit))  # the lengths of the two outputs
        return (0, min(1.0, (distinct + empty) / TESTS), passed), dialect, wrong

    def _fault(self, n: int, code: int) -> tuple[int, int, int]:
        """Return what a wrong line does.

        That is: how much the compiler complains, which tests fail, and whether these print nothing.
        """
        known = self._faults.get((n, code))
        if known is None:
            rng = random.Random(hash((self._secret, n, code)))
            kind = rng.random()
            if kind < REFUSED or (self._lines[n][2] and kind >= REFUSED + HARMLESS):
                known = rng.randrange(120, 500), 0, 0
            elif kind < REFUSED + HARMLESS:
                known = 0, 0, 0
            else:
                failing = sum(1 << t for t in range(TESTS) if rng.random() < FAILING)
                known = 0, failing, int(rng.random() < SILENT)
            self._faults[n, code] = known
        return known
