"""A bundled task split in two: what a search may see of it, and what its programs are judged by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from genetic.translate.comparison import EXACT
from genetic.translate.task import Task, observe
from genetic.translate.tasks import BundledTask, load_tasks
from genetic.translate.widen import widened

LANGUAGE, TARGET = "javascript", "c"


@dataclass(frozen=True, slots=True)
class Problem:
    """A program to translate.

    Attributes:
        name: Its name.
        level: How hard it is to translate.
        open: What a search may know: tests to breed on, and perhaps the larger input for the run
            cost.
        hidden: The same program with the tests that decide.
    """

    name: str
    level: str
    open: Task
    hidden: Task

    @classmethod
    def of(cls, bundled: BundledTask, *, stress: bool = True) -> Problem:
        """Run a bundled task's source on all of its inputs.

        Args:
            bundled: The task.
            stress: Whether the larger input is one of them.

        Raises:
            SourceError: The source is no model to translate from.
            SandboxError: What runs it is missing.
        """
        inputs = {f"open {n}": data for n, data in enumerate(bundled.inputs)}
        inputs |= {f"hidden {n}": data for n, data in enumerate(bundled.hidden)}
        larger = bundled.stress if stress else None
        whole = observe(bundled.source, LANGUAGE, inputs, stress=larger, compare=bundled.compare)
        half = len(bundled.inputs)
        return cls(
            bundled.name,
            bundled.level,
            whole.with_tests(whole.tests[:half]),
            replace(whole, tests=whole.tests[half:], stress=None),
        )

    def widened(self, wanted: int, seed: int) -> Problem:
        """Return the problem with further open tests, none of which is hidden.

        Args:
            wanted: How many, at most.
            seed: Decides which.

        Raises:
            SandboxError: What runs the source is missing.
        """
        hidden = {test.input for test in self.hidden.tests}
        return replace(self, open=widened(self.open, wanted, seed, hidden).task)


def select(patterns: str) -> list[BundledTask]:
    """Return the bundled tasks with names like these, from easy to hard.

    Args:
        patterns: As in a shell, separated by commas.

    Raises:
        ValueError: A pattern matches none; the message lists those that there are.
    """
    names = {task.name for each in patterns.split(",") for task in load_tasks(each.strip())}
    return [task for task in load_tasks() if task.name in names]


def digest(bundled: BundledTask) -> str:
    """Return what tells a task from another of the same name."""
    parts = [bundled.source.encode(), *bundled.inputs, b"", *bundled.hidden, bundled.stress or b""]
    if bundled.compare != EXACT:
        parts.append(bundled.compare.encode())
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()[:16]
