"""Compile a candidate and run it: the part of judging that may happen on any machine.

A pure function of its arguments, for any `genetic.executors.Executor`.
"""

from __future__ import annotations

import atexit
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from genetic.translate.comparison import EXACT, comparison
from sandbox.limits import Limits
from sandbox.programs import TARGETS, CompileError, Language, Program, Run, open_target
from sandbox.session import SandboxError

STRESS = 10
"""How many times the fuel and the time of any other input the stress input may take."""
EXAMINED = 3
"""On so many inputs a program is run with sanitizers."""
AT_ONCE = 16
"""So many further inputs are tried before anybody looks whether they came out right."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be tried.

    Attributes:
        target: The language of the candidate, one of `sandbox.programs.TARGETS`.
        inputs: What it reads.
        expected: What it should print for each.
        limits: What each run may spend; the stress input may take more.
        stress: A larger input, for candidates that get all else right, and what it should print.
        first: If none of so many inputs comes out right, the others are not tried; 0 tries all.
        further: More inputs for candidates that get all of these right, and what they should print;
            a candidate is tried on them up to the first few on which it fails.
        compare: When two outputs count as the same (see `genetic.translate.comparison`).
    """

    target: str
    inputs: tuple[bytes, ...]
    expected: tuple[bytes, ...]
    limits: Limits
    stress: tuple[bytes, bytes] | None = None
    first: int = 0
    further: tuple[tuple[bytes, bytes], ...] = ()
    compare: str = EXACT

    @property
    def asked(self) -> Iterator[tuple[bytes, bytes]]:
        """All inputs but the stress input, with what should be printed for each."""
        yield from zip(self.inputs, self.expected, strict=True)
        yield from self.further

    def is_mastered(self, found: Evaluation) -> bool:
        """Tell whether all of them were tried and came out right."""
        asked, done = list(self.asked), (*found.runs, *found.further)
        return len(asked) == len(done) and all(
            self.matches(run, expected) for run, (_, expected) in zip(done, asked, strict=True)
        )

    def matches(self, run: Run, expected: bytes) -> bool:
        """Tell whether a run came to a good end and printed what it should."""
        return run.status == "ok" and comparison(self.compare).same(expected, run.stdout)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of trying a candidate.

    Attributes:
        compile_errors: All that the compiler complained; None when it compiled.
        runs: What came of each input; fewer than there are when it was given up early.
        warnings: What it complained although it compiled.
        stopped: Whether the compiler did not come to an end of its own.
        further: What came of the further inputs, as far as they were tried.
        stress: How the stress input ended, ``wrong`` if with another output; None without one.
        fuel: CPU of the performance run, in fuel units: of the stress input, or else of all
            inputs together; None where it was not to be measured, or went wrong. What runs as
            machine code is measured as it runs behind WebAssembly, if it is right there, too.
        findings: What sanitizers found in it; empty where nothing.
    """

    compile_errors: str | None = None
    warnings: str = ""
    stopped: bool = False
    runs: tuple[Run, ...] = ()
    further: tuple[Run, ...] = ()
    stress: str | None = None
    fuel: int | None = None
    findings: str = ""


def evaluate(source: str, trial: Trial) -> Evaluation:
    """Compile a candidate and run it on the inputs of a trial.

    Raises:
        SandboxError: The compiler, or what runs its programs, is missing or breaks.
    """
    program = target(trial.target).compile(source)
    if isinstance(program, CompileError):
        return Evaluation(compile_errors=program.text, stopped=program.stopped)
    found = _tried(program, trial)
    if found.fuel is None and found.stress in (None, "ok") and trial.is_mastered(found):
        found = replace(found, fuel=_counted(source, trial))
    return replace(found, findings=_examined(program, found, trial))


def _tried(program: Program, trial: Trial) -> Evaluation:
    """Run a program on the inputs of a trial, as far as it comes."""
    runs: list[Run] = []
    if 0 < trial.first < len(trial.inputs):
        runs = ran(program, trial.inputs[: trial.first], trial.limits)
        if not any(map(trial.matches, runs, trial.expected)):
            return Evaluation(warnings=program.warnings, runs=tuple(runs))
    runs += ran(program, trial.inputs[len(runs) :], trial.limits)
    found = Evaluation(warnings=program.warnings, runs=tuple(runs))
    if not all(map(trial.matches, runs, trial.expected)):
        return found
    found = replace(found, further=tuple(_furthered(program, trial)))
    if not trial.is_mastered(found):
        return found
    if trial.stress is not None:
        return _stressed(program, found, trial, *trial.stress)
    used = [run.fuel for run in runs]
    return replace(found, fuel=None if None in used else sum(fuel or 0 for fuel in used))


def _examined(program: Program, found: Evaluation, trial: Trial) -> str:
    """Return what sanitizers find in a program, on what it does wrong, or else what is cheapest."""
    examine = getattr(program, "examine", None)
    if examine is None:
        return ""
    done = zip(trial.asked, (*found.runs, *found.further), strict=False)
    wrong = [given for (given, expected), run in done if not trial.matches(run, expected)]
    told: str = examine((wrong or trial.inputs)[:EXAMINED], trial.limits)
    return told


def _counted(source: str, trial: Trial) -> int | None:
    """Return what a program takes that counts in no fuel itself, if one that does is the same."""
    other = getattr(TARGETS[trial.target], "counted_as", "")
    return evaluate(source, replace(trial, target=other, further=())).fuel if other else None


def _furthered(program: Program, trial: Trial) -> list[Run]:
    """Run a program on the further inputs, some at a time, until one of them goes wrong."""
    runs: list[Run] = []
    for start in range(0, len(trial.further), AT_ONCE):
        part = trial.further[start : start + AT_ONCE]
        runs += ran(program, [data for data, _ in part], trial.limits)
        if not all(map(trial.matches, runs[start:], [expected for _, expected in part])):
            break
    return runs


def _stressed(
    program: Program, found: Evaluation, trial: Trial, data: bytes, expected: bytes
) -> Evaluation:
    """Measure a program that gets all else right."""
    limits = trial.limits
    more = replace(limits, fuel=STRESS * limits.fuel, wall_seconds=STRESS * limits.wall_seconds)
    (run,) = ran(program, [data], more)
    right = trial.matches(run, expected)
    status = run.status if right or run.status != "ok" else "wrong"
    return replace(found, stress=status, fuel=run.fuel if right else None)


def ran(program: Program, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
    """Run a program once for each input; where what runs it breaks, once more.

    Raises:
        SandboxError: That breaks again, which says nothing of the program.
    """
    runs = program.run(inputs, limits)
    for number, run in enumerate(runs):
        if run.status == "worker":
            (runs[number],) = program.run([inputs[number]], limits)
            if runs[number].status == "worker":
                raise SandboxError(
                    f"what runs the candidates breaks ({runs[number].detail}): see what else this "
                    "machine runs, and resume the search"
                )
    return runs


@functools.cache
def target(name: str) -> Language:
    """Return this process's compiler for a language."""
    language = open_target(name)
    atexit.register(language.close)
    return language


def prepare(name: str, progress: Callable[[str], None]) -> None:
    """Do now whatever a language has to do once on this machine, saying what.

    Raises:
        ExtensionError: There is no such language.
        SandboxError: Something that it needs is missing; the message says what to install.
    """
    language = open_target(name, progress)
    try:
        language.compile(TARGETS[name].hello)
    finally:
        language.close()
