"""`autoagent exec`: let a fresh organism execute a file, and see what that does."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from autoagent.cli.common import (
    FuelOption,
    JsonOption,
    MemoryOption,
    PolicyChoice,
    PolicyOption,
    SandboxOption,
    bad_input_exits,
    decoded,
    fail,
    print_json,
    progress,
)
from autoagent.cli.run import limits_of
from autoagent.life import Death, Heartbeat, Life
from autoagent.ui.report import print_execution
from autoagent.walls import open_wall


def execute(
    file: Annotated[Path, typer.Argument(help="What the model said: code, or text with code.")],
    sandbox: SandboxOption = "wasm",
    policy: PolicyOption = PolicyChoice.strict,
    fuel: FuelOption = None,
    memory_mb: MemoryOption = None,
    seconds: Annotated[float, typer.Option(help="Bound of the whole call.")] = 30.0,
    json: JsonOption = False,
) -> None:
    """Execute FILE in a fresh organism and ask for its next heartbeat."""
    try:
        text = decoded(file.read_bytes(), str(file))
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}")
    with bad_input_exits():
        limits = limits_of(fuel, memory_mb, seconds)
        wall = open_wall(sandbox, progress)
        life = Life(wall, limits=limits, policy=policy.value)
        try:
            event = life.begin("Execute what you are given.")
            started = time.monotonic()
            if isinstance(event, Heartbeat):
                event = life.answer(text)
            result = _result(event, (time.monotonic() - started) * 1000)
        finally:
            life.close()
            wall.close()
    if json:
        print_json(result)
    else:
        print_execution(Console(), result)


def _result(event: Heartbeat | Death, wall_ms: float) -> dict[str, Any]:
    outcome = event.outcome
    return {
        "alive": isinstance(event, Heartbeat),
        "cause": event.cause.value if isinstance(event, Death) else None,
        "harm": [violation.as_dict() for violation in outcome.harm],
        "stdout": outcome.stdout,
        "error": outcome.error,
        "changed": list(outcome.changed),
        "fuel": outcome.fuel,
        "wall_ms": round(wall_ms, 2),
    }
