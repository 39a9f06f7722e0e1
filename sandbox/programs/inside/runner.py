"""The guest that executes a Python program behind the WebAssembly wall: bytes in, bytes out."""

from __future__ import annotations

import io
import json
import sys
import traceback
from base64 import b64decode, b64encode
from types import ModuleType
from typing import Any


class FloodError(BaseException):
    """More output than allowed; no program's ``except Exception`` is meant to stop it."""


class Output(io.RawIOBase):
    """Where a program writes.

    Args:
        room: How much is left of what it may write, shared with its other stream.
    """

    def __init__(self, room: list[int]) -> None:
        self.room = room
        self.data = bytearray()

    def writable(self) -> bool:
        """Tell buffers that they may write here."""
        return True

    def write(self, data: Any, /) -> int:
        """Take what there is room for.

        Raises:
            FloodError: That is not all.
        """
        self.data += bytes(data)[: max(self.room[0], 0)]
        self.room[0] -= len(data)
        if self.room[0] < 0:
            raise FloodError
        return len(data)


def main(argument: str) -> str:
    """Execute or check the source in `argument`, and return how it ended and what it wrote."""
    words = json.loads(argument)
    room = [words["output_bytes"]]
    stdout, stderr = Output(room), Output(room)
    sys.stdin = io.TextIOWrapper(io.BytesIO(b64decode(words.get("stdin", ""))), "utf-8")
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.BufferedWriter(each), "utf-8", write_through=False)
        for each in (stdout, stderr)
    )
    status, detail = execute(words["source"], words.get("check", False))
    if room[0] < 0:
        status, detail = "output", "it wrote more than it may"
    written = [b64encode(each.data).decode() for each in (stdout, stderr)]
    return json.dumps([status, detail, *written])


def execute(source: str, check: bool) -> tuple[str, str]:
    """Execute or check a source with its streams, and return its status and a detail."""
    try:
        status, detail = finish(source, check)
        sys.stdout.flush()
        sys.stderr.flush()
    except FloodError:
        return "output", ""
    except MemoryError:
        return "memory", "out of memory"
    return status, detail


def finish(source: str, check: bool) -> tuple[str, str]:
    """Execute or check a source, and let its uncaught exception be told as Python does.

    Raises:
        FloodError: It wrote too much.
        MemoryError: It took too much.
    """
    try:
        code = compile(source, "program.py", "exec")
        if not check:
            module = ModuleType("__main__")
            sys.modules["__main__"] = module
            exec(code, module.__dict__)
    except SystemExit as end:
        return left(end.code)
    except (FloodError, MemoryError):
        raise
    except BaseException as error:
        # Its own frames are what matters, and none of them is left for a broken syntax.
        frames = error.__traceback__.tb_next if error.__traceback__ else None
        traceback.print_exception(error.with_traceback(frames))
        return "exit", "exit status 1"
    return "ok", ""


def left(code: object) -> tuple[str, str]:
    """Say what the argument of ``SystemExit`` means."""
    if code is None or code == 0:
        return "ok", ""
    if not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    return "exit", f"exit status {code & 0xFF}"
