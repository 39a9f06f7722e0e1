"""`autoagent bench tasks`: measure whether agents do what they are asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from autoagent.cli.bench_view import TasksView, sides_table
from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.measuring import measured, report_writer, tell
from autoagent.cli.options import (
    AnalyzeOption,
    DbOption,
    JsonOption,
    SandboxOption,
    SeedOption,
    Server,
    TokensOption,
    listed,
)
from autoagent.files import claimed
from autoagent.first_genome import USUAL, first_genome
from autoagent.inspection import Panel
from autoagent.kept import Kept
from autoagent.llm import LLM, Suited
from autoagent.tasks.attempt import Setup
from autoagent.tasks.benchmark import WALL, Benchmark, Side
from autoagent.tasks.examiner import Examiner
from autoagent.tasks.harbor import export, portable
from autoagent.tasks.outcome import Outcome
from autoagent.tasks.task import select
from autoagent.walls import open_wall

if TYPE_CHECKING:
    from autoagent.tasks.report import Report


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """How often each task is attempted, and how long."""

    steps: Annotated[
        int | None, typer.Option(help="Most steps of a life (default: by the level).", min=1)
    ] = None
    tokens: TokensOption = None
    seed: SeedOption = 0
    draws: Annotated[
        int, typer.Option(help="How often each task is drawn anew, with the next seeds.", min=1)
    ] = 1


def tasks(
    *,
    llm: Annotated[
        list[str] | None,
        typer.Option(
            help="smollm2, gguf:PATH, hf:DIR, openai:MODEL, random or reference; again for "
            "more (default: smollm2)."
        ),
    ] = None,
    genome: Annotated[
        list[str] | None,
        typer.Option(
            help="small, capable or FILE: what lives begin with; again for more (default: by the "
            "model)."
        ),
    ] = None,
    tasks: Annotated[
        str,
        typer.Option(help="Names of tasks, kinds or levels, as in a shell, separated by commas."),
    ] = "*",
    attempts: Attempts,
    analyze: AnalyzeOption = None,
    sandbox: SandboxOption = "wasm",
    out: Annotated[
        Path, typer.Option(help="Folder of the report; what is finished there is not repeated.")
    ] = Path("bench-tasks"),
    harbor: Annotated[
        Path | None,
        typer.Option(help="Write the tasks into this folder in Harbor's format, and do no more."),
    ] = None,
    server: Server,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Have agents do the bundled tasks, and judge behind a wall what they leave."""
    if harbor is not None:
        _export(harbor, tasks, attempts.seed)
        return
    found: list[Outcome] = []
    with bad_input_exits(), ExitStack() as stack:
        chosen = select(tasks)
        write = report_writer(out, _report, _drawing, picture="solved.png", extra="bench")
        outcomes = Kept(out, Outcome.of)
        stack.enter_context(claimed(out))
        if earlier := outcomes.without(WALL):
            progress(
                f"{out}/outcomes has outcomes that tell neither wall nor weights: they are of an "
                f"earlier version, {earlier} of them; what they are of is attempted again"
            )
        named = dict.fromkeys(llm or ["smollm2"])
        models = [stack.enter_context(closing(server.model(each, "benchmark"))) for each in named]
        sides = _sides(models, genome)
        setup = _setup(stack, sandbox, attempts, listed(analyze), db)
        total = len(chosen) * len(sides) * setup.draws
        view = stack.enter_context(closing(TasksView(Console(stderr=True), total)))
        benchmark = Benchmark(chosen, sides, setup=setup, outcomes=outcomes, watcher=view)
        try:
            exit_code = measured(benchmark, found, line_of, json=json)
        finally:  # what is found out is told, whatever became of the rest
            view.close()
            if found:
                report = write(found, _header(setup, tasks))
    if found:
        tell(report, sides_table, out, json=json)
    raise typer.Exit(exit_code)


def _setup(
    stack: ExitStack, sandbox: str, attempts: Attempts, names: list[str] | None, db: Path | None
) -> Setup:
    """Return what tasks are attempted with, open."""
    return Setup(
        wall=stack.enter_context(closing(open_wall(sandbox, progress))),
        examiner=stack.enter_context(closing(Examiner())),
        db=db,
        **asdict(attempts),
        panel=_panel(stack, names),
    )


def _export(folder: Path, tasks: str, seed: int) -> None:
    """Write tasks for other people's agents."""
    with bad_input_exits(), closing(Examiner()) as examiner:
        chosen = portable(select(tasks))
        try:
            for each in chosen:
                print(export(each, folder, examiner=examiner, seed=seed))
        except OSError as error:
            fail(f"--harbor: {error.filename or folder} cannot be written: {error.strerror}")


def _sides(models: list[LLM], genomes: list[str] | None) -> list[Side]:
    """Return each model with each genome, or with the one that suits it."""
    sides = []
    for model in models:
        suits = model.genome if isinstance(model, Suited) else USUAL
        for name in dict.fromkeys(genomes or [suits]):
            sides.append(Side(model, first_genome(name)))
    names = [side.genome.name for side in sides if side.llm is models[0]]
    if twice := [name for name in names if names.count(name) > 1]:
        fail(f"--genome: two genomes are called {twice[0]}; rename one of the files")
    return sides


def _panel(stack: ExitStack, names: list[str] | None) -> Panel | None:
    """Return the analyzers of these names, open; None if there are none."""
    if not names:
        return None
    panel = stack.enter_context(closing(Panel(names)))
    panel.warm_up(progress)
    return panel


def _header(setup: Setup, tasks: str) -> dict[str, Any]:
    """Return what a report says of the conditions."""
    return {
        "tasks": tasks,
        "seed": setup.seed,
        "draws": setup.draws,
        "steps": setup.steps,
        "tokens": setup.tokens,
        "analyze": ", ".join(setup.panel.names) if setup.panel else None,
        "sandbox": setup.wall.name,
        "date": datetime.now(UTC).date().isoformat(),
    }


def line_of(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as a line: all but its conditions."""
    data = outcome.as_dict()
    del data["conditions"]
    return data | {"solved": outcome.solved}


def _report() -> type[Report]:
    from autoagent.tasks.report import Report

    return Report


def _drawing() -> Callable[[Report, Path], None]:
    from autoagent.tasks.plot import draw

    return draw
