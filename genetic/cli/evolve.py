"""`autoagent evolve`: make any text better that an evaluator can judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated

import typer

from autoagent.cli.common import bad_input_exits, fail, is_given, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import (
    DbOption,
    JsonOption,
    PricedServer,
    ResumeOption,
    SeedOption,
    Spending,
)
from autoagent.cli.suggest import in_journal, served
from autoagent.journal import Journal
from autoagent.llm import LLM
from autoagent.printable import printable
from autoagent.similarity import Sentence, sentence_model
from autoagent.trust import USUAL, capped
from genetic.cli.evolve_display import EvolveDisplay, draw, write_records
from genetic.cli.evolve_folder import check_folder, check_given, check_ours
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
from genetic.cli.programs import read_text
from genetic.evolve.evaluate import Jailed, by
from genetic.evolve.first_look import NoScore
from genetic.evolve.marks import END, START
from genetic.evolve.plan import Plan
from genetic.evolve.proposer import Improver
from genetic.evolve.recorder import born
from genetic.evolve.run import EvolveRun
from genetic.evolve.settings import PROMPT_CHARS, Settings
from genetic.search.bounds import asked as asked_before
from genetic.search.bounds import check_enough
from genetic.search.room import Room
from sandbox.extras import pip_install
from sandbox.limits import (
    LARGEST_MEMORY_MB,
    LONGEST_WALL_SECONDS,
    SMALLEST_MEMORY_MB,
    Limits,
)
from sandbox.programs.beside import read_beside
from sandbox.programs.evaluator import LIMITS, Evaluation, check_evaluator

ProgramArgument = Annotated[
    Path | None,
    typer.Argument(help="What is to be made better: any text file.", dir_okay=False),
]
EvaluatorArgument = Annotated[
    Path | None,
    typer.Argument(help="Python file with a function evaluate(path).", dir_okay=False),
]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What models are asked, and how often."""

    llm: Annotated[
        list[str] | None,
        typer.Option(
            help="smollm2, gguf:PATH or openai:MODEL (default: smollm2). Given more than once: a "
            "bandit chooses among them."
        ),
    ] = None
    calls: Annotated[int, CALLS] = 100
    rewrite: Annotated[
        bool | None,
        typer.Option(
            "--rewrite/--diff", help="Have the whole text written anew (the default), or edits."
        ),
    ] = None
    task: Annotated[str, typer.Option(help="What the program is for, in words.")] = ""
    batch: Annotated[
        int, typer.Option(help="Births that are decided on together, and can go side by side.")
    ] = 4
    population: Annotated[int, typer.Option(help="Candidates on each island.")] = 20
    islands: Annotated[int, typer.Option(help="Populations.")] = 1
    stop_score: Annotated[float | None, typer.Option(help="The score that is enough.")] = None
    alike: Annotated[
        float | None,
        typer.Option(
            help="How like one that was tried a text may be, from 0 to 1, by sentence embeddings "
            "(default: a text is of no use only if it is the same)."
        ),
    ] = None
    temperature: Annotated[float, typer.Option(help="Sampling temperature.")] = 0.7
    max_tokens: Annotated[int, typer.Option(help="Longest answer, in tokens.")] = 1024
    prompt_chars: Annotated[
        int, typer.Option(help="Longest question, in characters; the program must have room in it.")
    ] = PROMPT_CHARS

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models."""
        return tuple(self.llm or [str(USUAL["llm"])])

    def settings(self) -> Settings:
        """Return the settings that these options make."""
        return Settings(
            calls=self.calls,
            diff=self.rewrite is False,
            batch=self.batch,
            population=self.population,
            islands=self.islands,
            stop_score=self.stop_score,
            alike=self.alike,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            prompt_chars=self.prompt_chars,
        )


@dataclass(frozen=True, kw_only=True)
class Evaluating:
    """What one evaluation may use."""

    packages: Annotated[
        list[str] | None,
        typer.Option(help="Installed package that the evaluator may import; give each that it is."),
    ] = None
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            help="File or folder that the evaluator imports or reads beside itself; give each that "
            "it is. All are written down with the run."
        ),
    ] = None
    evaluation_seconds: Annotated[float, typer.Option(help="What one evaluation may take.")] = 60.0
    evaluation_memory_mb: Annotated[
        int, typer.Option(help="Memory of each of its processes, in MiB.")
    ] = 1024

    def check(self) -> None:
        """Exit if one evaluation may not use that much."""
        if not 0 < self.evaluation_seconds <= LONGEST_WALL_SECONDS:
            fail(
                "--evaluation-seconds must be more than 0 and at most "
                f"{LONGEST_WALL_SECONDS}, got {self.evaluation_seconds}"
            )
        if not SMALLEST_MEMORY_MB <= self.evaluation_memory_mb <= LARGEST_MEMORY_MB:
            fail(
                f"--evaluation-memory-mb must be from {SMALLEST_MEMORY_MB} to "
                f"{LARGEST_MEMORY_MB}, got {self.evaluation_memory_mb}"
            )

    @property
    def files(self) -> dict[str, bytes]:
        """What lies beside the evaluator, by name; exits if that cannot be had."""
        try:
            return read_beside(self.beside or [])
        except ValueError as error:
            fail(f"--beside: {error}")

    @property
    def named(self) -> tuple[str, ...]:
        """The names of the packages, however they were given; exits if one is none."""
        names = [name.strip() for each in self.packages or () for name in each.split(",")]
        if "" in names:
            fail(f"--packages: {','.join(names)!r} names a package without a name; leave it out")
        return tuple(names)


def evolve(
    context: typer.Context,
    program: ProgramArgument = None,
    evaluator: EvaluatorArgument = None,
    *,
    asked: Asked,
    evaluating: Evaluating,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the best program, the lineage and the scores (default: print it, or "
            "the folder of the run that goes on).",
            file_okay=False,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Let --out overwrite what this run has not written."),
    ] = False,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Ask models even if PROGRAM itself has no score."),
    ] = False,
    spending: Spending,
    seed: SeedOption = 0,
    judging: Judging,
    resume: ResumeOption = None,
    server: PricedServer,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Make PROGRAM better, as EVALUATOR judges it behind a wall."""
    with bad_input_exits(), ExitStack() as stack:
        budget = spending.budget()
        if (resume is None) == (program is None or evaluator is None):
            fail("give a PROGRAM and an EVALUATOR, or --resume RUN and neither of them")
        if resume is not None:
            refuse_planned(context, PLANNED)
        new = _plan(program, evaluator, asked, evaluating, seed) if resume is None else None
        journal = stack.enter_context(closing(Journal(db)))
        run = None if resume is None else journal.find(resume)
        plan = new or _known(journal, run, asked.calls if is_given(context, "calls") else None)
        if run is not None:
            require_server(journal, run, server.base_url)
        out = out or remembered(plan.out, journal, run)
        if out is not None:
            check_folder(out)
            given = (program, evaluator, *(evaluating.beside or ()))
            check_given(out, plan.suffix, [each for each in given if each])
            if not force:
                check_ours(out, plan, journal, run)
            plan = replace(plan, out=str(out.absolute()))
        known = 0 if run is None else asked_before(journal, run)
        progress(price(plan.settings, server, budget, known))
        judge = _evaluate(stack, plan, _limits(plan, journal, run), judging)
        llms = opened(stack, plan.models, server, spending.cost, "search")
        search = _search(plan, run, judge, journal, llms, judging.at_once, anyway=anyway)
        interrupts = Interrupts(search)
        display = EvolveDisplay(out, plan.suffix, json=json, db=db, url=server.base_url)
        display.begin(search.run_id)
        try:
            finished = search.run(display, budget)
        except NoScore as error:
            on = f"--resume {search.run_id} --anyway{served(server.base_url)}{in_journal(db)}"
            fail(f"{error}, or have models asked all the same: `autoagent evolve {on}`")
        finally:
            display.close()
        if finished.best is not None:
            display.keep(finished.best)  # it may be known from before, when --out was another
        # One that goes on may have stopped before it came to all that was born before.
        lineage = list(born(journal, search.run_id))
        if out is not None:
            write_records(out, lineage)
    display.end(search.run_id, finished, search.history)
    if out is not None:
        with bad_input_exits():
            draw(out, lineage)
    raise concluded(finished.cause, interrupts)


_DECIDING = (*(each.name for group in (Asked, Evaluating) for each in fields(group)), "seed")
PLANNED = tuple(name for name in _DECIDING if name != "calls")
"""Parameters that a resumed run has already; of calls there may be more."""
Judge = tuple[Callable[[str], Evaluation], Callable[[], None]]
"""What evaluates programs, and what ends that at once."""
FENCES = {".py": "python", ".js": "javascript", ".md": "", ".markdown": "", ".txt": ""}
"""The words that mark blocks, where they are not what names of files end with."""


def _search(
    plan: Plan,
    run: str | None,
    judge: Judge,
    journal: Journal,
    llms: Sequence[LLM],
    at_once: int,
    *,
    anyway: bool,
) -> EvolveRun:
    """Return the search that a plan asks for, a new one or one that goes on."""
    settings = plan.settings
    evaluate, abort = judge
    improver = Improver(
        task=plan.task,
        fence=FENCES.get(plan.suffix, plan.suffix.lstrip(".")),
        diff=settings.diff,
        room=Room(settings.prompt_chars, llms, settings.max_tokens),
    )
    if run is None:
        _check_shown(improver, plan)
    return EvolveRun(
        plan,
        program=plan.program,
        evaluate=evaluate,
        proposer=improver,
        settings=settings,
        journal=journal,
        llms=llms,
        run=run,
        at_once=at_once,
        abort=abort,
        remark=lambda words: progress(printable(words)),
        likeness=_likeness(settings),
        needs_score=not anyway,
    )


def _check_shown(improver: Improver, plan: Plan) -> None:
    """Exit if a model would have to write anew what it cannot be shown."""
    try:
        improver.check(plan.program)
    except ValueError as error:
        fail(
            f"program {plan.name}: {error}; mark what may change ({START}, {END}), have edits "
            "written (--diff), or give more of --prompt-chars, or less of --max-tokens"
        )


def _known(journal: Journal, run: str | None, calls: int | None) -> Plan:
    """Return the plan of a run that goes on; that of a stranger chooses no unusual model."""
    assert run is not None
    plan = Plan.read(journal, run)
    check_models(journal, run, plan.models)
    if calls is None:
        return plan
    settings = replace(plan.settings, calls=calls)
    check_enough(journal, run, calls)
    return replace(plan, settings=settings)


def _plan(
    program: Path | None,
    evaluator: Path | None,
    asked: Asked,
    evaluating: Evaluating,
    seed: int,
) -> Plan:
    """Return what a new run is to do, or exit."""
    assert program is not None
    assert evaluator is not None
    evaluating.check()
    source = read_text(evaluator, "evaluator").removeprefix("\ufeff")  # as Python reads it
    try:
        check_evaluator(source)
    except ValueError as error:
        fail(f"evaluator {evaluator}: {error}")
    return Plan(
        name=program.name,
        suffix=program.suffix,
        program=read_text(program, "program"),
        evaluator=source,
        packages=evaluating.named,
        files=evaluating.files,
        task=asked.task,
        models=asked.models,
        settings=asked.settings(),
        seed=seed,
        seconds=evaluating.evaluation_seconds,
        memory_mb=evaluating.evaluation_memory_mb,
    )


def _limits(plan: Plan, journal: Journal, run: str | None) -> Limits:
    """Return what an evaluation may spend; in a stranger's run no more than is usual."""
    is_own = run is None or journal.is_own(run)
    return plan.limits if is_own else capped(plan.limits, LIMITS)


def _evaluate(stack: ExitStack, plan: Plan, limits: Limits, judging: Judging) -> Judge:
    """Return what evaluates programs, and what ends that at once."""
    files = tuple(plan.files.items())
    jailed = Jailed(plan.evaluator, plan.suffix, plan.packages, limits, files)
    here = stack.enter_context(closing(jailed.open()))  # says what of it is not there
    if judging.executor == "local" and judging.ray_address is None:  # births are threads already
        return here.evaluate, here.close
    executor = stack.enter_context(closing(judging.open()))
    return by(executor, jailed), executor.close


def _likeness(settings: Settings) -> Sentence | None:
    """Return what tells how alike texts are, or exit; None where nobody wants to know."""
    found = None if settings.alike is None else sentence_model()
    if settings.alike is not None and found is None:
        fail(f"--alike compares sentence embeddings; install it with: {pip_install('genetic')}")
    return found
