"""Commands in the jail, among files that last from one command to the next.

Nothing else lasts. Each command has a fresh jail, with the files as the last one has left them, and
what runs in it ends with the command. There are the shell and the usual tools of this machine, and
its Python; there is no network, and no program that a command could bring along.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from autoagent.integrations.file_tree import LARGEST_MB, MOST_FILES, FileTree, kept
from autoagent.integrations.inside.command import HOME, RESULT, SCRATCH, TEMPORARY
from autoagent.message import MalformedError, parsed
from sandbox.jail.system_calls import COMMAND
from sandbox.limits import LONGEST_WALL_SECONDS, Limits
from sandbox.programs.evaluator import ONE_THREAD, mounted
from sandbox.programs.inside.evaluation import PACKAGES
from sandbox.programs.interpreted import ENVIRONMENT, shared_objects
from sandbox.programs.jobs import Job, JobRunner
from sandbox.programs.program import Run
from sandbox.programs.python import MEMORY_MB, python_files, this_python

HARNESS = Path(__file__).parent / "inside" / "command.py"
TOOLS = (
    *("awk", "base64", "basename", "bash", "cat", "chmod", "cmp", "comm", "cp", "cut", "date"),
    *("dd", "diff", "dirname", "du", "echo", "egrep", "env", "expand", "expr", "false", "fgrep"),
    *("find", "fold", "grep", "gunzip", "gzip", "head", "id", "join", "kill", "ln", "ls"),
    *("md5sum", "mkdir", "mktemp", "mv", "nl", "nproc", "numfmt", "od", "paste", "patch", "printf"),
    *("pwd", "readlink", "realpath", "rev", "rm", "rmdir", "sed", "seq", "sh", "sha1sum"),
    *("sha256sum", "shuf", "sleep", "sort", "split", "stat", "tac", "tail", "tar", "tee", "test"),
    *("timeout", "touch", "tr", "true", "uname", "uniq", "wc", "xargs", "xxd", "yes"),
)
"""Programs of this machine that commands can use, as far as it has them."""
THREADS = 64
GRACE_SECONDS = 10.0
"""What the jail and the files may take besides the command."""
LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a command.

    Attributes:
        status: ``ended``; ``late`` if its time was up, ``forbidden`` if it is no program that may
            be executed, ``broken`` if it ended what looks after it, and its files are as before.
        code: Its exit status.
        stdout: What it wrote, up to a byte more than it may.
        stderr: The same for its standard error.
        why: What there is to say of anything but an end.
    """

    status: Literal["ended", "late", "forbidden", "broken"]
    code: int = 0
    stdout: bytes = b""
    stderr: bytes = b""
    why: str = ""


class Commands:
    """A folder of files, and commands among them. Threads may share it.

    Args:
        packages: Names of installed packages that Python may import.
        memory_mb: What each process of a command may take.

    Attributes:
        files: The files, which may be read and written between commands.

    Raises:
        SandboxError: This machine has not what the jail is made of.
        ValueError: A package is not installed, or has no files of its own.
    """

    def __init__(self, packages: Sequence[str] = (), *, memory_mb: int = 512) -> None:
        self.files, self._memory_mb = FileTree(), memory_mb
        files, python = tools() | python_files() | mounted(packages), str(this_python())
        home, temporary = f"{SCRATCH}/{HOME}", f"{SCRATCH}/{TEMPORARY}"
        own = {
            "PATH": f"{Path(python).parent}:/usr/bin",
            "HOME": home,
            "TMPDIR": temporary,
            "PYTHONPATH": PACKAGES,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        links = {"/bin": "/usr/bin", "/tmp": temporary, "/var/tmp": temporary}
        for folder in (Path(python).parent, "/usr/bin"):
            links |= {f"{folder}/{name}": python for name in ("python", "python3")}
        links.pop(python, None)
        self._jobs = JobRunner(
            files, {**ENVIRONMENT, **ONE_THREAD, **own}, profile=COMMAND, links=links
        )
        self._job = Job(
            source="command.py",
            commands=[[python, "-I", "-S", "-B", "command.py"]],
            threads=THREADS,
            memory_mb=MEMORY_MB,
            mapped_mb=4_096,
            scratch_mb=4 * LARGEST_MB,
            scratch_files=4 * MOST_FILES,
            result=RESULT,
        )

    def execute(
        self,
        command: Sequence[str],
        *,
        seconds: float,
        stdin: bytes = b"",
        folder: str = "",
        environment: Mapping[str, str] | None = None,
        most_output: int = 10 << 20,
    ) -> Done:
        """Execute a command among the files, and keep what it changes of them.

        Raises:
            SandboxError: This machine has not what the jail is made of; the message says what.
        """
        seconds = min(seconds, LONGEST_WALL_SECONDS - GRACE_SECONDS)
        files, folders = self.files.all()
        asked = {
            "command": list(command),
            "folder": str(PurePosixPath(SCRATCH, HOME, folder)),
            "environment": dict(environment or {}),
            "seconds": seconds,
            "most_output": most_output,
            "input": len(stdin),
            "folders": folders,
            "files": [(path, len(data)) for path, data in files.items()],
        }
        words = b"".join((json.dumps(asked).encode(), b"\n", stdin, *files.values()))
        limits = Limits(
            fuel=int((seconds + GRACE_SECONDS) * 10**10),
            memory_mb=self._memory_mb,
            wall_seconds=seconds + GRACE_SECONDS,
        )
        run, result = self._jobs.run(self._job, HARNESS.read_bytes(), words, limits)
        return self._read(run, result)

    def close(self) -> None:
        """End every command."""
        self._jobs.close()

    def _read(self, run: Run, result: bytes) -> Done:
        """Read a result, which is a stranger's: it may have any shape."""
        if run.status != "ok":
            why = f"what looks after it is gone ({run.detail})"
            return Done(status="late" if run.status == "hang" else "broken", why=why)
        line, _, rest = result.partition(b"\n")
        try:
            told = parsed(line.decode(), key="status")
            if told["status"] == "forbidden":
                return Done(status="forbidden", why=str(told["why"])[:LONGEST_REASON])
            blobs = _cut(rest, [*told["written"], *(size for _, size in told["files"])])
            files = dict(zip((kept(path) for path, _ in told["files"]), blobs[2:], strict=True))
            folders = {kept(path) for path in told["folders"]}
            gone = {str(path) for path in told["gone"]}
            done = Done(
                status="late" if told["status"] == "late" else "ended",
                code=int(told.get("code", 0)) & 0xFF,
                stdout=blobs[0],
                stderr=blobs[1],
            )
        except (MalformedError, ValueError, KeyError, TypeError, PermissionError) as error:
            return Done(status="broken", why=f"its result was overwritten ({error})"[:200])
        if why := self.files.change(files, folders, gone):
            return Done(status="broken", why=f"{why}; what it left is gone")
        return done


@cache
def tools() -> dict[str, Path]:
    """Return what the tools of this machine consist of, by path in the jail."""
    found = {name: shutil.which(name) for name in TOOLS}
    places = {f"/usr/bin/{name}": Path(at).resolve() for name, at in found.items() if at}
    objects = shared_objects(*sorted(set(places.values())))
    return {**places, **objects}


def _cut(data: bytes, sizes: Sequence[Any]) -> list[bytes]:
    """Cut bytes into pieces of the sizes that a stranger names."""
    pieces, start = [], 0
    for size in sizes:
        if type(size) is not int or not 0 <= size <= len(data) - start:
            raise ValueError("a size that cannot be")
        pieces.append(data[start : start + size])
        start += size
    return pieces
