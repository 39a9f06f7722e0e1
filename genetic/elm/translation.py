"""Translations of a bundled task as a domain: how long they are, how much CPU they take.

Programs are in C, the task's in JavaScript. They are judged by the task's open inputs alone, the
larger one among them, which also measures what a run costs; what is hidden stays hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cached_property
from math import log10
from os import cpu_count

from genetic.elm.domain import Axis, Judged
from genetic.elm.languages import C
from genetic.executors import open_executor
from genetic.translate.comparison import comparison
from genetic.translate.evaluate import STRESS, ran, target
from genetic.translate.judge import CANDIDATE_LIMITS, ROOM
from genetic.translate.problem import LANGUAGE, TARGET
from genetic.translate.task import Task, Test, observe
from genetic.translate.tasks import BundledTask, load_tasks
from sandbox.limits import Limits
from sandbox.programs import CompileError

STEP = 0.05
"""Of both axes: in the next niche programs are longer, or dearer, by an eighth."""
COST = 1e-3
"""What an order of magnitude of length or cost takes from the objective: much less than a test,
and enough that of two programs in a niche which are as right, the smaller one is kept."""
LONG = 32
"""Characters; a token of more counts as two, one of twice as many as three."""
LIMITS = ("fuel", "memory", "output", "hang")
"""How runs end that would take more than they may."""
TASK = """\
The program is in C, and does what this JavaScript program does:

```javascript
{source}
```

It reads all of its standard input and prints the same, byte for byte. It is to be as short and as \
fast as it can be."""
ECHO = """\
#include <stdio.h>

int main(void) {
    static char text[1 << 20];
    size_t length = fread(text, 1, sizeof text, stdin);
    fwrite(text, 1, length, stdout);
    return 0;
}
"""
"""What reads and prints as a translation must, and does nothing between."""


class Translation:
    """Translations of one bundled task to C; see `genetic.elm.domain.Domain`.

    Args:
        bundled: The task.
    """

    axes = (
        Axis(name="log10 of tokens", low=1.5, high=3.5, niches=round(2.0 / STEP)),
        Axis(name="log10 of fuel", low=4.0, high=10.0, niches=round(6.0 / STEP)),
    )
    function = "main"
    together = 1
    language = C
    objective = "share of open tests that are right, less a little for length and cost"

    def __init__(self, bundled: BundledTask) -> None:
        self.seeds = {"echo": ECHO}
        self.name = f"translation:{bundled.name}"
        self.task = TASK.format(source=bundled.source.strip())
        self._bundled = bundled
        self._stack = ExitStack()
        self._executor = self._stack.enter_context(
            closing(open_executor("local", cpu_count() or 1))
        )

    def judge(self, programs: Sequence[str]) -> list[Judged]:
        """Return how many tests each program gets right, the larger input among them."""
        tried = [self._executor.submit(judged, program, self._tests) for program in programs]
        return [each.result() for each in tried]

    def close(self) -> None:
        """End the threads that wait for compilers."""
        self._stack.close()

    @cached_property
    def _tests(self) -> Task:
        """What the JavaScript prints for each open input; found out when a program is judged."""
        task = self._bundled
        inputs = {f"open {number}": data for number, data in enumerate(task.inputs)}
        return observe(task.source, LANGUAGE, inputs, stress=task.stress, compare=task.compare)


def judged(program: str, task: Task) -> Judged:
    """Return how many tests of a task a program gets right, and what the last and larger one takes.

    Raises:
        SandboxError: The compiler, or what runs its programs, is missing or breaks.
    """
    compiled = target(TARGET).compile(program)
    if isinstance(compiled, CompileError):
        first, *_ = (compiled.text.partition("error: ")[2] or compiled.text or "?").splitlines()
        return Judged(fault=f"it does not compile: {first}")
    right, fuel, tests = 0, 0, ordered(task)
    for test, limits in tests:
        (run,) = ran(compiled, [test.input], limits)
        if run.status in LIMITS:
            return Judged(fault=f"it takes too much ({run.status}): {test.name}")
        right += run.status == "ok" and comparison(task.compare).same(test.expected, run.stdout)
        fuel = run.fuel or 0
    sizes = tuple(log10(max(1, size)) for size in (length(program), fuel))
    return Judged(objective=max(0.0, right / len(tests) - COST * sum(sizes)), measures=sizes)


def length(program: str) -> int:
    """Return how many tokens a C program has; a long one, a table in a string, counts as many."""
    return sum(1 + len(each.text) // LONG for each in C.lexed(program))


def ordered(task: Task) -> list[tuple[Test, Limits]]:
    """Return the tests of a task, the shortest first and the larger one last, and their limits."""
    assert task.stress is not None
    most = max(len(test.expected) for test in (*task.tests, task.stress))
    usual = replace(CANDIDATE_LIMITS, output_bytes=4 * most + ROOM)
    more = replace(usual, fuel=STRESS * usual.fuel, wall_seconds=STRESS * usual.wall_seconds)
    short = sorted(task.tests, key=lambda test: len(test.input))
    return [*((test, usual) for test in short), (task.stress, more)]


def open_translation(variant: str | None, together: int) -> Translation:
    """Open the domain of a bundled task, as ``translation:fizzbuzz``.

    Raises:
        ValueError: No task, or none that there is, was named; the message lists them.
    """
    known = {task.name: task for task in load_tasks()}
    if variant not in known:
        raise ValueError(
            f"translation: {variant or 'nothing'} names no bundled task; name one, as "
            f"translation:fizzbuzz; known: {', '.join(known)}"
        )
    return Translation(known[variant])
