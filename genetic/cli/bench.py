"""`autoagent bench translation`: measure how well programs are translated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from genetic.bench.given import forged, mixed, own
from genetic.bench.outcome import Mode, Outcome, Outcomes
from genetic.cli.bench_view import BenchView, modes_table
from genetic.cli.programs import (
    COMPARE,
    AbiOption,
    FuzzOption,
    MeasuresOption,
    chosen_measures,
    compiled_for,
    similarity_of,
)
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
from genetic.translate.languages import WASM32
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
    mending = "mending"
    genetic = "genetic"
    adaptive = "adaptive"
    rex = "rex"
    skill = "skill"
    evolving_skill = "evolving-skill"
    strategies = "strategies"
    all = "all"


MODES = {
    # What evolution finds means little without what the same budget finds by chance.
    ModeChoice.engine: (Mode.ENGINE, Mode.BEST_OF_N),
    ModeChoice.agent: (Mode.AGENT,),
    ModeChoice.best_of_n: (Mode.BEST_OF_N,),
    ModeChoice.mending: (Mode.MENDING,),
    ModeChoice.genetic: (Mode.GENETIC,),
    ModeChoice.adaptive: (Mode.ADAPTIVE,),
    ModeChoice.rex: (Mode.REX,),
    ModeChoice.skill: (Mode.SKILL,),
    ModeChoice.evolving_skill: (Mode.EVOLVING_SKILL,),
    ModeChoice.strategies: (
        *(Mode.BEST_OF_N, Mode.MENDING, Mode.GENETIC, Mode.ADAPTIVE, Mode.REX),
        Mode.AGENT,
    ),
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
class Translated:
    """What is translated."""

    tasks: Annotated[
        str | None,
        typer.Option(
            help="Names of bundled tasks, as in a shell, separated by commas (default: all, if "
            "nothing else is given to translate)."
        ),
    ] = None
    pairs: Annotated[
        list[Path] | None,
        typer.Option(help="File of `autoagent forge`: each pair is a task.", dir_okay=False),
    ] = None
    programs: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of programs NAME.js, the inputs of each in a folder NAME.", file_okay=False
        ),
    ] = None
    compare: Annotated[str | None, COMPARE] = None
    abi: AbiOption = WASM32

    def chosen(self) -> list[BundledTask]:
        """Return the tasks, those of each kind in turn.

        Raises:
            ValueError: There is no such task, a file holds something else, or a comparison is
                unknown.
        """
        pairs, programs = self.pairs or [], self.programs or []
        named = self.tasks or (None if pairs or programs else "*")
        kinds = [] if named is None else [select(named)]
        kinds += [*map(forged, pairs), *map(own, programs)]
        # What is bundled alone goes from easy to hard.
        tasks = kinds[0] if len(kinds) == 1 else mixed(kinds)
        return _compared(tasks, self.compare)

    def said(self) -> str:
        """Return what a report says of them."""
        given = [*(self.pairs or []), *(self.programs or [])]
        return ", ".join([self.tasks or ("" if given else "*"), *map(str, given)]).strip(", ")


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
        list[ModeChoice] | None,
        typer.Option(
            help="How to translate, more than once if wanted (default: engine). 'engine' has "
            "best-of-n beside it; 'strategies' compares searches with each other and an agent."
        ),
    ] = None,
    llm: Annotated[
        str, typer.Option(help="smollm2[:ADAPTER], gguf:PATH or openai:MODEL.")
    ] = TAUGHT,
    translated: Translated,
    engine: Engine,
    measures: MeasuresOption = None,
    conditions: Conditions,
    repeats: Annotated[
        int,
        typer.Option(
            "-n", "--repeats", help="How often each task is translated: seeds from --seed.", min=1
        ),
    ] = 1,
    out: Annotated[
        Path, typer.Option(help="Folder of the report; what is finished there is not repeated.")
    ] = Path("bench-translation"),
    server: Server,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Translate tasks, and judge what comes out on inputs that nobody has seen."""
    found: list[Outcome] = []
    with bad_input_exits(), ExitStack() as stack:
        chosen, modes = translated.chosen(), modes_of(mode or [ModeChoice.engine])
        target = compiled_for(TARGET, translated.abi)
        write = report_writer(out, _report, _drawing, picture="fitness.png", extra="genetic")
        settings, weights = engine.settings(llm), _weights(measures)
        outcomes = Outcomes(out)
        stack.enter_context(claimed(out))
        model = stack.enter_context(closing(server.model(llm, "benchmark")))
        prepare(target, progress)
        setup = Setup(
            llm=model,
            journal=stack.enter_context(closing(Journal(db))),
            executor=stack.enter_context(closing(open_executor("local", conditions.workers))),
            similarity=similarity_of(weights),
            measures=weights,
            settings=settings,
            genome=evolved(engine.skill_genome),
            target=target,
            **asdict(conditions),
        )
        view = stack.enter_context(
            closing(BenchView(Console(stderr=True), len(chosen) * len(modes) * repeats))
        )
        wall = _opened_once(stack)
        benchmark = Benchmark(
            chosen,
            modes,
            setup=setup,
            outcomes=outcomes,
            watcher=view,
            wall=wall,
            repeats=repeats,
        )
        try:
            exit_code = measured(benchmark, found, line_of, json=json)
        finally:  # what is found out is told, whatever became of the rest
            view.close()
            if found:
                report = write(found, _header(setup, translated.said(), modes, repeats))
    if found:
        tell(report, modes_table, out, json=json)
    raise typer.Exit(exit_code)


def modes_of(choices: Sequence[ModeChoice]) -> list[Mode]:
    """Return modes in the order in which they are compared: an engine sets the others' bound."""
    chosen = {mode for choice in choices for mode in MODES[choice]}
    return [mode for mode in Mode if mode in chosen]


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


def _header(setup: Setup, tasks: str, modes: Sequence[Mode], repeats: int) -> dict[str, Any]:
    """Return what a report says of the conditions."""
    settings = setup.settings
    return {
        "model": setup.llm.name,
        "tasks": tasks,
        "seed": setup.seed,
        "repeats": repeats,
        "date": datetime.now(UTC).date().isoformat(),
        "population": settings.breeding.population,
        "generations": settings.generations,
        "calls": settings.calls,
        "max_tokens": settings.max_tokens,
        "fuzz": setup.fuzz,
        "target": setup.target,
        "skill genome": None if setup.genome is None else setup.genome.hash[:12],
        "learning": setup.learning if Mode.EVOLVING_SKILL in modes else None,
    }


def line_of(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as a line: all but its program and how it went."""
    data = outcome.as_dict()
    left_out = ("program", "points", "conditions")
    told = {name: value for name, value in data.items() if name not in left_out}
    return told | {"seed": outcome.seed}


def _report() -> type[Report]:
    from genetic.bench.report import Report

    return Report


def _drawing() -> Callable[[Report, Path], None]:
    from genetic.bench.plot import draw

    return lambda report, path: draw(report.outcomes, path)
