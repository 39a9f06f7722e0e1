"""What is to be translated: a source program, and what it does with each input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

from genetic.translate.comparison import EXACT, comparison
from genetic.translate.source_fault import fault, located, shortened
from sandbox.limits import Limits
from sandbox.programs import CompileError, Program, Run, open_source

SOURCE_LIMITS = Limits(fuel=5 * 10**10, memory_mb=512, wall_seconds=20.0, output_bytes=1 << 24)


class SourceError(ValueError):
    """The source program is no model to translate from; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Test:
    """One input, and what the source program prints for it."""

    name: str
    input: bytes
    expected: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A program to translate.

    Attributes:
        source: Its text.
        language: What it is written in, one of `sandbox.programs.SOURCES`.
        tests: What it does.
        stress: A larger input on which correct programs are compared by their CPU.
        compare: When an output counts as what was expected (see `genetic.translate.comparison`).
        further: More tests, for programs that get all else right; together they count as one.
    """

    source: str
    language: str
    tests: tuple[Test, ...]
    stress: Test | None = None
    compare: str = EXACT
    further: tuple[Test, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a task without a test.

        Raises:
            SourceError: There is none.
            ValueError: There is no such way to compare.
        """
        comparison(self.compare)
        if not self.tests:
            raise SourceError("there are no inputs to test with; give at least one")

    def with_tests(self, tests: tuple[Test, ...]) -> Task:
        """Return the same task with other tests."""
        return replace(self, tests=tests)


def observe(
    source: str,
    language: str,
    inputs: Mapping[str, bytes],
    *,
    stress: bytes | None = None,
    compare: str = EXACT,
    limits: Limits = SOURCE_LIMITS,
    check: Callable[[], None] = lambda: None,
) -> Task:
    """Run the source program behind its wall, twice, and keep what it prints.

    Args:
        source: Its text.
        language: What it is written in.
        inputs: What it reads, by name.
        stress: A larger input.
        compare: When an output counts as what was expected.
        limits: What each run may spend.
        check: Called before each run; what it raises ends the observation.

    Raises:
        SourceError: It is no program, fails on an input, never prints anything, or prints one
            thing now and another then.
        ValueError: There is no such language, or no such way to compare.
        SandboxError: What runs it is missing.
    """
    comparison(compare)
    if not inputs:
        raise SourceError("there are no inputs to test with; give at least one")
    with closing(open_source(language, 1)) as first, closing(open_source(language, 2)) as second:
        programs = first.compile(source), second.compile(source)

        def observed(name: str, data: bytes) -> Test:
            return Test(name, data, _expected(programs, name, data, limits, check))

        tests = [observed(*each) for each in inputs.items()]
        measured = None if stress is None else observed("stress", stress)
    if not any(test.expected.strip() for test in tests):
        raise SourceError(
            "the source prints nothing for any input, so there is nothing to compare; it must "
            "write to its standard output"
        )
    return Task(
        source=source,
        language=language,
        tests=tuple(tests),
        stress=measured,
        compare=compare,
    )


def _expected(
    programs: tuple[Program | CompileError, ...],
    name: str,
    data: bytes,
    limits: Limits,
    check: Callable[[], None],
) -> bytes:
    """Return what the source prints for an input, both times that it is run.

    Raises:
        SourceError: It does not compile, fails, or prints one thing and then another.
    """
    run = _run(programs[0], data, limits, check)
    if run.status != "ok":
        raise SourceError(f"the source fails on input {name} ({run.status}): {fault(run, limits)}")
    again = _run(programs[1], data, limits, check)
    if again.status != "ok" or again.stdout != run.stdout:
        raise SourceError(
            f"the source is not deterministic: on input {name} it printed "
            f"{shortened(repr(run.stdout))} and then {shortened(repr(again.stdout))}; take time, "
            "chance and the order of hash tables out of it"
        )
    return run.stdout


def _run(
    program: Program | CompileError, data: bytes, limits: Limits, check: Callable[[], None]
) -> Run:
    if isinstance(program, CompileError):
        raise SourceError(
            f"the source does not compile: {located(program.text)}; mend it, or name its language "
            "by its suffix"
        )
    check()
    (run,) = program.run([data], limits)
    return run
