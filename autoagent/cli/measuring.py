"""How the commands of benchmarks run one: told line by line, stopped, and gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

from autoagent.cli.common import UNREACHABLE, print_json, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.llm import LLMUnreachable
from autoagent.stoppable import Interrupted, Stoppable

T = TypeVar("T")
Made = TypeVar("Made", covariant=True)


class Measuring(Stoppable, Protocol[Made]):
    """A benchmark."""

    def run(self) -> Iterator[Made]:
        """Yield each outcome."""
        ...


def measured(
    benchmark: Measuring[T], found: list[T], line_of: Callable[[T], dict[str, Any]], *, json: bool
) -> int:
    """Run a benchmark, adding to what is found; return the exit code.

    Args:
        benchmark: It.
        found: Its outcomes so far.
        line_of: Returns what is told of an outcome.
        json: Whether to print a line for each.
    """
    interrupts = Interrupts(benchmark)
    try:
        for outcome in benchmark.run():
            found.append(outcome)
            if json:
                print_json(line_of(outcome))
    except LLMUnreachable as error:
        progress(f"error: {error}; the same command goes on")
        return UNREACHABLE
    except (Interrupted, KeyboardInterrupt):
        progress("interrupted; the same command goes on")
        return interrupts.exit_code
    return 0
