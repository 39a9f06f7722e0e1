"""The `autoagent` command: its subcommands are entry points, imported when they are asked for."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from autoagent.cli.common import bad_input_exits, fail
from autoagent.cli.docstring import docstring
from autoagent.cli.profiles.defaults import defaults
from autoagent.cli.spread import Command, spread
from sandbox.extensions import ExtensionError, Extensions

HELP = "A sandboxed object that runs what a language model writes and may rewrite itself."
COMMANDS: Extensions[Command] = Extensions("autoagent.commands", "command")
GROUPS = {
    "bench": "Measure how well something is done.",
    "coder": "Complete code, with analyzers in the loop.",
    "config": "What is set beforehand, in files.",
    "skill": "What lives have made of their skills.",
    "train": "Train a policy to survive.",
}
"""What commands that are named like ``bench.translation`` have in common, in words."""

PANELS = {
    "Agents": ("run", "resume", "rollback", "exec", "doctor"),
    "What runs did, and what they leave": (
        *("runs", "show", "view", "report", "save", "diff", "genome", "replay"),
        *("export", "export-spans", "skill", "trust"),
    ),
    "Programs that are bred": ("translate", "score", "evolve", "optimize", "elm", "coder"),
    "Survival and training": ("train", "evaluate", "finetune", "forge"),
    "Measuring, serving, setting": ("bench", "mcp", "config"),
}
"""What is listed together; commands of other packages come last."""
PANEL_OF = {name: panel for panel, names in PANELS.items() for name in names}


class Commands(TyperGroup):
    """The commands whose names begin with a prefix; what follows a point is a group of its own."""

    def __init__(self, *, prefix: str = "", **settings: Any) -> None:
        self._prefix = prefix
        below = [name.removeprefix(prefix) for name in COMMANDS if name.startswith(prefix)]
        names = dict.fromkeys(name.partition(".")[0] for name in below)
        super().__init__(**settings | {"commands": dict.fromkeys(names)})

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order in which they are listed."""
        ranks = {} if self._prefix else {name: rank for rank, name in enumerate(PANEL_OF)}
        return sorted(self.commands, key=lambda name: (ranks.get(name, len(ranks)), name))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return what is listed of a command. It is not imported for that."""
        if cmd_name not in self.commands:
            return None
        return self._group(cmd_name) or _listed(cmd_name, self._prefix + cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is to run."""
        if not self.commands:
            fail("no commands are installed; install autoagent once more: `pip install -e .`")
        name, rest = args[0], args[1:]
        if name not in self.commands:
            return super().resolve_command(ctx, args)
        if (group := self._group(name)) is not None:
            return name, group, rest
        command = _loaded(name, self._prefix + name)
        if not ctx.resilient_parsing:
            command.context_settings["default_map"] = self._defaults(ctx, name, command)
        return name, command, rest

    def _defaults(self, ctx: Any, name: str, command: Any) -> dict[str, Any]:
        """Return what files set for a command."""
        if self._prefix == "config.":
            return {}  # it tells of the files, and is to work where one is wrong
        with bad_input_exits():
            profile = ctx.find_root().params.get("profile")
            return defaults(self._prefix + name, command.params, profile)

    def _group(self, name: str) -> TyperGroup | None:
        if self._prefix + name in COMMANDS:
            return None
        words = GROUPS.get(self._prefix + name, f"Commands about {name}.")
        prefix = f"{self._prefix}{name}."
        panel = None if self._prefix else PANEL_OF.get(name)
        settings = {"help": words, "rich_help_panel": panel, "no_args_is_help": True}
        return Commands(name=name, prefix=prefix, **settings)


EXTRA = {"prompt": "put the prompt in quotes", "--file": "name the file by --file"}
"""What may be meant where a command gets more than it takes, by what it can be told."""


class Leaf(TyperCommand):
    """A command that runs, and has no other below it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what it is told; where that is more than it takes, say what may be meant."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            words = getattr(error, "message", "")
            if "extra argument" in words:
                taken = {name for each in self.params for name in each.opts}
                advice = [told for name, told in EXTRA.items() if name in taken]
                error.message = "; ".join([words, *advice[:1]])  # type: ignore[attr-defined]
            raise


def _listed(name: str, whole: str) -> TyperCommand:
    try:
        words = docstring(COMMANDS.point(whole)) or inspect.getdoc(COMMANDS[whole])
    except (ExtensionError, SyntaxError) as error:
        words = str(error)
    panel = PANEL_OF.get(whole)  # those below a group are listed alone
    return TyperCommand(name, help=words, rich_help_panel=panel)


def _loaded(name: str, whole: str) -> Any:
    try:
        command = COMMANDS[whole]
    except ExtensionError as error:
        fail(str(error))
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name=name, cls=Leaf)(spread(command))
    return get_command(alone)


app = typer.Typer(
    name="autoagent",
    cls=Commands,
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from autoagent import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def autoagent(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_tell_version, help="Print the version."),
    ] = False,
    profile: Annotated[
        str | None,
        typer.Option(
            envvar="AUTOAGENT_PROFILE", help="Settings by this name in a file (docs/config.md)."
        ),
    ] = None,
) -> None:
    """Nothing is done before a command."""
