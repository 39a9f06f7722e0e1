"""Runs the command line in processes of their own.

They are copies of one that has imported already what commands import, since that takes longer
than most commands do. All else is as in a process that is started anew.
"""

from __future__ import annotations

import atexit
import functools
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from importlib.metadata import entry_points
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

IMPORTED = ["autoagent.cli.app", "openai", "rich.markdown", "rich.traceback", "typer.rich_utils"]
IMPORTED += [point.module for point in entry_points(group="autoagent.commands")]
LONGEST = 600.0


def autoagent(
    *arguments: str | Path, typed: str | bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command of autoagent.

    Args:
        arguments: Of the command.
        typed: Its standard input.
        env: What its environment has beside what is here.
    """
    given = [os.fspath(argument) for argument in arguments]
    with tempfile.TemporaryDirectory() as folder:
        said, told, typing = (Path(folder, name) for name in ("stdout", "stderr", "stdin"))
        typing.write_bytes(typed.encode() if isinstance(typed, str) else typed)
        process = _server().Process(
            target=_command,
            args=(given, {**os.environ, **(env or {})}, os.getcwd(), [typing, said, told]),
        )
        process.start()
        process.join(LONGEST)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(given, LONGEST, said.read_bytes(), told.read_bytes())
        return subprocess.CompletedProcess(
            given, process.exitcode, said.read_bytes(), told.read_bytes()
        )


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """Return the lines of JSON that a command said, which did what it should."""
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def refused(done: subprocess.CompletedProcess[bytes], *words: str) -> None:
    """Fail unless a command refused its input, in these words among others."""
    error = done.stderr.decode()
    assert done.returncode == 2, error
    assert "Traceback" not in error
    for word in words:
        assert word in error


@functools.cache
def _server() -> ForkServerContext:
    """Return what copies a process that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    return context


def _command(
    arguments: list[str], environment: dict[str, str], folder: str, files: list[Path]
) -> None:
    """Be a process that was started for a command; its exit code is what leaves this."""
    from autoagent.cli import main

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in enumerate(files):
        flags = os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY
        os.dup2(os.open(path, flags), number)
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    # They last as long as the process does.
    sys.stdin = open(0, encoding=encoding)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=encoding)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, buffering=1)  # noqa: SIM115
    sys.argv = ["autoagent", *arguments]
    try:
        main()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
