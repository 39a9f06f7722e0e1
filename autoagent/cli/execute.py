"""`autoagent exec`: let a fresh organism execute a file, and see what that does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autoagent.cli.common import bad_input_exits, decoded, fail, print_json, progress
from autoagent.cli.options import (
    Bounds,
    BuiltWall,
    JsonOption,
    PolicyChoice,
    PolicyOption,
    SandboxOption,
)
from autoagent.death import Cause
from autoagent.files import read_whole
from autoagent.life import Death, Heartbeat, Life
from autoagent.ui.report import print_execution
from autoagent.walls import open_wall
from sandbox.session import Sandbox


def execute(
    file: Annotated[Path, typer.Argument(help="What the model said: code, or text with code.")],
    *,
    sandbox: SandboxOption = "wasm",
    wall: BuiltWall,
    policy: PolicyOption = PolicyChoice.strict,
    bounds: Bounds,
    seconds: Annotated[float, typer.Option(help="Bound of the whole call.")] = 30.0,
    json: JsonOption = False,
) -> None:
    """Execute FILE in a fresh organism and ask for its next heartbeat."""
    try:
        text = decoded(read_whole(file), str(file))
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}; give a file that can be")
    with bad_input_exits():
        limits = bounds.limits(seconds)
        opened = open_wall(sandbox, progress, wall)
        life = Life(opened, limits=limits, policy=policy.value)
        with _closed_after(seconds, opened) as late:
            event = life.begin("Execute what you are given.")
            started = time.monotonic()
            if isinstance(event, Heartbeat):
                event = life.answer(text)
            wall_ms = (time.monotonic() - started) * 1000
            life.close()
    if late.is_set() and isinstance(event, Death) and event.cause is Cause.WORKER:
        detail = f"not done within {seconds:g} s"
        event = Death(Cause.HANG, detail, replace(event.outcome, error=detail))
    result = event.as_dict() | {"wall_ms": round(wall_ms, 2)}
    del result["query"]  # made by the first genome, not by what was executed
    if json:
        print_json(result)
    else:
        # A wall that counts fuel knows of none only where it was given nothing.
        refused = result["cause"] == Cause.HARM and opened.counts_fuel
        print_execution(Console(), result, refused=refused)


@contextmanager
def _closed_after(seconds: float, wall: Sandbox) -> Iterator[threading.Event]:
    """Close the wall at the end, or when time is up, whatever its guest does; yield whether."""
    late = threading.Event()

    def expire() -> None:
        late.set()
        wall.close()

    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), expire)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        wall.close()
