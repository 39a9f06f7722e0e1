"""`autoagent replay`: live a recorded run again, and check that it goes the same way."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.text import Text

from autoagent.cli.common import bad_input_exits, fail, print_json, progress
from autoagent.cli.options import (
    BuiltWall,
    DbOption,
    FilesOut,
    JsonOption,
    RunArgument,
    TakenUp,
)
from autoagent.events import recorded_steps
from autoagent.journal import Data, Journal, JournalError
from autoagent.life import Life
from autoagent.past import Past
from autoagent.printable import printable
from autoagent.replay import Recalling, Relived, comparable, relive, unlike
from autoagent.steps import Step
from autoagent.trust import Chosen, notice, settled
from autoagent.ui.report import print_step
from autoagent.ui.words import counted
from autoagent.walls import WallOptions, open_wall
from sandbox.session import Sandbox

DIFFERENT = 1
OTHER_BUILD = 3


def replay(
    run: RunArgument,
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Only check that every step comes out the same.")
    ] = False,
    wall: BuiltWall,
    taken: TakenUp,
    out: FilesOut,
    db: DbOption = None,
    json: JsonOption = False,
) -> None:
    """Live RUN again from its record, asking no model, and compare each step with the record."""
    with bad_input_exits():
        with closing(Journal(db, read_only=True)) as journal:
            past = Past.of(journal, journal.find(run), whose=True)
            recorded = {step.step: step for step in recorded_steps(journal, past.run)}
            files = journal.files(past.files)
        if told := notice(past):
            progress(told)
        settings = settled(past, taken.chosen(), asks=False)
        options = past.same_wall(wall)
        with closing(open_wall(settings["sandbox"], progress, options)) as opened:
            if verify:
                _refuse_other_build(past, opened)
            life = _life(past, opened, settings, files)
            steps: Iterable[Relived] = _relived(life, past, opened)
            last = None
            if verify:
                quiet = json or not sys.stdout.isatty()
                total = past.last_step + 1
                steps = track(steps, "verifying", total, transient=True, disable=quiet)
            for last in steps:
                if not verify and last.step:
                    _show(last, recorded[last.step], json)
            left = out.write(life.files.made)
            _conclude(past, opened, last, json)
            out.conclude(past.run, left)


def remade(journal: Journal, run: str) -> dict[str, bytes]:
    """Live a run again, as it was lived, and return the files that it made.

    Raises:
        JournalError: It cannot be read, or goes another way today.
        ValueError: It is a stranger's, and would choose its wall itself.
    """
    past = Past.of(journal, run, whose=True)
    settings = settled(past, Chosen(), asks=False)
    options = past.same_wall(WallOptions())
    with closing(open_wall(settings["sandbox"], progress, options)) as wall:
        life = _life(past, wall, settings, journal.files(past.files))
        for relived in _relived(life, past, wall):
            if relived.differences:
                raise JournalError(unlike(past, relived.differences[0], wall.build))
        return life.files.made


def _refuse_other_build(past: Past, wall: Sandbox) -> None:
    if past.builds != [wall.build]:
        fail(
            f"run {past.run} was lived in {past.builds_told}, and this is "
            f"{wall.build[:12]}: a verification needs the same one; `autoagent replay` without "
            "--verify shows what comes out here",
            OTHER_BUILD,
        )


def _life(past: Past, wall: Sandbox, settings: Data, files: dict[str, bytes]) -> Life:
    return Life(
        wall,
        limits=settings["limits"],
        policy=settings["policy"],
        on_harm=settings["on_harm"],
        host=Recalling(past),
        rejudge=True,
        files=files,
    )


def _relived(life: Life, past: Past, wall: Sandbox) -> Iterator[Relived]:
    try:
        yield from relive(life, past, wall)
    finally:
        life.close()


def _show(relived: Relived, recorded: Step, json: bool) -> None:
    """Show a step as it came out now."""
    step = recorded
    if relived.event is not None:
        told = relived.event.as_dict()
        del told["query"]
        step = replace(recorded, **told)
    if json:
        print_json(step.as_dict())
    else:
        print_step(Console(), step)


def _conclude(past: Past, wall: Sandbox, last: Relived | None, json: bool) -> None:
    """Say whether all came out the same; exit 1 if not."""
    difference = last.differences[0] if last and last.differences else None
    compared = list(comparable(past, wall))
    result = {
        "run": past.run,
        "steps": last.step if last else 0,
        "same": difference is None,
        "difference": difference.as_dict() if difference else None,
        "compared": compared,
        "policy": past.settings["policy"],
        "undetermined": list(wall.undetermined),
    }
    if json:
        print_json({"verified": result})
    elif difference:
        Console().print(Text(f"differs at {printable(str(difference))}", style="bold red"))
    else:
        Console().print(f"run {past.run}: {counted(result['steps'], 'steps')} came out the same")
        Console().print(Text(f"compared: {', '.join(compared)}", style="dim"))
        if past.settings["policy"] == "open":
            Console().print(Text("its policy was open: no code was judged", style="dim"))
    if wall.undetermined and not json:
        words = ", ".join(wall.undetermined)
        Console().print(Text(f"not fixed by the {wall.name} wall: {words}", style="dim"))
    if difference:
        raise typer.Exit(DIFFERENT)
