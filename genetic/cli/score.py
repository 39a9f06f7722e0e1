"""`autoagent score`: how good a translation is, without any model."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autoagent.cli.common import bad_input_exits, print_json, progress
from autoagent.cli.options import JsonOption, SeedOption
from autoagent.printable import printable
from genetic.cli.programs import (
    AbiOption,
    Comparison,
    FuzzOption,
    Inputs,
    SourceArgument,
    chosen_measures,
    compiled_for,
    read_text,
    similarity_of,
    widely,
)
from genetic.executors import open_executor
from genetic.translate.evaluate import prepare
from genetic.translate.judge import Judge, Judgement, Result
from genetic.translate.languages import WASM32, target_of
from genetic.translate.task import Task

LONGEST_CELL = 60


def score(
    source: SourceArgument,
    candidate: Annotated[
        Path, typer.Argument(help="Translation to judge (such as .c or .py).", dir_okay=False)
    ],
    *,
    inputs: Inputs,
    comparison: Comparison,
    abi: AbiOption = WASM32,
    fuzz: FuzzOption = 0,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Tell how well CANDIDATE does what SOURCE does, on each input."""
    with bad_input_exits():
        target, program = compiled_for(target_of(candidate), abi), read_text(candidate, "candidate")
        task = widely(inputs.observe(source, comparison.compare), fuzz, seed).task
        prepare(target, progress)
        compared = similarity_of(chosen_measures(comparison.measures))
        with closing(open_executor("local", 1)) as executor:
            judge = Judge(task, target=target, executor=executor, similarity=compared)
            judgement = judge.judge(program)
    data = scored(task, judgement) | {"measures": list(compared.names)}
    if json:
        print_json(data)
    else:
        _print(Console(), data, judgement.compile_errors)


def scored(task: Task, judgement: Judgement) -> dict[str, Any]:
    """Return what came of judging a program, as plain data."""
    fitness = judgement.fitness
    # Behind those of the tests are those of further ones, whose names users may have taken.
    results = {result.input: result for result in judgement.results[: len(task.tests)]}
    rows = [_row(test.name, test.expected, results.get(test.name)) for test in task.tests]
    failed = judgement.results[len(task.tests) :]
    rows += [_row(result.input, result.expected, result) for result in failed]
    return {
        "compile_errors": fitness.compile_errors,
        "unique": round(fitness.unique, 6),
        "passed": round(fitness.passed, 6),
        "tests": fitness.tests,
        "exact": fitness.exact,
        "fuel": judgement.fuel or 0,
        **({"stress": judgement.stress} if task.stress is not None else {}),
        **({"findings": judgement.findings.splitlines()} if judgement.findings else {}),
        "results": rows,
    }


def _row(name: str, expected: bytes, found: Result | None) -> dict[str, Any]:
    """Return what came of a test; nothing where a program does not compile."""
    return {
        "input": name,
        "exact": found is not None and found.exact,
        "similarity": round(found.similarity, 6) if found else 0.0,
        "expected": expected.decode(errors="backslashreplace"),
        "actual": found.actual.decode(errors="backslashreplace") if found else "",
        "status": found.status if found else "compile",
    }


def _print(console: Console, data: dict[str, Any], errors: str) -> None:
    if errors:
        console.print(Text(f"does not compile: {data['compile_errors']} characters of errors"))
        console.print(Text(printable(errors[:4_000])))
        return
    table = Table("input", "", "similarity", "expected", "actual", "ended")
    for row in data["results"]:
        mark = Text("=", style="green") if row["exact"] else Text("differs", style="red")
        texts = (Text(_cell(row[name])) for name in ("expected", "actual"))
        table.add_row(
            Text(printable(row["input"])), mark, f"{row['similarity']:.3f}", *texts, row["status"]
        )
    console.print(table)
    fuel = f"{data['fuel']:,}" if data["fuel"] else "not counted"
    console.print(
        f"{data['exact']} of {data['tests']} tests match; tests {data['passed']:.3f}, "
        f"unique outputs {data['unique']:.2f}, fuel {fuel}"
    )
    for finding in data.get("findings", ()):
        console.print(Text(printable(f"found: {finding}")))
    if data.get("stress", "ok") != "ok":
        console.print(f"the stress input was not mastered ({data['stress'] or 'not tried'})")


def _cell(text: str) -> str:
    shown = repr(text[: LONGEST_CELL + 1])[1:-1]
    return shown if len(shown) <= LONGEST_CELL else shown[:LONGEST_CELL] + "…"
