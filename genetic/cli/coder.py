"""`autoagent coder`: complete code with analyzers in the loop, and measure how well that goes."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.analyzers import ANALYZERS
from autoagent.analyzers.tools import Ask
from autoagent.cli import INTERRUPTED
from autoagent.cli.common import (
    FAILED,
    UNREACHABLE,
    bad_input_exits,
    decoded,
    fail,
    print_json,
    progress,
)
from autoagent.cli.measuring import measured
from autoagent.cli.options import (
    DbOption,
    JsonOption,
    ResumeOption,
    SeedOption,
    Server,
    Spending,
    listed,
)
from autoagent.cli.suggest import in_journal, served
from autoagent.files import read_whole, write_out, write_text
from autoagent.journal import Journal
from autoagent.llm import LLM, Completion, Frame, LLMUnreachable
from autoagent.meter import SuspendedError
from autoagent.printable import printable
from autoagent.stoppable import Interrupted
from autoagent.ui.words import counted
from genetic.cli.coder_data import FolderOption, models_of, named, pairs_of
from genetic.cli.models import check_models, refuse_planned, require_server
from genetic.coder.coder import Completed
from genetic.coder.config import read_config
from genetic.coder.dataset import LARGEST, Pair
from genetic.coder.evaluation import (
    RESULTS,
    Evaluation,
    Row,
    evaluations,
    finished,
    read_rows,
    stamp,
)
from genetic.coder.examples import examples_in
from genetic.coder.plan import CoderPlan
from genetic.coder.run import COMPLETED, CoderRun
from genetic.coder.scores import DEARER, SCORES, Judged
from genetic.coder.settings import CoderSettings
from sandbox.extras import pip_install

METRICS, PICTURE = "metrics.csv", "scores.png"
ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="TOML file (see docs/coder.md).", dir_okay=False)
]
JUDGED = ("passing", "clean", "runs", "tests")
SHOWN = (*JUDGED, *(f"first_{name}" for name in JUDGED))


OPTIONS = {"max_iter": "--iterations", "n_choices": "--choices"}
"""Options that are called otherwise than the settings that they are."""


@dataclass(frozen=True, kw_only=True)
class Loop:
    """How code is completed."""

    analyzers: Annotated[
        str | None,
        typer.Option(
            help=f"Of {', '.join(ANALYZERS)}, with commas between, or '' for none (default: mypy, "
            "signature, hallucination)."
        ),
    ] = None
    feedback_variant: Annotated[
        str | None,
        typer.Option(
            help="none: the model is told nothing, and begins anew; coworker: it is, and analyzers "
            "are told of earlier ones; separate: they are not (default: none)."
        ),
    ] = None
    system_prompt: Annotated[str | None, typer.Option(help="What a chat model is told first.")] = (
        None
    )
    style: Annotated[
        str | None,
        typer.Option(help="raw: the model goes on with the code; chat: it answers (default: raw)."),
    ] = None
    iterations: Annotated[int | None, typer.Option(help="Most steps (default: 10).")] = None
    backtracking: Annotated[
        bool,
        typer.Option("--backtracking/--no-backtracking", "-b", help="Go on from any conversation."),
    ] = True
    unique: Annotated[
        bool, typer.Option("--unique/--no-unique", help="Ask again for what was written already.")
    ] = True
    temperature: Annotated[float | None, typer.Option(help="Of the answers (default: 0.7).")] = None
    meta_temperature: Annotated[
        float | None,
        typer.Option(help="Of the choice of a conversation: 0 is the best, inf any (default: 0)."),
    ] = None
    choices: Annotated[
        int | None, typer.Option("-n", "--choices", help="Answers of each step (default: 1).")
    ] = None
    max_tokens: Annotated[int | None, typer.Option(help="Longest answer (default: 256).")] = None
    most_tokens: Annotated[
        int | None, typer.Option(help="Ask no more after so many, in and out (default: no bound).")
    ] = None

    def settings(self) -> CoderSettings:
        """Return the settings that these options make."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        given |= {"max_iter": given.pop("iterations"), "n_choices": given.pop("choices")}
        named = listed(given.pop("analyzers"))
        given["analyzers"] = None if named is None else tuple(named)
        given["style"] = given["style"] or "raw"
        try:
            return CoderSettings(**{name: v for name, v in given.items() if v is not None})
        except ValueError as error:
            name, _, told = str(error).partition(" ")
            raise ValueError(f"{OPTIONS.get(name, name)} {told}") from None


PLANNED = (
    *("file", "text", "model_first", "model_feedback", "seed"),
    *(each.name for each in fields(Loop)),
)
"""Parameters that a completion that goes on has already."""


def complete(
    context: typer.Context,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="File with the code.", dir_okay=False)
    ] = None,
    text: Annotated[str | None, typer.Option("--text", "-u", help="The code itself.")] = None,
    model_first: Annotated[
        str,
        typer.Option(
            help="smollm2, gguf:PATH, hf:DIR, constrained:MODEL or openai:MODEL: the first attempt."
        ),
    ] = "smollm2",
    model_feedback: Annotated[
        str | None, typer.Option(help="The model of the other attempts (default: the same).")
    ] = None,
    loop: Loop,
    log: Annotated[
        Path | None, typer.Option(help="File for the conversation.", dir_okay=False)
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a --log that is there already.")
    ] = False,
    processes: Annotated[
        int, typer.Option(help="Questions and analyses of a step side by side.", min=1)
    ] = 1,
    seed: SeedOption = 0,
    spending: Spending,
    server: Server,
    resume: ResumeOption = None,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Complete code, and have analyzers say what is wrong with it until nothing is."""
    with bad_input_exits(), ExitStack() as stack:
        budget = spending.budget()
        if log is not None:
            _check_log(log, file, force)
        if resume is None:
            models = named(model_first, model_feedback)
            new = CoderPlan(str(file or "text"), _code(file, text), models, loop.settings(), seed)
        else:
            refuse_planned(context, PLANNED)
        journal = stack.enter_context(closing(Journal(db)))
        known, plan = (None, new) if resume is None else _known(journal, resume, server.base_url)
        if log is not None:
            _check_log(log, Path(plan.name), force)
        llms = models_of(stack, server, plan.models[0], plan.models[-1], plan.settings.style)
        coder_run = CoderRun(
            plan.settings,
            journal=journal,
            llms=llms,
            seed=plan.seed,
            run=known,
            budget=budget,
            workers=processes,
            about=plan.about,
        )
        run = stack.enter_context(closing(coder_run))
        on = f"coder complete --resume {run.run_id}{served(server.base_url)}{in_journal(db)}"
        stack.enter_context(_stopped(f"`autoagent {on}` goes on"))
        done = run.complete(
            plan.code,
            "complete",
            examples=examples_in(plan.code),
            on_step=lambda number, best: progress(f"step {number + 1}: score {best.score:g}"),
        )
        run.end(done)
    _tell(run.run_id, done, json=json)
    if log is not None:
        _write_log(log, done)
    raise typer.Exit(0 if done.passing else FAILED)


def _check_log(log: Path, file: Path | None, force: bool) -> None:
    """Exit now rather than when all is done, and rather than overwrite what is somebody else's."""
    if file is not None and log.resolve() == file.resolve():
        fail(f"--log {log} is the code itself; name another file")
    if log.is_file() and not force:
        fail(f"--log {log} is there already; --force replaces it")
    if not os.access(log if log.exists() else log.absolute().parent, os.W_OK):
        fail(f"--log {log} cannot be written; name a file in a folder that exists")


def _write_log(log: Path, done: Completed) -> None:
    said = [f"[{each['role']}]\n{each['content']}\n" for each in done.best.messages]
    try:
        write_out(log, "\n".join(said))
    except OSError as error:
        fail(f"--log {log} cannot be written: {error.strerror}")


def _tell(run: str, done: Completed, *, json: bool) -> None:
    """Print what came of it."""
    if json:
        told = {"run": run, "completion": done.completion, "passing": done.passing}
        figures = {"score": done.best.score, "loops": done.loops, "tokens_out": done.tokens_out}
        print_json(told | figures | {"feedback": done.best.feedback})
        return
    print(printable(done.completion), end="")
    progress(
        f"run {run}: {'passing' if done.passing else 'not passing'}, "
        f"{counted(done.loops, 'steps')}, score {done.best.score:g}"
    )


def evaluate(
    *,
    config: ConfigOption,
    repeats: Annotated[
        int, typer.Option("-n", "--repeats", help="How often each pair is completed.", min=1)
    ] = 1,
    folder: FolderOption = Path(),
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin anew, though the last evaluation is unfinished.")
    ] = False,
    spending: Spending,
    server: Server,
    json: JsonOption = False,
) -> None:
    """Complete each pair of a data set, and see whether it passes, runs and does its tests."""
    rows: list[Row] = []
    with bad_input_exits(), ExitStack() as stack:
        chosen = read_config(config)
        pairs = pairs_of(folder, chosen.dataset)
        place = _place(folder / "eval" / config.stem, pairs, repeats, anew=anew)
        feedback = chosen.model_feedback or None
        llms = models_of(stack, server, chosen.model_first, feedback, chosen.settings.style)
        evaluation = Evaluation(
            chosen,
            pairs,
            place,
            llms=llms,
            repeats=repeats,
            budget=spending.budget(),
            on_step=progress,
        )
        rows += evaluation.rows
        code = measured(_Suspending(evaluation), rows, _line, json=json)
    if not json:
        Console().print(_table(rows))
        Console().print(str(place / RESULTS), soft_wrap=True, markup=False)
    raise typer.Exit(code)


def metrics(
    *,
    config: ConfigOption,
    index: Annotated[
        int, typer.Option("-i", "--index", help="Which evaluation, from 0; -1 is the last.")
    ] = -1,
    folder: FolderOption = Path(),
    server: Server,
    json: JsonOption = False,
) -> None:
    """Score the completions of an evaluation, and draw how scores rise from step to step."""
    with bad_input_exits(), ExitStack() as stack:
        chosen = read_config(config)
        found = evaluations(folder / "eval" / config.stem)
        if not -len(found) <= index < len(found):
            fail(
                f"--index {index}: {config.stem} has {len(found)} evaluations; "
                f"`autoagent coder evaluate -c {config}` makes one"
            )
        place = found[index]
        rows = read_rows(place)
        pairs = {pair.name: pair for pair in pairs_of(folder, chosen.dataset)}
        names = chosen.scores or tuple(name for name in SCORES if name not in DEARER)
        ask = None
        if "reviewer" in names:
            (llm,) = models_of(stack, server, chosen.model_first, None)
            ask = _asked(llm)
        try:
            table = [_scored(row, pairs, names, ask) for row in rows if row["pair"] in pairs]
        except ImportError as error:
            fail(f"{error}; install it with: {pip_install('coder')}")
        except LLMUnreachable as error:
            fail(f"{error}; no review, no metrics: ask again, or leave it out", UNREACHABLE)
        write_text(place / METRICS, _csv(table))
        _draw(rows, place / PICTURE)
    means = {name: _mean([line[name] for line in table]) for name in names}
    if json:
        print_json({"completions": len(table), "means": means})
        return
    shown = Table("score", "mean")
    for name, mean in means.items():
        shown.add_row(name, "-" if mean is None else f"{mean:.3f}")
    Console().print(shown)
    Console().print(str(place / METRICS), soft_wrap=True, markup=False)


class _Suspending:
    """An evaluation whose end before its time is told as other benchmarks tell it."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self.pause, self.kill = evaluation.pause, evaluation.kill

    def run(self) -> Iterator[Row]:
        try:
            yield from self._evaluation.run()
        except SuspendedError as error:
            if error.limit is not None:
                progress(f"the budget of {error.limit} is used up; the same command goes on")
                return
            raise Interrupted from None


@contextmanager
def _stopped(kept: str) -> Iterator[None]:
    """Tell what stops a completion before its time."""
    try:
        yield
    except SuspendedError as error:
        fail(f"the budget of {error.limit} is used up; {kept}", FAILED)
    except LLMUnreachable as error:
        fail(f"{error}; {kept}", UNREACHABLE)
    except KeyboardInterrupt:
        progress(f"interrupted; {kept}")
        raise typer.Exit(INTERRUPTED) from None


def _known(journal: Journal, name: str, url: str | None) -> tuple[str, CoderPlan]:
    """Return a completion to go on with, and what was planned, or exit."""
    run = journal.find(name)
    plan = CoderPlan.read(journal, run)
    check_models(journal, run, plan.models)
    require_server(journal, run, url)
    if any(journal.events(run, COMPLETED)):
        fail(f"--resume {run}: it is complete; `autoagent show {run}` tells what was written")
    return run, plan


def _code(file: Path | None, text: str | None) -> str:
    if (file is None) == (text is None):
        fail("give the code with --file or with --text, and not with both")
    if file is None:
        return decoded((text or "").encode(errors="replace"), "--text")
    try:
        return decoded(read_whole(file, LARGEST), str(file))
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror or error}; give a file that can be")


def _place(folder: Path, pairs: Sequence[Pair], repeats: int, *, anew: bool) -> Path:
    """Return the folder of the last evaluation if it lacks some of the rows, or a new one."""
    wanted = {(pair.name, repeat) for pair in pairs for repeat in range(repeats)}
    last = evaluations(folder)[-1:]
    if last and not anew and wanted - finished(last[0]):
        return last[0]
    return folder / stamp()


def _line(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("messages", "analyses")}


def _scored(row: Row, pairs: dict[str, Pair], names: Sequence[str], ask: Any) -> dict[str, Any]:
    pair = pairs[row["pair"]]
    judged = Judged(prefix=pair.input, expected=pair.output, row=row, ask=ask)
    return {"pair": pair.name, "repeat": row["repeat"]} | {
        name: SCORES[name](judged) for name in names
    }


def _asked(llm: LLM) -> Ask:
    def ask(query: str, frame: Frame, tokens: int) -> Completion:
        return llm.complete(query, seed=0, temperature=0.0, max_tokens=tokens, frame=frame)

    return ask


def _csv(table: Sequence[dict[str, Any]]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, list(table[0]) if table else ["pair"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return written.getvalue()


def _draw(rows: Sequence[Row], path: Path) -> None:
    try:
        from genetic.coder.plot import draw
    except ImportError:
        progress(f"no picture without matplotlib; install it with: {pip_install('coder')}")
        return
    draw(rows, path)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _table(rows: Sequence[Row]) -> Table:
    table = Table("", "share", "of")
    for name in SHOWN:
        known = [row[name] for row in rows if row.get(name) is not None]
        if known:
            table.add_row(Text(name), f"{sum(map(bool, known)) / len(known):.1%}", str(len(known)))
    return table
