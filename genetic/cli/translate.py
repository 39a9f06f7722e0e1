"""`autoagent translate`: breed a program that does what another does."""

from __future__ import annotations

import os
import shlex
import tomllib
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from autoagent import toml
from autoagent.analyzers import Tools, open_analyzers
from autoagent.cli.common import FAILED, bad_input_exits, fail, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import (
    DbOption,
    JsonOption,
    PricedServer,
    ResumeOption,
    SeedOption,
    SkillGenomeOption,
    Spending,
    read_skill_genome,
)
from autoagent.cli.suggest import in_journal, served
from autoagent.journal import Journal
from genetic.algorithm import Breeding
from genetic.cli.display import Compare, Display, JsonLines, OnTerminal
from genetic.cli.models import (
    CALLS,
    Judging,
    check_models,
    concluded,
    opened,
    price,
    refuse_planned,
    remembered,
    require_server,
)
from genetic.cli.programs import (
    AbiOption,
    Comparison,
    FuzzOption,
    Inputs,
    chosen_measures,
    compiled_for,
    read_bytes,
    read_text,
    similarity_of,
    widely,
)
from genetic.fitness import Fitness
from genetic.search.bounds import asked
from genetic.translate.comparison import EXACT
from genetic.translate.evaluate import prepare
from genetic.translate.forge.asked import TAUGHT, suited
from genetic.translate.languages import WASM32, is_native
from genetic.translate.plan import Plan
from genetic.translate.presets import PRESETS, STRATEGIES
from genetic.translate.prompts import Prompts
from genetic.translate.recorder import digest, is_program
from genetic.translate.run import Translation
from genetic.translate.settings import UNHEEDED, Settings
from genetic.translate.skill_genome import SkillGenome
from genetic.translate.task import Task
from genetic.translate.widen import Widened
from sandbox.programs import TARGETS

MOST_CALLS = 200
"""Questions of a search whose user names no bound."""
LONGEST_NAME = 240
"""Bytes, so that there is room for a name beside it."""

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="Where the best program is kept, from the first one on (default: print it, or the "
        "file of the run that goes on).",
        dir_okay=False,
    ),
]
SettingOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="Any other setting, as name=value (see docs/translate.md)."),
]
LONGEST_ANSWER, LONGEST_OF_SERVERS = 1024, 4096
MaxTokensOption = Annotated[
    int | None,
    typer.Option(
        help=f"Longest answer, in tokens (default: {LONGEST_OF_SERVERS} of openai: models, "
        f"{LONGEST_ANSWER} of local ones)."
    ),
]


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """Who is asked, and what."""

    llm: Annotated[
        list[str] | None,
        typer.Option(
            help=f"smollm2[:ADAPTER], gguf:PATH or openai:MODEL (default: {TAUGHT}). Given more "
            "than once: an ensemble."
        ),
    ] = None
    per_island: Annotated[
        bool, typer.Option("--per-island", help="One model for each island, in turn.")
    ] = False
    prompts: Annotated[
        list[Path] | None,
        typer.Option(help="TOML file of prompts; given more than once: for each island in turn."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Searching:
    """How a program is searched for."""

    strategy: Annotated[
        str | None,
        typer.Option(help=f"What is born next: {', '.join(STRATEGIES)} (default: adaptive)."),
    ] = None
    preset: Annotated[
        str | None, typer.Option(help=f"Settings that belong together: {', '.join(PRESETS)}.")
    ] = None
    batch: Annotated[
        int | None,
        typer.Option(
            help="Births that 'adaptive' decides on together, so that they can go side by side "
            "(default: 1)."
        ),
    ] = None
    population: Annotated[
        int | None, typer.Option(help="Candidates on each island (default: 30).")
    ] = None
    generations: Annotated[int | None, typer.Option(help="Most generations (default: 30).")] = None
    islands: Annotated[int | None, typer.Option(help="Populations (default: 1).")] = None
    healing: Annotated[
        int | None,
        typer.Option(
            help="How often a program is mended at its birth; 'adaptive' decides that itself "
            "(default: 3)."
        ),
    ] = None
    blind: Annotated[
        bool, typer.Option("--blind", help="Describe wrong outputs; quote nothing of them.")
    ] = False
    explain: Annotated[
        bool, typer.Option("--explain", help="Have a model explain each fault before it mends it.")
    ] = False
    diff: Annotated[
        bool, typer.Option("--diff", help="Have a mend edit the program, not write it anew.")
    ] = False
    warnings: Annotated[
        bool,
        typer.Option(
            "--warnings", help="Tell a mend what the compiler, or mypy and ruff, warn of."
        ),
    ] = False
    faster: Annotated[
        bool, typer.Option("--faster", help="After a correct program, go on for a faster one.")
    ] = False
    skill_genome: SkillGenomeOption = None
    setting: SettingOption = None
    max_tokens: MaxTokensOption = None
    calls: Annotated[int, CALLS] = MOST_CALLS
    fuzz: FuzzOption = 200

    def widened(self, task: Task, seed: int) -> Widened:
        """Return the task with further tests, saying what became of them."""
        return widely(task, self.fuzz, seed)

    def settings(self, models: Sequence[str]) -> Settings:
        """Return the settings that these options make, for these models."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        named["max_tokens"] = longest_answer(self.max_tokens, models)
        named["until_correct"] = not named.pop("faster")
        del named["fuzz"]
        preset = preset_of(named.pop("strategy"), named.pop("preset"))
        genome = evolved(named.pop("skill_genome"))
        born = {} if genome is None else genome.parameters
        said = ("blind", "explain", "diff", "warnings")  # switches that are not given say nothing
        chosen = {
            name: value
            for name, value in named.items()
            if value is not None and not (name in said and not value)
        }
        assigned = chosen.pop("setting", [])
        settings = settings_of(assigned, born | preset | chosen)
        named_here = {*chosen, *(text.partition("=")[0].strip() for text in assigned)}
        for name in sorted(UNHEEDED[settings.strategy] & named_here):
            progress(f"{name} has no effect: {settings.strategy!r} does not look at it")
        return settings


PLANNED = (
    *("source", "to", "abi", "seed"),
    *(each.name for group in (Inputs, Comparison, Ensemble, Searching) for each in fields(group)),
)
"""Parameters that a resumed run has already."""
ANALYZERS = ("mypy", "ruff")
"""Who warns of programs of Python."""


def translate(
    context: typer.Context,
    source: Annotated[
        Path | None,
        typer.Argument(help="Program to translate (such as .js or .py).", dir_okay=False),
    ] = None,
    *,
    inputs: Inputs,
    out: OutOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Let --out overwrite what no run has written.")
    ] = False,
    to: Annotated[str, typer.Option(help=f"Target: {', '.join(TARGETS)}.")] = "c",
    abi: AbiOption = WASM32,
    ensemble: Ensemble,
    searching: Searching,
    comparison: Comparison,
    spending: Spending,
    seed: SeedOption = 0,
    judging: Judging,
    resume: ResumeOption = None,
    server: PricedServer,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Breed a translation of SOURCE that prints the same for every input."""
    with bad_input_exits(), ExitStack() as stack:
        budget = spending.budget()
        journal = stack.enter_context(closing(Journal(db)))
        run = None if resume is None else _resumed(journal, resume, context)
        plan = (
            _plan(source, compiled_for(to, abi), seed, inputs, ensemble, searching, comparison, out)
            if run is None
            else _known(journal, run)
        )
        if run is not None:
            require_server(journal, run, server.base_url)
        out = out or remembered(plan.out, journal, run)
        _check_writable(out, source)
        if out is not None and not force:
            _check_ours(out, journal)
        progress(price(plan.settings, server, budget, 0 if run is None else asked(journal, run)))
        if judging.workers is not None and plan.settings.together < judging.workers:
            progress(
                f"--workers {judging.workers}: births are decided on {plan.settings.together} at a "
                f"time, so no more go side by side; --batch {judging.workers} lets them"
            )
        prepare(plan.target, progress)
        llms = opened(stack, plan.models, server, spending.cost, "translation")
        executor = stack.enter_context(closing(judging.open()))
        analyzed = plan.settings.warnings and plan.target == "python"
        tools = stack.enter_context(closing(Tools()))
        if run is None:  # last of all, since it takes longest
            wider = searching.widened(plan.task, seed)
            plan = replace(plan, task=wider.task, hurried=wider.hurried)
        translation = Translation(
            plan,
            journal=journal,
            llms=llms,
            executor=executor,
            similarity=lambda ask: similarity_of(plan.measures, ask),
            run=run,
            analyzers=open_analyzers(ANALYZERS if analyzed else (), tools),
            at_once=judging.at_once,
        )
        interrupts = Interrupts(translation)
        display: Display = (
            JsonLines(out)
            if json
            else OnTerminal(out, db, _comparing(out, inputs, plan, source), server.base_url)
        )
        display.begin(translation.run_id)
        with closing(display):
            try:
                if translation.best is not None:
                    display.keep(translation.best)  # --out may have been another
                finished = translation.run(display, budget)
            except OSError as error:
                fail(
                    f"{error.filename or out} cannot be written: {error.strerror}; go on with "
                    f"`autoagent translate --resume {translation.run_id}{served(server.base_url)}"
                    f"{in_journal(db)} -o FILE`",
                    FAILED,
                )
    display.end(translation.run_id, finished)
    raise concluded(finished.cause, interrupts)


def _comparing(out: Path | None, given: Inputs, plan: Plan, source: Path | None) -> Compare | None:
    """Return what tells the command that shows where a program differs, if its files are known."""
    if source is None or out is None:
        return None
    told = ["score", str(source), str(out)]
    told += ["--no-input"] if given.inputs is None else ["--inputs", str(given.inputs)]
    if plan.task.compare != EXACT:
        told += ["--compare", plan.task.compare]
    if is_native(plan.target):
        told += ["--abi", "native"]
    further = len(plan.task.further)

    def compare(fitness: Fitness) -> str:
        """Return it; further inputs are made again only where they may be all that is wrong."""
        made = fitness.exact == fitness.tests - 1 and further
        wider = ["--fuzz", str(further), "--seed", str(plan.seed)] if made else []
        return shlex.join([*told, *wider])

    return compare


def _plan(
    source: Path | None,
    to: str,
    seed: int,
    inputs: Inputs,
    ensemble: Ensemble,
    searching: Searching,
    comparison: Comparison,
    out: Path | None,
) -> Plan:
    """Return what a new run is to do, its further inputs still to be made, or exit."""
    models = tuple(ensemble.llm or [TAUGHT])
    settings = searching.settings(models)
    if source is None:
        fail("no program: give a SOURCE to translate, or --resume RUN")
    genome = evolved(searching.skill_genome)
    task = inputs.observe(source, comparison.compare)
    usual = suited(models, task.language, to) if genome is None else genome.prompts
    return Plan(
        task=task,
        name=source.name,
        target=to,
        models=models,
        settings=settings,
        prompts=tuple(map(_prompts, ensemble.prompts or [])) or (usual,),
        operators={} if genome is None else genome.evolved,
        per_island=ensemble.per_island,
        measures=chosen_measures(comparison.measures),
        seed=seed,
        out="" if out is None else str(out.absolute()),
    )


def longest_answer(given: int | None, models: Sequence[str]) -> int:
    """Return how many tokens an answer may have, if that is not given: what all models can do."""
    if given is not None:
        return given
    served = all(model.startswith("openai:") for model in models)
    return LONGEST_OF_SERVERS if served else LONGEST_ANSWER


def evolved(path: Path | None) -> SkillGenome | None:
    """Return the skill's genome in a file, or None if there is no file.

    Raises:
        ValueError: It is none; the message says why.
    """
    data = read_skill_genome(path)
    return None if data is None else SkillGenome().patched(data)


def preset_of(strategy: str | None, preset: str | None) -> dict[str, Any]:
    """Return the settings of a strategy and a preset.

    Raises:
        ValueError: One of them is unknown; the message says which there are.
    """
    if strategy is not None and strategy not in STRATEGIES:
        raise ValueError(f"--strategy {strategy}: known strategies are {', '.join(STRATEGIES)}")
    if preset is not None and preset not in PRESETS:
        raise ValueError(f"--preset {preset}: known presets are {', '.join(PRESETS)}")
    return {**STRATEGIES.get(strategy or "", {}), **PRESETS.get(preset or "", {})}


def is_ours(journal: Journal, path: Path) -> bool:
    """Tell whether a file may be overwritten: it is new, empty, no file, or a run's program."""
    if not path.is_file() or not path.stat().st_size:
        return True
    return is_program(journal, digest(read_bytes(path, "--out")))


def _check_ours(out: Path, journal: Journal) -> None:
    """Exit rather than overwrite what is somebody else's."""
    if not is_ours(journal, out):
        fail(
            f"--out {out} holds what no run of yours in this journal has written; name another "
            "file, or overwrite it with --force"
        )


def settings_of(given: Sequence[str], options: dict[str, Any]) -> Settings:
    """Return the settings that options and ``name=value`` pairs make.

    Raises:
        ValueError: A name is unknown or a value wrong; the message says which.
    """
    values = options | dict(map(_assigned, given))
    breeding = {field.name for field in fields(Breeding)}
    known = breeding | {field.name for field in fields(Settings)} - {"breeding"}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"--set: no setting {unknown[0]!r}; known: {', '.join(sorted(known))}")
    bred = {name: values.pop(name) for name in list(values) if name in breeding}
    return Settings.of(values | {"breeding": bred})


def _assigned(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--set {text}: give name=value")
    if value.strip().lower() == "none":
        return name.strip(), None
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        raise ValueError(f"--set {text}: the value must be a number, true, false or none") from None


def _known(journal: Journal, run: str) -> Plan:
    """Return the plan of a run; that of a stranger chooses no model but the usual one, nor wall."""
    plan = Plan.read(journal, run)
    check_models(journal, run, plan.models)
    if is_native(plan.target) and not journal.is_own(run):
        fail(
            f"run {run} is not known as your own, and would run machine code; adopt it first: "
            f"`autoagent trust {run}`"
        )
    return plan


def _resumed(journal: Journal, name: str, context: typer.Context) -> str:
    """Return the run of that name; what decides its search is not to be given again."""
    refuse_planned(context, PLANNED)
    return journal.find(name)


def _prompts(path: Path) -> Prompts:
    try:
        data = toml.parsed(read_text(path, "prompts"))
        return Prompts.of(data)
    except ValueError as error:
        fail(f"--prompts {path}: {error}")


def _check_writable(out: Path | None, source: Path | None) -> None:
    """Exit now rather than lose what is found later."""
    if out is not None and source is not None and out.resolve() == source.resolve():
        fail(f"--out {out} is the source itself; name another file")
    if out is not None and len(os.fsencode(out.name)) > LONGEST_NAME:
        fail(f"--out has a name of more than {LONGEST_NAME} bytes; give a shorter one")
    if out is not None and not os.access(out if out.exists() else out.absolute().parent, os.W_OK):
        fail(f"--out {out} cannot be written; name a file in a folder that exists")
