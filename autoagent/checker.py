"""A check that is somebody's Python file, run behind the WebAssembly wall."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from pathlib import Path
from typing import Any

from autoagent.files import read_whole
from autoagent.finish import Files
from autoagent.message import from_json
from sandbox.limits import Limits
from sandbox.programs.program import CompileError
from sandbox.programs.python import PythonTarget

LARGEST = 1 << 20
"""Bytes of the file."""
HARNESS = """
def _told():
    import base64, io, json, sys
    told = json.loads(sys.stdin.read())
    sys.stdin, frame = io.StringIO(), sys._getframe()
    while frame := frame.f_back:  # what it came in is kept in no variable
        frame.f_locals.update(dict.fromkeys({"argument", "words"}.intersection(frame.f_locals)))
    files = {name: base64.b64decode(data) for name, data in told["files"].items()}
    return [files, told["result"], told["mark"]]

def _say(mark, verdict):
    import json
    print("\\n" + mark + json.dumps([type(verdict).__name__, str(verdict)]))

def _judge(told):
    # While the check runs, no variable holds the mark.
    _say(told.pop(), check(told.pop(), told.pop()))

_judge(_told())
"""


class Checker:
    """Calls ``check(result, files)`` of a file, each time in a fresh guest.

    It sees the result and the organism's files, as bytes by name, and nothing of this machine. It
    returns a text that says what is wrong, or None. Anything else it does is told as a fault of
    the check, and passes nothing. What it executes in its own interpreter can become all that it
    is: code of the organism has to run elsewhere.

    Args:
        path: The file.

    Raises:
        ValueError: The file cannot be read, is no Python, or defines no ``check``.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._source = read_whole(path, LARGEST).decode()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ValueError(
                f"the check {path} cannot be read: {reason}; give a file that can be"
            ) from None
        if "def check(" not in self._source:
            raise ValueError(f"the check {path} defines no function check(result, files)")
        self._target = PythonTarget()
        program = self._target.compile(self._source + HARNESS)
        if isinstance(program, CompileError):
            self._target.close()
            raise ValueError(f"the check {path} is no Python: {program.text.strip()}")
        self._program = program

    def __call__(self, result: Any, files: Files) -> str | None:
        """Return what is wrong, or None.

        Raises:
            RuntimeError: The check failed; the message says how.
        """
        mark = secrets.token_hex(16)
        told = {
            "mark": mark,
            "result": result,
            "files": {name: b64encode(data).decode() for name, data in files.items()},
        }
        (run,) = self._program.run([json.dumps(told).encode()], Limits())
        if run.status != "ok":
            raise RuntimeError(_last_line(run.stderr) or run.detail or run.status)
        _, marked, said = run.stdout.decode(errors="replace").rpartition(mark)
        try:
            kind, verdict = from_json(said if marked else "")
        except (ValueError, TypeError, RecursionError):
            raise RuntimeError("it came to no verdict") from None
        if kind not in ("NoneType", "str"):
            raise RuntimeError(f"it returned a {kind}, and not a text or None")
        return None if kind == "NoneType" else str(verdict) or "refused"

    def close(self) -> None:
        """End the processes that run it."""
        self._target.close()


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
