"""`autoagent translate`: breed a program that does what another does."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from autoagent.budget import Budget
from autoagent.cli.common import UNREACHABLE, bad_input_exits, fail, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.living import Server
from autoagent.cli.options import (
    ApiKeyOption,
    BaseUrlOption,
    CostOption,
    DbOption,
    JsonOption,
    PriceInOption,
    PriceOutOption,
    SecondsOption,
    TimeoutOption,
    TokensOption,
)
from autoagent.cli.programs import (
    InputsOption,
    LooseOption,
    MeasuresOption,
    NoInputOption,
    StressOption,
    chosen_measures,
    read_bytes,
    read_inputs,
    read_text,
    similarity_of,
)
from autoagent.cli.shown import JsonLines, OnTerminal, Shown
from autoagent.journal import Journal
from genetic.algorithm import Breeding
from genetic.executors import open_executor
from genetic.translate.evaluate import prepare
from genetic.translate.languages import TARGETS, language_of
from genetic.translate.plan import Plan
from genetic.translate.prompts import Prompts
from genetic.translate.run import Finish, Translation
from genetic.translate.settings import Settings
from genetic.translate.task import Task, observe

LONGEST_NAME = 240
"""Bytes, so that there is room for a name beside it."""
PLANNED = (
    "source", "inputs", "no_input", "to", "llm", "per_island", "prompts", "population",
    "generations", "islands", "healing", "blind", "explain", "faster", "setting", "measures",
    "stress", "ignore_trailing_space", "max_tokens", "calls", "seed",
)  # fmt: skip
"""Parameters that a resumed run has already."""


def translate(
    context: typer.Context,
    source: Annotated[
        Path | None, typer.Argument(help="Program to translate (.js or .py).", dir_okay=False)
    ] = None,
    inputs: InputsOption = None,
    no_input: NoInputOption = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Where the best program is kept, from the first one on (default: print it).",
            dir_okay=False,
        ),
    ] = None,
    to: Annotated[str, typer.Option(help=f"Target: {', '.join(TARGETS.values())}.")] = "c",
    llm: Annotated[
        list[str] | None,
        typer.Option(
            help="smollm2, gguf:PATH or openai:MODEL (default: smollm2). Given more than once: "
            "an ensemble."
        ),
    ] = None,
    per_island: Annotated[
        bool, typer.Option("--per-island", help="One model for each island, in turn.")
    ] = False,
    prompts: Annotated[
        list[Path] | None,
        typer.Option(help="TOML file of prompts; given more than once: for each island in turn."),
    ] = None,
    population: Annotated[int, typer.Option(help="Candidates on each island.")] = 30,
    generations: Annotated[int, typer.Option(help="Most generations.")] = 30,
    islands: Annotated[int, typer.Option(help="Populations.")] = 1,
    healing: Annotated[int, typer.Option(help="How often a program is mended at its birth.")] = 3,
    blind: Annotated[
        bool, typer.Option("--blind", help="Describe wrong outputs; quote nothing of them.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Have a model explain each fault before it mends it.")
    ] = False,
    faster: Annotated[
        bool, typer.Option("--faster", help="After a correct program, go on for a faster one.")
    ] = False,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other setting, as name=value (see docs/translate.md)."),
    ] = None,
    measures: MeasuresOption = None,
    stress: StressOption = None,
    ignore_trailing_space: LooseOption = False,
    max_tokens: Annotated[int, typer.Option(help="Longest answer, in tokens.")] = 1024,
    calls: Annotated[int | None, typer.Option(help="Most questions to models.")] = None,
    tokens: TokensOption = None,
    seconds: SecondsOption = None,
    cost: CostOption = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    workers: Annotated[
        int | None, typer.Option(help="Births side by side (default: processors).")
    ] = None,
    executor: Annotated[
        str, typer.Option(help="Where candidates are judged: local, process or ray.")
    ] = "local",
    ray_address: Annotated[
        str | None, typer.Option(help="Ray cluster to join (default: a local one).")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(help="Go on with this run; nothing is asked for twice.")
    ] = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    price_in: PriceInOption = 0.0,
    price_out: PriceOutOption = 0.0,
    timeout: TimeoutOption = 300.0,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Breed a translation of SOURCE that prints the same for every input."""
    with bad_input_exits(), ExitStack() as stack:
        budget = Budget(tokens=tokens, seconds=seconds, cost=cost)
        server = Server(
            base_url=base_url,
            api_key=api_key,
            timeout=timeout,
            price_in=price_in,
            price_out=price_out,
        )
        journal = stack.enter_context(closing(Journal(db)))
        run = None if resume is None else _resumed(journal, resume, context)
        if run is not None:
            plan = Plan.read(journal, run)
        else:
            settings = settings_of(
                setting or [],
                {
                    "population": population,
                    "generations": generations,
                    "islands": islands,
                    "healing": healing,
                    "blind": blind,
                    "explain": explain,
                    "until_correct": not faster,
                    "max_tokens": max_tokens,
                    "calls": calls,
                },
            )
            plan = Plan(
                task=_observed(source, inputs, no_input, stress),
                name="" if source is None else source.name,
                target=_target(to),
                models=tuple(llm or ["smollm2"]),
                settings=settings,
                prompts=tuple(map(_prompts, prompts or [])) or (Prompts(),),
                per_island=per_island,
                measures=chosen_measures(measures),
                seed=seed,
                loose=ignore_trailing_space,
            )
        _check_writable(out, source)
        prepare(plan.target, progress)
        at_once = _processors() if workers is None else workers
        judges = open_executor(executor, at_once, address=ray_address)
        stack.callback(judges.close)
        models = []
        for name in plan.models:
            model = server.model(name, cost)
            if isinstance(model, str):
                fail(f"--llm {name}: a translation needs a model; give smollm2, gguf: or openai:")
            stack.callback(model.close)
            models.append(model)
        translation = Translation(
            plan,
            journal=journal,
            llms=models,
            executor=judges,
            similarity=lambda ask: similarity_of(plan.measures, ask),
            run=run,
            at_once=at_once,
        )
        interrupts = Interrupts(translation)
        shown: Shown = JsonLines(out) if json else OnTerminal(out)
        shown.begin(translation.run_id)
        try:
            finished = translation.run(shown, budget)
        finally:
            shown.close()
    shown.end(translation.run_id, finished)
    unreachable = finished.cause is Finish.UNREACHABLE
    raise typer.Exit(UNREACHABLE if unreachable else interrupts.exit_code)


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


def _resumed(journal: Journal, name: str, context: typer.Context) -> str:
    """Return the run of that name; what decides its search is not to be given again."""
    for option in PLANNED:
        given = context.get_parameter_source(option)
        if given is not None and given.name == "COMMANDLINE":
            names = {"source": "SOURCE", "setting": "--set", "measures": "--measure"}
            shown = names.get(option, "--" + option.replace("_", "-"))
            fail(f"--resume goes on with the run's own source and settings; leave {shown} out")
    return journal.find(name)


def _observed(
    source: Path | None, inputs: Path | None, no_input: bool, stress: Path | None
) -> Task:
    if source is None:
        fail("no program: give a SOURCE to translate, or --resume RUN")
    text, language = read_text(source, "source"), language_of(source)
    measured = None if stress is None else read_bytes(stress, "stress input")
    return observe(text, language, read_inputs(inputs, no_input), stress=measured)


def _target(name: str) -> str:
    if name not in TARGETS.values():
        fail(f"--to {name}: known targets are {', '.join(TARGETS.values())}")
    return name


def _prompts(path: Path) -> Prompts:
    try:
        data = tomllib.loads(read_text(path, "prompts"))
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


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
