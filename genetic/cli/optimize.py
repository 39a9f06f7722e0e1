"""`autoagent optimize`: look for a text that a file's own function gives a high score."""

from __future__ import annotations

import runpy
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from autoagent.cli.common import bad_input_exits, fail, print_json, progress
from autoagent.cli.options import DbOption, JsonOption, ResumeOption, SeedOption, Server
from autoagent.cli.suggest import after_search
from autoagent.printable import printable
from genetic.optimize import Step, default_model, run

NEEDED = ("task", "question", "f", "x0")


def optimize(
    file: Annotated[
        Path, typer.Argument(help="Python file with task, question, f and x0.", dir_okay=False)
    ],
    *,
    llm: Annotated[
        str | None, typer.Option(help="smollm2, gguf:PATH or openai:MODEL (default: smollm2).")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Texts to try (default: the file's max_steps, or 10).")
    ] = None,
    seed: SeedOption = 0,
    resume: ResumeOption = None,
    server: Server,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Have a model look for a text that FILE's f gives a high score; FILE is executed as it is."""
    with bad_input_exits(), ExitStack() as stack:
        names = _read(file)
        model = stack.enter_context(closing(server.model(llm or default_model(), "search")))
        result = run(
            **{name: names[name] for name in NEEDED},
            max_steps=steps or names.get("max_steps", 10),
            stop_score=names.get("stop_score"),
            llm=model,
            seed=seed,
            db=db,
            resume=resume,
            on_step=lambda step: _tell(step, json),
        )
    final = str(names["final"](result.best_x)) if "final" in names else ""
    if json:
        told = {"best_x": result.best_x, "best_score": result.best_score, "final": final}
        print_json({**told, "run": result.run})
    else:
        print(printable(f"best score {result.best_score} (run {result.run}):\n{result.best_x}"))
        if final:
            print(printable(final))
        progress(after_search(result.run, f"optimize {file}", unfinished=False, db=db))


def _read(file: Path) -> dict[str, Any]:
    """Return the names in a user's file, or exit."""
    if not file.is_file():
        fail(f"{file} is no file; give a Python file with {', '.join(NEEDED)}")
    names = runpy.run_path(str(file))
    missing = [name for name in NEEDED if name not in names]
    if missing:
        fail(f"{file} defines no {missing[0]}; it needs {', '.join(NEEDED)}")
    return names


def _tell(step: Step, json: bool) -> None:
    if json:
        print_json({"step": asdict(step)})
        return
    words = "no x" if step.x is None else step.x
    print(printable(f"{step.thinking}\n-> {words}\nscore {step.score}: {step.feedback}\n"))
