"""`autoagent bench translation`: measure how well programs are translated."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.measuring import measured, report_writer, tell
from autoagent.cli.options import (
    DbOption,
    JsonOption,
    SeedOption,
    Server,
    SkillGenomeOption,
    TokensOption,
)
from autoagent.files import claimed
from autoagent.journal import Journal
from autoagent.walls import open_wall
from genetic.bench.benchmark import Benchmark
from genetic.bench.contender import Setup
from genetic.bench.outcome import Mode, Outcome, Outcomes
from genetic.cli.bench_view import BenchView, modes_table
from genetic.cli.programs import COMPARE, FuzzOption, MeasuresOption, chosen_measures, similarity_of
from genetic.cli.translate import (
    MaxTokensOption,
    SettingOption,
    evolved,
    longest_answer,
    preset_of,
    settings_of,
)
from genetic.executors import open_executor
from genetic.translate.comparison import comparison
from genetic.translate.evaluate import prepare
from genetic.translate.forge.asked import TAUGHT
from genetic.translate.presets import STRATEGIES
from genetic.translate.problem import TARGET, select
from genetic.translate.settings import Settings
from genetic.translate.tasks import BundledTask
from sandbox.session import Sandbox

if TYPE_CHECKING:
    from genetic.bench.report import Report

LEARNING = 5_000
"""Questions of contests: enough for two, and for more that are decided early."""


class ModeChoice(StrEnum):
    """Values of --mode."""

    engine = "engine"
    agent = "agent"
    best_of_n = "best-of-n"
    skill = "skill"
    evolving_skill = "evolving-skill"
    all = "all"


MODES = {
    # What evolution finds means little without what the same budget finds by chance.
    ModeChoice.engine: (Mode.ENGINE, Mode.BEST_OF_N),
    ModeChoice.agent: (Mode.AGENT,),
    ModeChoice.best_of_n: (Mode.BEST_OF_N,),
    ModeChoice.skill: (Mode.SKILL,),
    ModeChoice.evolving_skill: (Mode.EVOLVING_SKILL,),
    # Contests ask many times as much as a translation, so who wants them says so.
    ModeChoice.all: (Mode.ENGINE, Mode.BEST_OF_N, Mode.AGENT, Mode.SKILL),
}


@dataclass(frozen=True, kw_only=True)
class Engine:
    """How the engine searches, and what all modes are bounded by."""

    strategy: Annotated[
        str | None,
        typer.Option(help=f"How the engine searches: {', '.join(STRATEGIES)} (default: adaptive)."),
    ] = None
    population: Annotated[
        int | None, typer.Option(help="Candidates of the engine (default: 10).")
    ] = None
    generations: Annotated[int, typer.Option(help="Most generations of the engine.")] = 5
    skill_genome: SkillGenomeOption = None
    setting: SettingOption = None
    max_tokens: MaxTokensOption = None
    calls: Annotated[
        int | None,
        typer.Option(
            help="Most questions to the model, for each task and mode (default: the engine's are "
            "bounded by its generations; the others have as many as it took, or alone "
            "population times generations)."
        ),
    ] = None

    def settings(self, model: str) -> Settings:
        """Return the settings that these options make, for a model."""
        named = asdict(self) | {"max_tokens": longest_answer(self.max_tokens, [model])}
        genome = evolved(named.pop("skill_genome"))
        usual = preset_of("adaptive", None) | {"population": 10}
        born = usual if genome is None else genome.parameters
        preset, given = preset_of(named.pop("strategy"), None), named.pop("setting") or []
        chosen = {name: value for name, value in named.items() if value is not None}
        return settings_of(given, born | preset | chosen)


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What is the same for all modes, and bounds them."""

    fuzz: FuzzOption = 200
    tokens: TokensOption = None
    learning: Annotated[
        int,
        typer.Option(
            help="Most questions, over all tasks, of the contests of 'evolving-skill'.", min=0
        ),
    ] = LEARNING
    seed: SeedOption = 0
    workers: Annotated[int, typer.Option(help="Births side by side.", min=1)] = 1


def translation(
    *,
    mode: Annotated[
        ModeChoice,
        typer.Option(help="How to translate; 'engine' has best-of-n beside it."),
    ] = ModeChoice.engine,
    llm: Annotated[
        str, typer.Option(help="smollm2[:ADAPTER], gguf:PATH or openai:MODEL.")
    ] = TAUGHT,
    tasks: Annotated[
        str, typer.Option(help="Names of bundled tasks, as in a shell, separated by commas.")
    ] = "*",
    engine: Engine,
    measures: MeasuresOption = None,
    compare: Annotated[str | None, COMPARE] = None,
    conditions: Conditions,
    out: Annotated[
        Path, typer.Option(help="Folder of the report; what is finished there is not repeated.")
    ] = Path("bench-translation"),
    server: Server,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Translate the bundled tasks, and judge what comes out on inputs that nobody has seen."""
    found: list[Outcome] = []
    with bad_input_exits(), ExitStack() as stack:
        chosen, modes = _compared(select(tasks), compare), MODES[mode]
        write = report_writer(out, _report, _drawing, picture="fitness.png", extra="genetic")
        settings, weights = engine.settings(llm), _weights(measures)
        outcomes = Outcomes(out)
        stack.enter_context(claimed(out))
        model = stack.enter_context(closing(server.model(llm, "benchmark")))
        prepare(TARGET, progress)
        setup = Setup(
            llm=model,
            journal=stack.enter_context(closing(Journal(db))),
            executor=stack.enter_context(closing(open_executor("local", conditions.workers))),
            similarity=similarity_of(weights),
            measures=weights,
            settings=settings,
            genome=evolved(engine.skill_genome),
            **asdict(conditions),
        )
        view = stack.enter_context(
            closing(BenchView(Console(stderr=True), len(chosen) * len(modes)))
        )
        wall = _opened_once(stack)
        benchmark = Benchmark(
            chosen, modes, setup=setup, outcomes=outcomes, watcher=view, wall=wall
        )
        try:
            exit_code = measured(benchmark, found, line_of, json=json)
        finally:  # what is found out is told, whatever became of the rest
            view.close()
            if found:
                report = write(found, _header(setup, tasks, modes))
    if found:
        tell(report, modes_table, out, json=json)
    raise typer.Exit(exit_code)


def _compared(tasks: list[BundledTask], compare: str | None) -> list[BundledTask]:
    """Return tasks with another way to compare than their own, if there is one."""
    if compare is None:
        return tasks
    comparison(compare)  # an unknown one is told before anything is run
    return [replace(task, compare=compare) for task in tasks]


def _weights(measures: list[str] | None) -> dict[str, float]:
    weights = chosen_measures(measures)
    if "judged" in weights:
        fail("--measure judged asks the model beyond the calls that are compared; leave it out")
    return weights


def _opened_once(stack: ExitStack) -> Callable[[], Sandbox]:
    """Return what opens the wall, when an agent needs it first."""

    @cache
    def wall() -> Sandbox:
        return stack.enter_context(closing(open_wall("wasm", progress)))

    return wall


def _header(setup: Setup, tasks: str, modes: tuple[Mode, ...]) -> dict[str, Any]:
    """Return what a report says of the conditions."""
    settings = setup.settings
    return {
        "model": setup.llm.name,
        "tasks": tasks,
        "seed": setup.seed,
        "date": datetime.now(UTC).date().isoformat(),
        "population": settings.breeding.population,
        "generations": settings.generations,
        "calls": settings.calls,
        "max_tokens": settings.max_tokens,
        "fuzz": setup.fuzz,
        "skill genome": None if setup.genome is None else setup.genome.hash[:12],
        "learning": setup.learning if Mode.EVOLVING_SKILL in modes else None,
    }


def line_of(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as a line: all but its program and how it went."""
    data = outcome.as_dict()
    left_out = ("program", "points", "conditions")
    return {name: value for name, value in data.items() if name not in left_out}


def _report() -> type[Report]:
    from genetic.bench.report import Report

    return Report


def _drawing() -> Callable[[Report, Path], None]:
    from genetic.bench.plot import draw

    return lambda report, path: draw(report.outcomes, path)
