"""`autoagent finetune`: teach a language model better answers."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from autoagent.cli.common import FAILED, bad_input_exits, fail, print_json, progress
from autoagent.cli.interrupts import Interrupts
from autoagent.cli.options import JsonOption, SeedOption, listed
from autoagent.files import claimed
from autoagent.printable import printable
from autoagent.ui.words import counted
from rl.cli.common import JsonLines, installed
from rl.watcher import Unwatched

if TYPE_CHECKING:  # torch takes seconds to import, and nobody waits for it to read --help
    from rl.ending import Finished
    from rl.examples import Example
    from rl.finetune import Progress as Done
    from rl.finetune import Settings, StepFigures


NOT_KEPT = (
    "cannot keep what is learnt in {out}: {reason}; what was kept before is whole: make room, and "
    "go on with --resume"
)


@dataclass(frozen=True, kw_only=True)
class Learning:
    """How a model is fine-tuned: an option for each of `rl.finetune.Settings`."""

    llm: Annotated[str, typer.Option(help="smollm2, gguf:PATH or hf:DIR.")] = "smollm2"
    lora: Annotated[
        int | None, typer.Option(help="Rank of the adapters (default: train all weights).")
    ] = None
    adapter: Annotated[
        str | None,
        typer.Option(
            help="Train on with this adapter of smollm2: c, or a GGUF file; --lora is its rank."
        ),
    ] = None
    epochs: Annotated[int, typer.Option(help="How often each example is seen.")] = 3
    batch: Annotated[int, typer.Option(help="Examples of each step.")] = 8
    micro_batch: Annotated[int, typer.Option(help="Examples computed at once.")] = 4
    lr: Annotated[
        float | None,
        typer.Option(help="Step size of Adam (default: 0.0003 with --lora, else 0.00003)."),
    ] = None
    schedule: Annotated[
        str, typer.Option(help="constant, or cosine: the step size rises first, then falls to 0.")
    ] = "constant"
    shuffled: Annotated[
        bool,
        typer.Option("--shuffled/--in-order", help="Another order in each epoch, or FILE's."),
    ] = True
    keep_every: Annotated[
        int, typer.Option(help="Keep what is learnt after so many steps (0: after each epoch).")
    ] = 0
    n_ctx: Annotated[int, typer.Option(help="Tokens of a prompt with its answer.")] = 2048
    seed: SeedOption = 0

    def settings(self) -> Settings:
        """Return the settings that these options make."""
        from rl.finetune import Settings

        usual = 3e-5 if self.lora is None else 3e-4
        return Settings(**asdict(self) | {"lr": usual if self.lr is None else self.lr})


def finetune(
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON lines as `autoagent export` writes them, or of prompt and completion.",
            dir_okay=False,
        ),
    ],
    *,
    learning: Learning,
    out: Annotated[Path, typer.Option("--out", "-o", help="New folder.", file_okay=False)] = Path(
        "finetuned"
    ),
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what is in the folder --out.")
    ] = False,
    analyze: Annotated[
        str | None,
        typer.Option(
            help="Leave out answers in which these analyzers are sure of an error, with commas "
            "between: mypy, hallucination, ruff."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Fine-tune a language model on the better answers in FILE; Ctrl-C keeps what is learnt."""
    with bad_input_exits(), installed("fine-tuning"), ExitStack() as stack:
        from rl.examples import read_examples

        examples, failed = read_examples(file)

        from rl.ending import Cause
        from rl.finetune import Finetuning
        from rl.memory import OutOfMemory

        examples = _chosen(examples, failed, listed(analyze))
        settings = learning.settings()
        display = JsonLines() if json else _Bar()
        if resume and out.is_dir():
            stack.enter_context(claimed(out))
        try:
            work = Finetuning(examples, settings, out, resume=resume, watcher=display)
        except OutOfMemory as error:
            fail(str(error))
        if not resume:  # there was no folder yet
            stack.enter_context(claimed(out))
        interrupts = Interrupts(work)
        try:
            with closing(display):
                finished = work.run()
        except OutOfMemory as error:
            fail(str(error), FAILED)
        except OSError as error:
            fail(NOT_KEPT.format(out=out, reason=error.strerror), FAILED)
    _tell(finished, out, json=json)
    if finished.cause is Cause.DIVERGED:
        fail(finished.detail, FAILED)
    raise typer.Exit(interrupts.exit_code)


def _chosen(examples: list[Example], failed: int, names: list[str] | None) -> list[Example]:
    """Return the examples that are learnt, and say what is left out; `failed` are already."""
    without = f", without {failed} that led to an error, harm or death" if failed else ""
    if names:
        examples, faulty = _flawless(examples, names)
        without += f", without {faulty} in which {', '.join(names)} found errors"
    progress(f"learning from {len(examples)} examples{without}")
    return examples


def _flawless(examples: list[Example], names: list[str]) -> tuple[list[Example], int]:
    """Return the examples in which analyzers are sure of no error, and the number of the others."""
    from autoagent.inspection import Panel
    from rl.examples import flawless

    with closing(Panel(names)) as panel:
        panel.warm_up(progress)
        kept = [each for each in examples if flawless(each, panel)]
    if not kept:
        fail(f"--analyze {','.join(names)}: errors were found in all answers; none is learnt")
    return kept, len(examples) - len(kept)


class _Bar(Unwatched):
    """Shows how far it is, from the first step on."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("epoch {task.fields[epoch]}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("loss {task.fields[loss]:.3f}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("", total=None, epoch=1, loss=float("nan"))

    def updated(self, figures: StepFigures) -> None:
        """Move the bar."""
        self._bar.start()
        self._bar.update(
            self._task,
            total=figures.steps,
            completed=figures.step,
            epoch=figures.epoch,
            loss=figures.loss,
        )

    def close(self) -> None:
        self._bar.stop()


def _tell(finished: Finished[Done, StepFigures], out: Path, *, json: bool) -> None:
    """Say how it ended, and how to use it."""
    from rl.ending import Cause

    model = out / "model"
    if json:
        print_json({"summary": {"out": str(out), "llm": f"hf:{model}", **finished.as_dict()}})
        return
    if finished.cause is Cause.DIVERGED:  # which is an error, and told as one
        return
    progress = finished.progress
    words = f"{finished.cause.value} after {counted(progress.steps, 'steps')}"
    if progress.loss is not None:
        words += f", loss {progress.loss:.3f}"
    if progress.shortened:
        words += f"; {progress.shortened} prompts were cut to fit (--n-ctx)"
    words += f"; try it: autoagent run PROMPT --llm hf:{model}"
    Console(stderr=True).print(Text(printable(words)), soft_wrap=True)
