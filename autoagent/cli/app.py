"""The `autoagent` command and its subcommands."""

from __future__ import annotations

import typer

from autoagent.cli.bench import bench
from autoagent.cli.doctor import doctor
from autoagent.cli.evaluate import evaluate
from autoagent.cli.execute import execute
from autoagent.cli.finetune import finetune
from autoagent.cli.genome import diff, export, genome
from autoagent.cli.history import runs, show
from autoagent.cli.replay import replay
from autoagent.cli.resume import resume, rollback
from autoagent.cli.run import run
from autoagent.cli.score import score
from autoagent.cli.train import train
from autoagent.cli.translate import translate

app = typer.Typer(
    name="autoagent",
    help="A sandboxed object that runs what a language model writes and may rewrite itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run)
app.command(name="exec")(execute)
app.command()(resume)
app.command()(rollback)
app.command()(runs)
app.command()(show)
app.command()(replay)
app.command()(genome)
app.command()(diff)
app.command()(export)
app.command()(translate)
app.command()(score)
app.command()(train)
app.command()(evaluate)
app.command()(finetune)
app.command()(doctor)
app.add_typer(bench, name="bench")
