"""Judge candidates: the tiers of their fitness, and what they do with each input."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from autoagent.similarity import Similarity
from genetic.executors import Executor, LostWorkerError
from genetic.fitness import NEARLY, Fitness, tier_three, uniqueness
from genetic.translate.evaluate import Evaluation, Trial, evaluate
from genetic.translate.task import Task, Test
from sandbox.limits import Limits
from sandbox.programs import Run

ROOM = 65_536
"""Bytes that a candidate may print beyond four times what the source prints at most."""
MOST_SHOWN = 8
"""Further inputs on which a program fails that are kept to be shown."""
LONGEST_PROGRAM = 200_000
"""Characters; a longer answer is not compiled."""
MOST_KEPT = 8_192
"""Bytes of an output that are kept to be shown."""
WORST = 10**7
"""Characters of complaint about what is not worth compiling: more than any compiler makes."""
HIDES = 10**5
"""Characters that an error counts for at which the compiler stops: it hides all that come after.
Else a program would be the better, the earlier nobody can read on.
"""
FATAL = "fatal error:"
CANDIDATE_LIMITS = Limits(fuel=10**9, memory_mb=64, wall_seconds=10.0, output_bytes=1 << 27)
"""Fuel for about two seconds: a loop must end by its fuel, which is the same on any machine."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a candidate does with one input.

    Attributes:
        input: The name of the test.
        given: What the program reads.
        exact: Whether it prints what the source prints, and ends well.
        similarity: How close the outputs are, in [0, 1]; 1 only if they match.
        expected: What the source prints.
        actual: What the candidate prints, up to `MOST_KEPT`.
        status: How it ended; None when it was not tried.
        reasoning: What a model said of the difference.
    """

    input: str
    given: bytes
    exact: bool
    similarity: float
    expected: bytes
    actual: bytes
    status: str | None
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of judging a candidate.

    Attributes:
        fitness: How good it is.
        compile_errors: All that the compiler complained.
        warnings: What it complained although it compiled.
        results: What it does with each input, and last with further ones on which it fails; empty
            if it does not compile.
        stress: How the stress input ended, ``wrong`` if with another output; None if it was not
            tried.
        fuel: CPU it used, in fuel units: on the stress input, if there is one, or else on all
            inputs; None if the one went wrong or was not tried.
        findings: What sanitizers found in it.
    """

    fitness: Fitness
    compile_errors: str = ""
    warnings: str = ""
    results: tuple[Result, ...] = ()
    stress: str | None = None
    fuel: int | None = None
    findings: str = ""


class Judge:
    """Judges candidates for one task. Each text is judged once.

    Args:
        task: What they should do.
        target: What they are written in.
        executor: Where they are compiled and run.
        similarity: How close a wrong output is to the right one.
        limits: What each run may spend.
        warned: Says what is wrong with a program that runs, where its compiler says nothing.
        first: If none of so many inputs, the cheapest ones, comes out right, the others are not
            tried; 0 always tries all.
    """

    def __init__(
        self,
        task: Task,
        *,
        target: str,
        executor: Executor,
        similarity: Similarity,
        limits: Limits = CANDIDATE_LIMITS,
        warned: Callable[[str], str] = lambda source: "",
        first: int = 0,
    ) -> None:
        # The cheapest first: an input's length is what we know of its cost beforehand.
        self.tests = tuple(sorted(task.tests, key=lambda test: len(test.input)))
        longest = max(len(test.expected) for test in (*task.tests, *task.further))
        stress = task.stress
        self._further = task.further
        if stress is not None:
            longest = max(longest, len(stress.expected))
        self._trial = Trial(
            target=target,
            inputs=tuple(test.input for test in self.tests),
            expected=tuple(test.expected for test in self.tests),
            limits=Limits(
                fuel=limits.fuel,
                memory_mb=limits.memory_mb,
                wall_seconds=limits.wall_seconds,
                output_bytes=min(limits.output_bytes, 4 * longest + ROOM),
            ),
            stress=None if stress is None else (stress.input, stress.expected),
            first=first,
            further=tuple((test.input, test.expected) for test in task.further),
            compare=task.compare,
        )
        self._executor = executor
        self._similarity = similarity
        self._warned = warned
        self._known: dict[str, Future[Judgement]] = {}
        self._lock = threading.Lock()

    @property
    def _count(self) -> int:
        """How many tests there are; further ones count as one."""
        return len(self.tests) + bool(self._further)

    @property
    def judged(self) -> int:
        """How many different candidates were judged."""
        return len(self._known)

    def judge(self, source: str) -> Judgement:
        """Return what a candidate is worth. Any thread may ask.

        Raises:
            SandboxError: The compiler, or what runs its programs, is missing.
        """
        with self._lock:
            known = self._known.get(source)
            future = known if known is not None else Future()
            self._known[source] = future
        if known is None:
            try:
                future.set_result(self._judged(source))
            except BaseException as error:
                with self._lock:
                    del self._known[source]  # that was no fault of the candidate
                future.set_exception(error)
        return future.result()

    def _judged(self, source: str) -> Judgement:
        if not source.strip() or len(source) > LONGEST_PROGRAM:
            # C would let an empty program pass.
            words = f"error: a program of {len(source)} characters; 1 to {LONGEST_PROGRAM} will do"
            return Judgement(Fitness(WORST, tests=self._count), words)
        try:
            found = self._executor.submit(evaluate, source, self._trial).result()
        except LostWorkerError as error:
            broken = Run("worker", b"", b"", None, str(error))
            found = Evaluation(runs=(broken,) * len(self.tests))
        if found.compile_errors is not None:
            # A compiler that refuses without a word has still refused.
            words = found.compile_errors or "?"
            length = WORST if found.stopped else len(words) + HIDES * (FATAL in words)
            return Judgement(Fitness(length, tests=self._count), words)
        return self._compared(found, found.warnings or self._warned(source))

    def _compared(self, found: Evaluation, warnings: str) -> Judgement:
        results = self._results(self.tests, found.runs)
        exact = [result.exact for result in results]
        similarity = [result.similarity for result in results]
        if self._further:
            # They count as one test, so that a program which passes it is better than any other.
            tried = [
                self._matches(*pair) for pair in zip(self._further, found.further, strict=False)
            ]
            exact.append(sum(tried) == len(self._further))
            similarity.append(sum(tried) / len(self._further))
            failed = [place for place, match in enumerate(tried) if not match][:MOST_SHOWN]
            results += self._results(
                [self._further[place] for place in failed],
                [found.further[place] for place in failed],
            )
        # What was not tried is as good as nothing.
        fitness = Fitness(
            compile_errors=0,
            unique=uniqueness(
                (run.stdout for run in found.runs), (test.expected for test in self.tests)
            ),
            passed=tier_three(exact, similarity),
            tests=len(exact),
            exact=sum(exact),
            fuel=found.fuel,
        )
        used = None if self._trial.stress else _used(found)
        fuel = found.fuel if used is None else used
        return Judgement(
            fitness,
            warnings=warnings,
            results=results,
            stress=found.stress,
            fuel=fuel,
            findings=found.findings,
        )

    def _matches(self, test: Test, run: Run | None) -> bool:
        return run is not None and self._trial.matches(run, test.expected)

    def _results(self, tests: Sequence[Test], done: Sequence[Run]) -> tuple[Result, ...]:
        """Return what came of tests, of which the last ones may not have been tried."""
        runs: list[Run | None] = [*done, *[None] * (len(tests) - len(done))]
        tried = list(zip(tests, runs, strict=True))
        matches = [self._matches(*each) for each in tried]
        wrong = [
            (test.expected.decode(errors="replace"), run.stdout.decode(errors="replace"))
            for (test, run), match in zip(tried, matches, strict=True)
            if run is not None and not match
        ]
        ratings = iter(self._similarity.rate(wrong) if wrong else ())
        results = []
        for (test, run), match in zip(tried, matches, strict=True):
            rating = next(ratings) if run is not None and not match else None
            results.append(
                Result(
                    input=test.name,
                    given=test.input,
                    exact=match,
                    similarity=1.0 if match else min(rating.value, NEARLY) if rating else 0.0,
                    expected=test.expected,
                    actual=b"" if run is None else run.stdout[:MOST_KEPT],
                    status=None if run is None else run.status,
                    reasoning=rating.reasoning if rating else "",
                )
            )
        return tuple(results)


def _used(found: Evaluation) -> int | None:
    used = [run.fuel for run in found.runs]
    return None if not used or None in used else sum(fuel or 0 for fuel in used)
