"""`autoagent optimize`: look for a text that a file's own function gives a high score."""

from __future__ import annotations

import runpy
import shlex
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from autoagent.cli.common import UNREACHABLE, bad_input_exits, fail, print_json, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import (
    DbOption,
    JsonOption,
    PricedServer,
    ResumeOption,
    SeedOption,
    Spending,
)
from autoagent.cli.suggest import after_search
from autoagent.journal import Journal
from autoagent.printable import printable
from autoagent.stoppable import Stoppable
from autoagent.ui.words import counted
from genetic.cli.models import (
    CALLS,
    Judging,
    check_models,
    is_given,
    opened,
    processors,
    refuse_planned,
    require_server,
)
from genetic.evolve.first_look import NoScore
from genetic.executors import EXECUTORS
from genetic.optimize import Result, Step, check_given, default_model, run
from genetic.optimize_plan import MOST_STEPS, RETRIES, USUAL_STEPS, Bounds, Choices
from genetic.search.journalled import Finish
from genetic.sending import LOCAL, MOST_SECONDS

NEEDED, MAY = ("task", "question", "f", "x0"), ("max_steps", "stop_score")
PLANNED = ("llm", "batch", "seed")
"""Options that a resumed run has already."""
LINES_SHOWN = 20
"""Of an answer, and of the text in it; the journal has all of both."""


@dataclass(frozen=True, kw_only=True)
class Calling(Judging):
    """Where f is called, and for how many texts at once."""

    workers: Annotated[
        int | None,
        typer.Option(
            help="Texts of a batch side by side (default: 1, elsewhere as many as processors).",
            min=1,
        ),
    ] = None
    executor: Annotated[str, typer.Option(help=f"Where f is called: {', '.join(EXECUTORS)}.")] = (
        LOCAL
    )
    evaluation_seconds: Annotated[
        float | None,
        typer.Option(
            help="Of f for a text, where --executor calls it in another process (default: none).",
            min=0.001,
            max=MOST_SECONDS,
        ),
    ] = None

    @property
    def at_once(self) -> int:
        """How many texts are side by side: here no two, since f may be for one thread."""
        return self.workers or (1 if self.executor == LOCAL else processors())

    def check(self) -> None:
        """Exit if f cannot be bounded where it is called."""
        if self.executor == LOCAL and self.evaluation_seconds is not None:
            fail(
                "--evaluation-seconds bound f in other processes alone, since nothing can end it "
                "in this one: give --executor process, too"
            )

    @property
    def again(self) -> str:
        """The options that call f so when a run goes on, with a space before each."""
        options = {
            "--ray-address": self.ray_address,
            "--evaluation-seconds": self.evaluation_seconds,
        }
        given = {name: value for name, value in options.items() if value is not None}
        if self.executor != LOCAL:
            given = {"--executor": self.executor, **given}
        return "".join(f" {name} {shlex.quote(str(value))}" for name, value in given.items())


def optimize(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Python file with task, question, f and x0.", dir_okay=False)
    ],
    *,
    llm: Annotated[
        str | None, typer.Option(help="smollm2, gguf:PATH or openai:MODEL (default: smollm2).")
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            help="Texts to try (default: the file's max_steps, or as many as --calls pays for, or "
            f"{USUAL_STEPS}).",
            min=1,
            max=MOST_STEPS,
        ),
    ] = None,
    calls: Annotated[int | None, CALLS] = None,
    batch: Annotated[
        int, typer.Option(help="Texts that are tried together, none knowing of the others.", min=1)
    ] = 1,
    calling: Calling,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Have the model asked even if x0 has no score.")
    ] = False,
    spending: Spending,
    seed: SeedOption = 0,
    resume: ResumeOption = None,
    server: PricedServer,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Have a model look for a text that FILE's f gives a high score; FILE is executed as it is."""
    with bad_input_exits(), ExitStack() as stack:
        budget = spending.budget()
        if resume is None and (calling.workers or 1) > batch:
            fail(
                f"--workers {calling.workers} are more than are tried together, {batch}: give "
                f"--batch {calling.workers}, or fewer of them"
            )
        calling.check()
        place = file.absolute()  # FILE may go to another folder
        stack.enter_context(_beside(file))
        names, stops = _read(file), list[Interrupts]()
        most, name, had = names.get("max_steps"), llm or default_model(), Bounds()

        def begins(search: Stoppable) -> None:
            stops.append(Interrupts(search))
            progress(_price(name, bounds))

        if resume is not None:
            refuse_planned(context, PLANNED)
            steps = steps if is_given(context, "steps") else None
            calls = calls if is_given(context, "calls") else None
            name, had = _known(resume, db, server.base_url)
            most = had.steps if most is None or had.steps is None else max(had.steps, most)
        bounds = Bounds(steps=most if steps is None else steps, calls=calls).over(had)
        (model,) = opened(stack, [name], server, spending.cost, "search")
        result = _searched(
            file,
            place,
            **{name: names[name] for name in NEEDED},
            max_steps=bounds.steps,
            stop_score=names.get("stop_score"),
            llm=model,
            calls=bounds.calls,
            budget=budget,
            batch=None if resume is not None else batch,
            workers=calling.at_once,
            executor=calling.executor,
            address=calling.ray_address,
            evaluation_seconds=calling.evaluation_seconds,
            seed=None if resume is not None else seed,
            db=db,
            resume=resume,
            needs_score=not anyway,
            on_step=lambda step: _tell(step, json),
            on_begin=begins,
        )
    told = {"best_x": result.best_x, "best_score": result.best_score}
    told |= {"cause": result.cause.value, "detail": result.detail}
    if not json:
        words = f"best score {result.best_score} (run {result.run}):\n{result.best_x}"
        print(printable(words), flush=True)
    with _beside(file):
        final, wrong = _final(file, names, result.best_x)
    if json:
        print_json({**told, "final": final, "run": result.run})
    else:
        if final:
            print(printable(final))
        _tell_end(f"{shlex.quote(str(file))}{calling.again}", result, db, server.base_url)
    if wrong:
        fail(wrong)
    if result.cause is Finish.UNREACHABLE:
        fail(f"{result.detail} (run {result.run} is suspended)", UNREACHABLE)
    raise typer.Exit(stops[0].exit_code)


def _searched(file: Path, place: Path, **arguments: Any) -> Result:
    """Return what comes of a search, or exit where nothing tells it what is better."""
    try:
        return run(**arguments, file=place)
    except NoScore as error:
        fail(
            f"{file}: x0 has no score: {error.problem}; no text was asked for: mend f or x0, or "
            "have the model asked all the same, with --anyway"
        )


@contextmanager
def _beside(file: Path) -> Iterator[None]:
    """Let a user's file import what is in its folder, as Python does where it is executed."""
    folder = str(file.resolve().parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        with suppress(ValueError):  # the file may have changed it
            sys.path.remove(folder)


def _read(file: Path) -> dict[str, Any]:
    """Return the names in a user's file, or exit."""
    if not file.is_file():
        fail(f"{file} is no file; give a Python file with {', '.join(NEEDED)}")
    wrong = ""
    try:
        names = runpy.run_path(str(file))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, a task that was cancelled, and the like
        names, wrong = {}, _where(file, error)
    if wrong:
        fail(wrong)
    missing = [name for name in NEEDED if name not in names]
    if missing:
        fail(f"{file} defines no {missing[0]}; it needs {', '.join(NEEDED)}")
    try:
        check_given(**{name: names[name] for name in (*NEEDED, *MAY) if name in names})
    except ValueError as error:
        fail(f"{file}: {error}")
    if "final" in names and not callable(names["final"]):
        fail(f"{file}: final must be a function of a text, got {repr(names['final'])[:80]}")
    return names


def _price(model: str, bounds: Bounds) -> str:
    """Say what a search may take at most."""
    texts = counted(bounds.most_steps, "texts")
    each = f"up to {1 + RETRIES} questions each, and ratings"
    most = each if bounds.calls is None else f"{counted(bounds.calls, 'questions')} in all"
    return f"{model} is asked for at most {texts}: {most}"


def _known(name: str, db: Path | None, url: str | None) -> tuple[str, Bounds]:
    """Return whom a run that goes on asks, and what bounded it, as far as that was said."""
    with closing(Journal(db, read_only=True)) as journal:
        run = journal.find(name)
        model = str(Choices.read(journal, run).llm)
        check_models(journal, run, [model])
        require_server(journal, run, url)
        return model, Bounds.read(journal, run)


def _tell_end(again: str, result: Result, db: Path | None, url: str | None) -> None:
    """Say why a search stopped, and how to go on."""
    if result.cause is not Finish.UNREACHABLE:  # which is told as an error
        progress(printable(result.detail))
    unfinished = result.cause in (Finish.BUDGET, Finish.PAUSED, Finish.UNREACHABLE)
    more = {Finish.GENERATIONS: "--steps", Finish.CALLS: "--calls"}.get(result.cause, "")
    progress(
        after_search(
            result.run, f"optimize {again}", unfinished=unfinished, db=db, url=url, more=more
        )
    )


def _final(file: Path, names: dict[str, Any], best: str) -> tuple[str, str]:
    """Return what a file says of the best text, and what went wrong with that."""
    if "final" not in names:
        return "", ""
    try:
        said = names["final"](best)
        return "" if said is None else str(said), ""
    except (Exception, SystemExit) as error:
        return "", f"final: {_where(file, error)}"


def _where(file: Path, error: BaseException) -> str:
    """Return in a line what was raised, and in which line of a file."""
    lines = [
        at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == str(file)
    ]
    if isinstance(error, SyntaxError) and error.filename == str(file):
        lines = [error.lineno]
    line = f", line {lines[-1]}" if lines and lines[-1] else ""
    words = " ".join(traceback.format_exception_only(error)[-1].split())
    return f"{file}{line}: {words[:500]}"


def _tell(step: Step, json: bool) -> None:
    if json:
        print_json({"step": asdict(step)})
        return
    again = f" (asked {step.calls} times)" if step.calls > 1 else ""
    if step.x is None:
        told = f"-> of no use: {step.feedback}{again}"
    else:
        score = "no score" if step.score is None else f"score {step.score}"
        told = f"-> {_shortened(step.x)}{again}\n{score}: {step.feedback}"
    print(printable(f"{_shortened(step.thinking)}\n{told}\n"))


def _shortened(text: str) -> str:
    """Return the first lines of a text, and how many more there are."""
    lines = text.splitlines()
    more = len(lines) - LINES_SHOWN
    return "\n".join([*lines[:LINES_SHOWN], *([f"[… {more} more lines]"] if more > 0 else [])])
