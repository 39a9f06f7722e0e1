"""Ctrl-C while a command is still being loaded."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(sys.executable).parent / "autoagent"
INTERRUPTING = """
import os, signal, sys

def interrupt(event, details):
    if event == "import" and details[0] == os.environ["INTERRUPTED_AT"]:
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(interrupt)
"""
"""What Python reads before a program: it is interrupted as it comes to import a module."""


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("importlib.util", "--version"),
        ("typing", "doctor"),
        ("autoagent.cli.app", "runs"),
        ("typer", "--help"),
        ("sqlite3", "runs"),
        ("gymnasium", "evaluate script:nothing"),
        ("torch", "train edits --out {folder}"),
    ],
)
def test_an_early_interruption_is_no_error_of_ours(
    module: str, command: str, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTING)
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [SCRIPT, *command.format(folder=tmp_path / "out").split()],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "INTERRUPTED_AT": module},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (130, b"")
