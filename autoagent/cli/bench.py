"""`autoagent bench`: measure how well something is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from autoagent.cli.common import UNREACHABLE, bad_input_exits, fail, print_json, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.living import Server
from autoagent.cli.options import (
    ApiKeyOption,
    BaseUrlOption,
    DbOption,
    JsonOption,
    TimeoutOption,
    TokensOption,
)
from autoagent.cli.programs import MeasuresOption, chosen_measures, similarity_of
from autoagent.cli.translate import settings_of
from autoagent.journal import Journal
from autoagent.llm import LLMUnreachable
from autoagent.ui.bench import BenchView, modes_table
from autoagent.walls import open_wall
from genetic.bench.benchmark import Benchmark
from genetic.bench.contender import Interrupted, Setup
from genetic.bench.outcome import Mode, Outcome, Outcomes
from genetic.bench.problem import TARGET, select
from genetic.executors import open_executor
from genetic.translate.evaluate import prepare
from sandbox.extras import pip_install
from sandbox.session import Sandbox

if TYPE_CHECKING:
    from genetic.bench.report import Report

PICTURE = "fitness.png"

bench = typer.Typer(help="Measure how well something is done.", no_args_is_help=True)


class ModeChoice(StrEnum):
    """Values of --mode."""

    engine = "engine"
    agent = "agent"
    best_of_n = "best-of-n"
    all = "all"


MODES = {
    # What evolution finds means little without what the same budget finds by chance.
    ModeChoice.engine: (Mode.ENGINE, Mode.BEST_OF_N),
    ModeChoice.agent: (Mode.AGENT,),
    ModeChoice.best_of_n: (Mode.BEST_OF_N,),
    ModeChoice.all: (Mode.ENGINE, Mode.BEST_OF_N, Mode.AGENT),
}


@bench.callback()
def measure() -> None:
    """Measure how well something is done."""


@bench.command()
def translation(
    mode: Annotated[
        ModeChoice,
        typer.Option(help="How to translate; 'engine' has best-of-n beside it."),
    ] = ModeChoice.engine,
    llm: Annotated[str, typer.Option(help="smollm2, gguf:PATH or openai:MODEL.")] = "smollm2",
    tasks: Annotated[
        str, typer.Option(help="Names of bundled tasks, as in a shell, separated by commas.")
    ] = "*",
    population: Annotated[int, typer.Option(help="Candidates of the engine.")] = 10,
    generations: Annotated[int, typer.Option(help="Most generations of the engine.")] = 5,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other setting, as name=value (see docs/translate.md)."),
    ] = None,
    measures: MeasuresOption = None,
    max_tokens: Annotated[int, typer.Option(help="Longest answer, in tokens.")] = 1024,
    calls: Annotated[
        int | None,
        typer.Option(
            help="Most questions to the model, for each task and mode (default: the engine's are "
            "bounded by its generations; the others have as many as it took, or alone "
            "population times generations)."
        ),
    ] = None,
    tokens: TokensOption = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    workers: Annotated[int, typer.Option(help="Births side by side.", min=1)] = 1,
    out: Annotated[
        Path, typer.Option(help="Folder of the report; what is finished there is not repeated.")
    ] = Path("bench-translation"),
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    timeout: TimeoutOption = 300.0,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Translate the bundled tasks, and judge what comes out on inputs that nobody has seen."""
    with bad_input_exits(), ExitStack() as stack:
        chosen, modes = select(tasks), MODES[mode]
        write = _writer(out)
        options = {
            "population": population,
            "generations": generations,
            "max_tokens": max_tokens,
            "calls": calls,
        }
        settings = settings_of(setting or [], options)
        weights = chosen_measures(measures)
        if "judged" in weights:
            fail("--measure judged asks the model beyond the calls that are compared; leave it out")
        outcomes = Outcomes(out)
        server = Server(
            base_url=base_url,
            api_key=api_key,
            timeout=timeout,
            price_in=0.0,
            price_out=0.0,
        )
        model = server.model(llm, None)
        if isinstance(model, str):
            fail(f"--llm {llm}: a benchmark needs a model; give smollm2, gguf: or openai:")
        stack.callback(model.close)
        prepare(TARGET, progress)
        executor = open_executor("local", workers)
        stack.callback(executor.close)
        setup = Setup(
            llm=model,
            journal=stack.enter_context(closing(Journal(db))),
            executor=executor,
            similarity=similarity_of(weights),
            measures=weights,
            settings=settings,
            seed=seed,
            tokens=tokens,
            workers=workers,
        )

        @cache
        def wall() -> Sandbox:
            opened = open_wall("wasm", progress)
            stack.callback(opened.close)
            return opened

        view = BenchView(Console(stderr=True), len(chosen) * len(modes))
        stack.callback(view.close)
        benchmark = Benchmark(
            chosen, modes, setup=setup, outcomes=outcomes, watcher=view, wall=wall
        )
        interrupts = Interrupts(benchmark)
        header = {
            "model": model.name,
            "tasks": tasks,
            "seed": seed,
            "date": datetime.now(UTC).date().isoformat(),
            "population": settings.breeding.population,
            "generations": settings.generations,
            "calls": settings.calls,
            "max_tokens": settings.max_tokens,
        }
        exit_code = 0
        found: list[Outcome] = []
        try:
            for outcome in benchmark.run():
                found.append(outcome)
                if json:
                    print_json(line_of(outcome))
        except LLMUnreachable as error:
            exit_code = UNREACHABLE
            progress(f"error: {error}; the same command goes on")
        except (Interrupted, KeyboardInterrupt):
            exit_code = interrupts.exit_code
            progress("interrupted; the same command goes on")
        finally:
            view.close()
            if found:
                report = write(found, header)
    if found:
        if json:
            print_json({"summary": report.summary()})
        else:
            Console().print(modes_table(report))
            Console().print(f"{out / 'report.md'}", soft_wrap=True, markup=False)
    raise typer.Exit(exit_code)


def line_of(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as a line: all but its program and how it went."""
    data = outcome.as_dict()
    left_out = ("program", "points", "conditions")
    return {name: value for name, value in data.items() if name not in left_out}


def _writer(out: Path) -> Callable[[list[Outcome], dict[str, Any]], Report]:
    """Return what writes the report, with a picture where one can be drawn, or exit.

    What it takes is looked for now, and not when all is done.
    """
    try:
        from genetic.bench.report import Report
    except ImportError as error:
        fail(f"{error}; {pip_install('genetic')}")
    draw: Callable[[list[Outcome], Path], None] | None = None
    try:
        from genetic.bench import plot

        draw = plot.draw
    except ImportError:
        progress(f"no picture without matplotlib; {pip_install('bench')}")

    def write(found: list[Outcome], header: dict[str, Any]) -> Report:
        report = Report(found, header)
        if draw is not None:
            draw(found, out / PICTURE)
        report.write(out, None if draw is None else PICTURE)
        return report

    return write
