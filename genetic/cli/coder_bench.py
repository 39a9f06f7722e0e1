"""`autoagent bench coder`: measure what analyzers in a loop make of completions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from autoagent.cli.common import bad_input_exits, fail, progress
from autoagent.cli.measuring import measured, report_writer, tell
from autoagent.cli.options import JsonOption, SeedOption, Server
from autoagent.files import claimed
from autoagent.llm import LLM, Constrainable
from genetic.cli.coder_data import FolderOption, models_of, pairs_of
from genetic.coder.bench.arms import ARMS, Arm, select
from genetic.coder.bench.benchmark import Benchmark
from genetic.coder.bench.beside import Beside
from genetic.coder.config import Config
from genetic.coder.dataset import BUNDLED
from genetic.coder.dataset import select as select_pairs
from genetic.coder.evaluation import Row
from genetic.coder.settings import CoderSettings, Style

if TYPE_CHECKING:
    from genetic.coder.bench.report import Report

TOLD = ("arm", "pair", "repeat", "clean", "runs", "tests", "loops", "tokens_in", "tokens_out")


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What all arms have in common."""

    tokens: Annotated[
        int, typer.Option(help="Ask no more for a pair after so many, in and out.", min=1)
    ] = 2000
    iterations: Annotated[int, typer.Option(help="Most steps.")] = 10
    max_tokens: Annotated[int, typer.Option(help="Longest answer.")] = 128
    temperature: Annotated[float, typer.Option(help="Of the answers.")] = 0.3
    style: Annotated[str, typer.Option(help="raw or chat, as in `coder complete`.")] = "raw"

    def settings(self) -> CoderSettings:
        """Return the settings that these options make."""
        style: Style = "raw" if self.style == "raw" else self.style  # type: ignore[assignment]
        return CoderSettings(
            most_tokens=self.tokens,
            max_iter=self.iterations,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            style=style,
        )


def coder(
    *,
    llm: Annotated[
        str, typer.Option(help="smollm2, gguf:PATH, hf:DIR or openai:MODEL.")
    ] = "smollm2",
    arms: Annotated[
        str,
        typer.Option(help=f"Of {', '.join(arm.name for arm in ARMS)}, or '' for all."),
    ] = "",
    dataset: Annotated[str, typer.Option(help="Name of the data set.")] = BUNDLED.name,
    pairs: Annotated[
        str, typer.Option(help="Names of pairs, as in a shell, separated by commas.")
    ] = "*",
    repeats: Annotated[
        int, typer.Option("-n", "--repeats", help="How often each pair is completed.", min=1)
    ] = 3,
    bounds: Bounds,
    seed: SeedOption = 0,
    folder: FolderOption = Path(),
    out: Annotated[
        Path, typer.Option(help="Folder of the report; what is finished there is not repeated.")
    ] = Path("bench-coder"),
    beside: Annotated[
        Path | None,
        typer.Option(help="Folder of another report, whose arms these are compared with."),
    ] = None,
    server: Server,
    json: JsonOption = False,
) -> None:
    """Complete each pair in several ways, with the same bound of tokens, and compare them."""
    rows: list[Row] = []
    with bad_input_exits(), ExitStack() as stack:
        chosen = select([name.strip() for name in arms.split(",") if name.strip()])
        config = Config(dataset=dataset, settings=bounds.settings(), model_first=llm, seed=seed)
        wanted = select_pairs(pairs_of(folder, dataset), pairs)
        model = models_of(stack, server, llm, None, bounds.style)[0]
        chosen = _possible(chosen, model, bounds.style, named=bool(arms))
        reporting = partial(_report, None if beside is None else Beside.read(beside))
        write = report_writer(out, reporting, _drawing, picture="pass-rates.png", extra="bench")
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fail(f"--out {out} cannot be made: {error.strerror}; name another folder")
        stack.enter_context(claimed(out))
        benchmark = Benchmark(
            chosen,
            wanted,
            config=config,
            folder=out,
            llm=model,
            repeats=repeats,
            on_step=progress,
        )
        try:
            exit_code = measured(benchmark, rows, _line, json=json)
        finally:  # what is found out is told, whatever became of the rest
            if rows:
                report = write(rows, _header(config, bounds, pairs, repeats))
    if rows:
        tell(report, _table, out, json=json)
    raise typer.Exit(exit_code)


def _possible(arms: list[Arm], model: LLM, style: str, *, named: bool) -> list[Arm]:
    """Return the arms that can be done, or exit if one that cannot was named."""
    if style == "raw" and isinstance(model, Constrainable):
        return arms
    left = [arm for arm in arms if not arm.constrained]
    if named and left != arms:
        fail("arms that are constrained need --style raw and a model in this process")
    return left


def _header(config: Config, bounds: Bounds, pairs: str, repeats: int) -> dict[str, Any]:
    """Return what a report says of the conditions."""
    return {
        "model": config.model_first,
        "dataset": config.dataset,
        "pairs": pairs,
        "tokens": bounds.tokens,
        "iterations": bounds.iterations,
        "max_tokens": bounds.max_tokens,
        "temperature": bounds.temperature,
        "style": bounds.style,
        "seed": config.seed,
        "repeats": repeats,
        "date": datetime.now(UTC).date().isoformat(),
    }


def _line(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in TOLD}


def _table(report: Report) -> Table:
    """Return what the arms come to."""
    table = Table("arm", "of", "mypy-clean", "runs", "tests", "loops", "tokens")
    for arm, figures in report.figures.items():
        shares = [f"{figures[each]:.0%}" if each in figures else "-" for each in TOLD[3:6]]
        means = [f"{figures['loops'].value:.1f}", f"{figures['tokens'].value:,.0f}"]
        table.add_row(arm, str(len(report.arms[arm])), *shares, *means)
    return table


def _report(beside: Beside | None) -> Callable[[Sequence[Row], dict[str, Any]], Report]:
    from genetic.coder.bench.report import Report

    return partial(Report, beside=beside)


def _drawing() -> Callable[[Report, Path], None]:
    from genetic.coder.plot import draw_arms

    return lambda report, path: draw_arms(report.arms, path)
