"""Differential fuzzing: more tests of a task, made from its own, on which the source decides."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from genetic.translate.fuzz import fuzzed
from genetic.translate.task import Task, Test
from sandbox.limits import Limits
from sandbox.programs import CompileError, Program, open_source

LIMITS = Limits(fuel=2 * 10**10, memory_mb=512, wall_seconds=4.0, output_bytes=1 << 18)
SIDE_BY_SIDE = 2
RUNS = (1, 2)
"""The source is run once with each of these as its seed: it must print the same."""
LONGEST_SECONDS = 300.0
"""After so long, what there is has to do, and that is said. With a run of node in 50 ms, 200
inputs take 10 s; no machine but a very slow one is told from another."""
TRIED_FOR_ONE = 4
"""Of so many inputs at least one should be of use; where fewer are, no more are tried."""
TRIED_FIRST = 40
"""So many are tried before that is asked."""
NONSENSE = re.compile(rb"\b(?:NaN|undefined|Infinity)\b|\[object |\[native code")
"""What JavaScript prints where other programs would fail."""


class Widened(NamedTuple):
    """A task with further tests, and how it came by them.

    Attributes:
        task: The task.
        unused: How many inputs were tried that are not used.
        hurried: Whether time ran out, so that another machine makes more of the same seed.
    """

    task: Task
    unused: int = 0
    hurried: bool = False


def widened(
    task: Task,
    wanted: int,
    seed: int,
    hidden: Collection[bytes] = (),
    made: Callable[[int], None] = lambda count: None,
) -> Widened:
    """Return a task with further tests.

    Not used are inputs on which the source fails, or prints one thing and then another, and those
    on which it prints nothing or prints that something is undefined, if it does so for no input of
    the task.

    Args:
        task: The task.
        wanted: How many further tests, at most.
        seed: Decides which.
        hidden: Inputs that are not tried, since nobody is to see them.
        made: Told how many there are, whenever there is one more.

    Raises:
        SandboxError: What runs the source is missing.
    """
    known = [test.expected for test in task.tests]
    found: list[Test] = []
    tried, hurried = 0, False
    inputs = candidates([test.input for test in task.tests], seed, hidden)
    deadline = time.monotonic() + LONGEST_SECONDS
    if wanted < 1 or not any(test.input for test in task.tests):
        return Widened(task)
    with ExitStack() as stack:
        languages = [stack.enter_context(closing(open_source(task.language, run))) for run in RUNS]
        compiled = [language.compile(task.source) for language in languages]
        programs = [each for each in compiled if not isinstance(each, CompileError)]
        if len(programs) < len(RUNS):
            return Widened(task)
        for data, output in _outputs(programs, islice(inputs, TRIED_FOR_ONE * wanted)):
            tried += 1
            if output is not None and _is_usual(output, known):
                found.append(Test(f"further {len(found)}", data, output))
                made(len(found))
            if len(found) == wanted or tried >= TRIED_FIRST + TRIED_FOR_ONE * len(found):
                break
            if hurried := time.monotonic() > deadline:
                break
    return Widened(replace(task, further=tuple(found)), tried - len(found), hurried)


def candidates(
    inputs: Sequence[bytes], seed: int, hidden: Collection[bytes] = ()
) -> Iterator[bytes]:
    """Yield further inputs, but for those that nobody is to see."""
    return (data for data in fuzzed(inputs, seed) if data not in hidden)


def _is_usual(output: bytes, known: Sequence[bytes]) -> bool:
    """Tell whether an output is of a kind that is known: nothing and nonsense may not be."""
    return (bool(output) or not all(known)) and (
        not NONSENSE.search(output) or any(map(NONSENSE.search, known))
    )


def _outputs(
    programs: Sequence[Program], inputs: Iterable[bytes]
) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield inputs with what the source prints for each, in order; None where that is not sure."""

    def run(data: bytes) -> tuple[bytes, bytes | None]:
        printed = None
        for number, program in enumerate(programs):
            (done,) = program.run([data], LIMITS)
            if done.status != "ok" or (number and done.stdout != printed):
                return data, None
            printed = done.stdout
        return data, printed

    inputs = iter(inputs)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        while batch := list(islice(inputs, 8 * SIDE_BY_SIDE)):
            yield from pool.map(run, batch)
