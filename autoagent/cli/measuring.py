"""How the commands of benchmarks run one: told line by line, stopped, gone on with, reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rich.console import Console
from rich.table import Table

from autoagent.cli.common import UNREACHABLE, fail, print_json, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.files import write_json, write_text
from autoagent.llm import LLMUnreachable
from autoagent.stoppable import Interrupted, Stoppable
from sandbox.extras import pip_install

T = TypeVar("T")
Made = TypeVar("Made", covariant=True)


class Measuring(Stoppable, Protocol[Made]):
    """A benchmark."""

    def run(self) -> Iterator[Made]:
        """Yield each outcome."""
        ...


class Report(Protocol):
    """What came of a benchmark."""

    def summary(self) -> dict[str, Any]:
        """Return it as plain data."""
        ...

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        ...

    def markdown(self, picture: str | None = None) -> str:
        """Return it for people, with a picture that is beside it."""
        ...


R = TypeVar("R", bound=Report)


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


def report_writer(
    out: Path,
    report: Callable[[], Callable[[Sequence[T], dict[str, Any]], R]],
    drawing: Callable[[], Callable[[R, Path], None]],
    *,
    picture: str,
    extra: str,
) -> Callable[[Sequence[T], dict[str, Any]], R]:
    """Return what writes ``report.md``, its picture if it can be drawn, and ``report.json``.

    What it takes is looked for now, and not when all is done: where it is missing, exit.

    Args:
        out: The folder.
        report: Imports what makes a report of outcomes and of what is said of their conditions.
        drawing: Imports what draws one.
        picture: Name of the picture.
        extra: Which extra to install where reports cannot be made.
    """
    try:
        made = report()
    except ImportError as error:
        fail(f"{error}; install it with: {pip_install(extra)}")
    draw: Callable[[R, Path], None] | None = None
    try:
        draw = drawing()
    except ImportError:
        progress(f"no picture without matplotlib; install it with: {pip_install('bench')}")

    def write(found: Sequence[T], header: dict[str, Any]) -> R:
        told = made(found, header)
        if draw is not None:
            draw(told, out / picture)
        write_json(out / "report.json", told.as_dict())
        write_text(out / "report.md", told.markdown(None if draw is None else picture))
        return told

    return write


def tell(report: R, table: Callable[[R], Table], out: Path, *, json: bool) -> None:
    """Print what a report comes to, and where it is."""
    if json:
        print_json({"summary": report.summary()})
        return
    Console().print(table(report))
    Console().print(f"{out / 'report.md'}", soft_wrap=True, markup=False)
