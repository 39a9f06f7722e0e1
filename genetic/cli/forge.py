"""`autoagent forge`: make pairs of programs for a model to learn from."""

from __future__ import annotations

from contextlib import ExitStack, closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from autoagent.cli.common import (
    FAILED,
    UNREACHABLE,
    bad_input_exits,
    fail,
    print_json,
    progress,
)
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import JsonOption, SeedOption, Server
from autoagent.files import claimed
from autoagent.llm import LLMUnreachable


class SplitChoice(StrEnum):
    """Values of --split."""

    train = "train"
    test = "test"


def forge(
    *,
    pairs: Annotated[int, typer.Option(help="How many pairs the file shall have.", min=1)] = 100,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="File of JSON lines; what it has counts.", dir_okay=False),
    ] = Path("pairs.jsonl"),
    level: Annotated[int, typer.Option(help="How much there is in a program: 1 or 2.")] = 1,
    split: Annotated[
        SplitChoice, typer.Option(help="'test' has structures that no training sees.")
    ] = SplitChoice.train,
    mends: Annotated[
        float, typer.Option(help="Share of pairs that mend a broken translation.")
    ] = 0.0,
    drafts: Annotated[
        str,
        typer.Option(
            help="A model that drafts each translation: what is wrong becomes a question about "
            "it, what is right an answer.",
        ),
    ] = "",
    server: Server,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Forge pairs of a JavaScript program and the same in C, each run; Ctrl-C keeps what is there.

    `autoagent finetune` reads them.
    """
    with bad_input_exits(), ExitStack() as stack:
        from genetic.translate.evaluate import prepare
        from genetic.translate.forge.asked import TARGET
        from genetic.translate.forge.forge import Order
        from genetic.translate.forge.forge import forge as forged

        order = Order(level=level, seed=seed, split=split.value, mends=mends, drafts=drafts)
        llm = stack.enter_context(closing(server.model(drafts, "draft"))) if drafts else None
        if not out.absolute().parent.is_dir():
            fail(f"--out {out} cannot be written; name a file in a folder that exists")
        prepare(TARGET, progress)
        stopping = _Stopping()
        interrupts = Interrupts(stopping)
        bar = Progress(
            BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)
        )
        task = bar.add_task("", total=pairs)
        try:
            with claimed(out), bar:
                count, tried = forged(
                    order,
                    pairs,
                    out,
                    llm=llm,
                    stopped=lambda: stopping.stopped,
                    made=lambda done: bar.update(task, completed=done),
                )
        except LLMUnreachable as error:
            fail(f"{error}; {out} keeps what it has, the same command goes on", UNREACHABLE)
        except OSError as error:
            fail(f"cannot write {out}: {error.strerror}; what it has is kept, go on later", FAILED)
    if json:
        print_json({"summary": {"out": str(out), "pairs": count, "tried": tried}})
    else:
        progress(f"{count} pairs in {out}; learn from them: autoagent finetune {out}")
    raise typer.Exit(interrupts.exit_code)


class _Stopping:
    """Remembers that it shall stop."""

    stopped = False

    def pause(self) -> None:
        self.stopped = True

    def kill(self) -> None:
        self.stopped = True
