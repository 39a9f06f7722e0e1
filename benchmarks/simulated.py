"""A simulated model of known competence, and a simulated compiler.

The model knows the answer, and no figure of it is a real model's. It returns a reference
translation in which each line is spoilt with a fixed probability, in one of some dialects: lines
of different dialects do not go together. Told of a fault, it mends one wrong line with another
probability, and may spoil a right one. Asked to look over a program that was mixed or mutated, it
brings most of the lines into one dialect, and undoes most of what it would never have written
itself; a fault that it did make itself it does not notice. Which lines it never gets right is drawn
for each model. What it says depends on the seed and on what it is shown.

The compiler knows the answer, too: it compares lines, and decides by their hashes what a wrong one
does. Its shares are those of the real one on the same faults.
"""

from __future__ import annotations

import functools
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal

from autoagent.llm import PYTHON, Completion, Frame
from genetic.translate.evaluate import Evaluation, Trial
from genetic.translate.judge import FATAL
from genetic.translate.task import Task, Test
from sandbox.programs import Run

TOLD = ("The compiler says:", "is wrong. Mend it.")
"""What shows that a query reports a fault."""
NOTICED = 0.9
"""The probability that a line is put as the model would write it."""
MARK = " // dialect "
KEYWORDS = """\
break case char const continue default do double else enum extern float for goto if int long return
short signed sizeof static struct switch typedef union unsigned void while
"""
SWAPPED = {"+": "-", "-": "+", "<": ">", ">": "<", "&": "|", "|": "&", "*": "+", "/": "*"}


class Simulated:
    """Answers as a model of known competence would.

    Args:
        reference: The right program.
        faults: The mean number of spoilt lines in a first answer.
        mends: The probability that a reported fault is mended.
        stubborn: The probability that a line is one that it never gets right once it is wrong.
        breaks: The probability that an answer which should mend spoils a right line.
        dialects: In how many ways it writes the same program.
        name: What the model is called.
        draw: Which lines are stubborn follows from it.
    """

    def __init__(
        self,
        reference: str,
        *,
        faults: float,
        mends: float,
        stubborn: float = 0.0,
        breaks: float = 0.0,
        dialects: int = 1,
        name: str = "simulated",
        draw: int = 0,
    ) -> None:
        self.name = name
        self.asked = 0
        self._lines = reference.splitlines()
        names = names_of(reference)
        self._spoils = [spoils(line, names) for line in self._lines]
        self._spoilable = [n for n, wrong in enumerate(self._spoils) if wrong]
        self._rate = faults / len(self._spoilable)
        self._mends = mends
        self._breaks = breaks
        self._dialects = dialects
        chance = random.Random(f"{name} {draw}")
        self._hopeless = {n for n in self._spoilable if chance.random() < stubborn}

    def complete(
        self,
        query: str,
        *,
        seed: int,
        temperature: float,
        max_tokens: int,
        stop: Sequence[str] = (),
        on_text: Callable[[str], None] | None = None,
        frame: Frame = PYTHON,
    ) -> Completion:
        """Answer a query; see `LLM.complete`."""
        self.asked += 1
        rng = random.Random(seed)
        program = _program_in(query)
        if program is None:
            lines = self._spoilt(rng)
        else:
            is_told = any(sign in query for sign in TOLD)
            lines = (self._mended if is_told else self._looked_over)(program, rng)
        text = "\n".join([frame.opening.strip(), *lines, "```"])
        return Completion(
            text=text,
            tokens_in=len(query) // 4,
            tokens_out=len(text) // 4,
            finish="stop",
            model=self.name,
        )

    def close(self) -> None:
        """Do nothing."""

    def _spoilt(self, rng: random.Random) -> list[str]:
        dialect = rng.randrange(self._dialects)
        lines = spoken(self._lines, dialect)
        for number in self._spoilable:
            if rng.random() < self._rate:
                lines[number] = rng.choice(self._spoils[number]) + mark(dialect)
        return lines

    def _mended(self, program: str, rng: random.Random) -> list[str]:
        """Mend one line that is not as it should be, or fail to."""
        lines, right = self._beside(program)
        wrong = [n for n, line in enumerate(lines) if line != right[n]]
        if wrong and rng.random() < self._mends:
            number = rng.choice(wrong)
            if number not in self._hopeless:
                lines[number] = right[number]
        return self._broken(lines, rng)

    def _looked_over(self, program: str, rng: random.Random) -> list[str]:
        """Put most lines as it would write them, right or wrong, in one dialect."""
        lines, right = self._beside(program)
        dialect = dialect_of(lines)
        for number, line in enumerate(lines):
            if line != right[number] and rng.random() < NOTICED:
                known = (self._lines[number], *self._spoils[number])
                nearest = _nearest(known, line.partition(MARK)[0])
                lines[number] = spoken([nearest], dialect)[0]
        return self._broken(lines, rng)

    def _broken(self, lines: list[str], rng: random.Random) -> list[str]:
        if rng.random() < self._breaks:
            number = rng.choice(self._spoilable)
            lines[number] = rng.choice(self._spoils[number]) + mark(dialect_of(lines))
        return lines

    def _beside(self, program: str) -> tuple[list[str], list[str]]:
        """Return a program's lines, and what they should be."""
        count = len(self._lines)
        lines = (program.splitlines() + [""] * count)[:count]
        return lines, spoken(self._lines, dialect_of(lines))


@functools.lru_cache(1 << 12)
def spoils(line: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return all lines that are wrong as models are: by one number, operator, name or word."""
    tokens = re.findall(r"\w+|\s+|.", line)
    found = []
    for place, token in enumerate(tokens):
        if token.isdigit():
            wrong = [str(int(token) - 1), str(int(token) + 1)]
        elif token in SWAPPED:
            wrong = [SWAPPED[token]]
        elif token in names:
            wrong = [names[names.index(token) - 1], f"{token}s"]
        else:
            wrong = []
        found += ["".join([*tokens[:place], other, *tokens[place + 1 :]]) for other in wrong]
    return tuple(found)


def names_of(program: str) -> tuple[str, ...]:
    """Return the names and words in a program that are not the language's own."""
    return tuple(sorted(set(re.findall(r"[A-Za-z_]\w*", program)) - set(KEYWORDS.split())))


def mark(dialect: int) -> str:
    """Return what a line of a dialect ends with; the first one is unmarked."""
    return f"{MARK}{dialect}" if dialect else ""


def spoken(lines: Sequence[str], dialect: int) -> list[str]:
    """Return a program in a dialect."""
    return [line + mark(dialect) if re.search(r"\w", line) else line for line in lines]


def dialect_of(lines: Sequence[str]) -> int:
    """Return the dialect that most lines are in."""
    marks = [line.rpartition(MARK)[2] if MARK in line else "0" for line in lines]
    counted = Counter(int(each) for each in marks if each.isdecimal())
    return counted.most_common(1)[0][0] if counted else 0


@functools.lru_cache(1 << 16)
def _nearest(known: tuple[str, ...], line: str) -> str:
    """Return which of some lines is the nearest to this one."""

    def alike(other: str) -> int:
        same = sum(a == b for a, b in zip(other, line, strict=False))
        return same - abs(len(other) - len(line))

    return max(known, key=alike)


def _program_in(query: str) -> str | None:
    """Return the translation that a query shows."""
    found = re.search(r"\nC:\n(.*?)\n\n(?:The compiler says:|For the |Answer with)", query, re.S)
    return found[1] if found else None


REFUSED, HARMLESS, SILENT = 0.67, 0.04, 0.3
"""Shares of the faults that do not compile, that change nothing, and (of the others) that make
the program print nothing."""
FAILING = 0.7
"""The share of the tests that any other fault lets fail."""
TESTS = 8


@dataclass(frozen=True, slots=True)
class _Fault:
    """What a wrong line does."""

    kind: Literal["refused", "harmless", "silent", "wrong"]
    complaint: int
    failing: frozenset[int]
    stops: bool = False


class SimulatedCompiler:
    """An executor that judges programs by their lines.

    Args:
        reference: The right program.

    Attributes:
        task: What programs should do.
        runs: How often a program was run on an input.
    """

    name = "simulated"
    workers = 1

    def __init__(self, reference: str) -> None:
        self.runs = 0
        self.task = Task(
            source="(simulated)",
            language="javascript",
            tests=tuple(Test(f"{n}", b"%d" % n, b"output %d\n" % n) for n in range(TESTS)),
        )
        self._lines = reference.splitlines()

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Judge a program now; see `genetic.executors.executor.Executor.submit`."""
        future: Future[Any] = Future()
        future.set_result(self._evaluated(*arguments))
        return future

    def close(self) -> None:
        """Do nothing."""

    def _evaluated(self, source: str, trial: Trial) -> Evaluation:
        lines = source.splitlines()
        count = max(len(lines), len(self._lines))
        right = spoken(self._lines, dialect_of(lines))
        ours, theirs = (each + [""] * (count - len(each)) for each in (lines, right))
        faults = [_fault(n, ours[n]) for n in range(count) if ours[n] != theirs[n]]
        # At a broken `#include` a compiler stops, and says nothing of what comes after it.
        stops = next((n for n, fault in enumerate(faults) if fault.stops), len(faults))
        complaint = sum(fault.complaint for fault in faults[: stops + 1])
        if complaint:
            fatal = FATAL * (stops < len(faults))
            return Evaluation(compile_errors=fatal + "e" * complaint)
        numbers = [int(given) for given in trial.inputs]
        if 0 < trial.first < TESTS:
            first = [_run(faults, n) for n in numbers[: trial.first]]
            if not any(map(trial.matches, first, trial.expected)):
                self.runs += len(first)
                return Evaluation(runs=tuple(first))
        self.runs += len(numbers)
        return Evaluation(runs=tuple(_run(faults, n) for n in numbers))


def _run(faults: Sequence[_Fault], number: int) -> Run:
    hit = [fault for fault in faults if number in fault.failing]
    if any(fault.kind == "silent" for fault in hit):
        return Run("trap", b"", b"", 1, "")
    wrong = b"".join(b" wrong%d" % fault.complaint for fault in hit)
    return Run("ok", b"output %d%s\n" % (number, wrong), b"", 1, "")


@functools.lru_cache(1 << 16)
def _fault(number: int, line: str) -> _Fault:
    """Return what comes of a wrong line: always the same."""
    rng = random.Random(f"{number} {line}")
    kind = rng.random()
    stops = line.startswith("#")
    if kind < REFUSED or (stops and kind >= REFUSED + HARMLESS):
        return _Fault("refused", rng.randrange(120, 500), frozenset(), stops)
    if kind < REFUSED + HARMLESS:
        return _Fault("harmless", 0, frozenset())
    failing = frozenset(n for n in range(TESTS) if rng.random() < FAILING)
    return _Fault("silent" if rng.random() < SILENT else "wrong", 0, failing)
