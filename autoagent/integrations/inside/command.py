"""Executes one command among somebody's files, in the jail; executed there as it stands.

It finds on its standard input a line of JSON, and after that, one behind the other, the command's
own input and the files that the line names with their sizes. It leaves `RESULT` of the same shape:
what the command wrote, and the files that are other than before. The command may overwrite that, so
whoever reads it believes nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any, BinaryIO

SCRATCH = "/scratch"
RESULT = "result"
HOME, TEMPORARY = "home", "tmp"
"""The folders of the scratch folder that last, as far as whoever calls this sees to it."""
WRITTEN = ("output", "errors")
NOT_THERE, NOT_EXECUTED = 127, 126

Seen = dict[str, tuple[int, int, int]]


def main() -> None:
    """Execute a command, and write down what came of it."""
    asked = json.loads(sys.stdin.buffer.readline())
    unpack(asked, sys.stdin.buffer)
    before = seen()
    told = executed(asked)
    after = seen()
    told["gone"] = sorted(before.keys() - after.keys())
    told["folders"] = sorted(path for path in after if path.endswith("/"))
    changed = sorted(path for path in after if path[-1] != "/" and after[path] != before.get(path))
    with open(RESULT, "wb") as result:
        pack(told, changed, asked["most_output"], result)


def unpack(asked: dict[str, Any], source: BinaryIO) -> None:
    """Make the files and folders that there are, and the command's standard input."""
    for folder in (HOME, TEMPORARY, *asked["folders"]):
        os.makedirs(folder, exist_ok=True)
    for path, size in (("input", asked["input"]), *asked["files"]):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(source.read(size))


def seen() -> Seen:
    """Return what tells whether a file was written to, of each; folders have none of that."""
    found: Seen = {}
    for top in (HOME, TEMPORARY):
        for folder, _, names in os.walk(top):
            found[folder + "/"] = (0, 0, 0)
            for name in names:
                path = os.path.join(folder, name)
                state = os.lstat(path)
                if os.path.isfile(path) and not os.path.islink(path):
                    found[path] = (state.st_size, state.st_mtime_ns, state.st_ino)
    return found


def executed(asked: dict[str, Any]) -> dict[str, Any]:
    """Execute the command to its end, or until its time is up."""
    command, folder = asked["command"], asked["folder"]
    with (
        open("input", "rb") as source,
        open("output", "wb") as output,
        open("errors", "wb") as errors,
    ):
        try:
            process = subprocess.Popen(
                command,
                stdin=source,
                stdout=output,
                stderr=errors,
                cwd=folder,
                env={**os.environ, **asked["environment"]},
                start_new_session=True,
            )
            code = process.wait(asked["seconds"])
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return {"status": "late"}
        except PermissionError as error:
            return {"status": "forbidden", "why": str(error)}
        except (OSError, ValueError) as error:
            there = os.path.isdir(folder)
            errors.write((f"{error}\n" if there else f"no folder {folder}\n").encode())
            code = NOT_THERE if isinstance(error, FileNotFoundError) and there else NOT_EXECUTED
    return {"status": "ended", "code": 128 - code if code < 0 else code}


def pack(told: dict[str, Any], changed: list[str], most_output: int, result: BinaryIO) -> None:
    """Write what came of it: a line, then what the command wrote, then the files that changed."""
    written = [min(os.path.getsize(name), most_output + 1) for name in WRITTEN]
    files = [(path, os.path.getsize(path)) for path in changed]
    told |= {"written": written, "files": files}
    result.write(json.dumps(told).encode() + b"\n")
    for path, size in (*zip(WRITTEN, written, strict=True), *files):
        with open(path, "rb") as file:
            result.write(file.read(size))


if __name__ == "__main__":
    main()
