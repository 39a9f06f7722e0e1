"""Jobs in the jail: commands that run on untrusted sources behind the kernel's layers.

Unlike lives of the process wall, these programs are not ours to prepare: interpreters with threads
and compiled code of their own, and compilers. What they see is a read-only root with what they
themselves consist of, and one scratch folder.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import socket
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.jail.enclosure import ADVICE, Enclosure
from sandbox.jail.system_calls import PROGRAM, FilterError, Profile, compile_filter
from sandbox.limits import Limits
from sandbox.programs.program import Run
from sandbox.programs.watch import Watch
from sandbox.session import SandboxError

LAUNCHER = Path(__file__).parent / "inside" / "launcher.py"
MOST_FILES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to do with a source in the jail.

    Attributes:
        source: The name that the source has in the scratch folder.
        commands: Run there one after another while they succeed; each begins with a path, or is the
            arguments of a copy of what is loaded.
        threads: How many there may be at once; processes count, where the profile allows them.
        memory_mb: What the commands' own program needs, besides what `Limits` allow.
        mapped_mb: How much address space it takes besides that, for code and as a reserve.
        stack_mb: Of the main thread.
        scratch_mb: How large the scratch folder is; 0 where nothing but the source is in it, and
            nothing can be written.
        scratch_files: How many files and folders can be in it.
        result: A file there that is wanted after success; what is loaded has another way.
        executable: Whether the source is itself a program, to be executed by a command. Nothing
            can be written in the scratch folder then: what is executed is what the host gave.
    """

    source: str
    commands: Sequence[Sequence[str]]
    threads: int = 1
    memory_mb: int = 0
    mapped_mb: int = 0
    stack_mb: int = 8
    scratch_mb: int = 0
    scratch_files: int = 64
    result: str = ""
    executable: bool = False

    def __post_init__(self) -> None:
        """Refuse a folder whose files could be written and executed."""
        if self.executable and self.scratch_mb:
            raise ValueError("what is executed lies where nothing can be written: scratch_mb is 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What jobs are copies of, so that none has to load it.

    Attributes:
        script: Our own Python, whose `main` they run; they find what follows the path of a command
            in `sys.argv`.
        modules: Names of modules that are imported beforehand, as far as they can be: of installed
            packages alone, since that happens before all doors are closed.
        path: The folder in the jail where these are.
        executable: What their own children execute: this Python, as it is called in the jail.
    """

    script: Path
    modules: Sequence[str] = ()
    path: str = ""
    executable: str = ""


class JobRunner:
    """Runs jobs, each in namespaces of its own, from a launcher that is kept warm.

    Args:
        files: The files and folders that there are, by their path inside.
        environment: All that programs find in theirs.
        profile: The system calls that they may make.
        loaded: What programs are copies of; by default each executes its command.
        links: Other names for some of what there is, by their path inside.

    Threads may share it.

    Raises:
        SandboxError: This is not Linux.
    """

    def __init__(
        self,
        files: Mapping[str, Path],
        environment: Mapping[str, str],
        *,
        profile: Profile = PROGRAM,
        loaded: Loaded | None = None,
        links: Mapping[str, str] | None = None,
    ) -> None:
        if sys.platform != "linux":
            raise SandboxError(
                "compilers and interpreters are jailed with what only Linux has, and this is "
                f"{sys.platform}; the target language python runs anywhere"
            )
        self._environment = dict(environment)
        self._profile = profile
        self._config = {
            "files": {name: str(source) for name, source in files.items()},
            "links": dict(links or {}),
            "mould": loaded and _mould(loaded, self._environment),
        }
        self._lock = threading.Lock()
        self._launcher: Enclosure | None = None

    def run(self, job: Job, source: bytes, stdin: bytes, limits: Limits) -> tuple[Run, bytes]:
        """Do a job, and return what came of it and the file that it should make.

        Raises:
            SandboxError: This machine has not what the jail is made of; the message says what.
        """
        request = {
            "source": job.source,
            "commands": job.commands,
            "environment": self._environment,
            "limits": _resources(job, limits),
            "scratch_files": job.scratch_files,
            "scratch_mb": job.scratch_mb or 1 + (len(source) >> 20),
            "writable": bool(job.scratch_mb),
            "executable": job.executable,
            "result": job.result,
        }
        with ExitStack() as stack:
            control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            stack.enter_context(control)
            given = [theirs.detach(), _file(source), _file(stdin)]
            outputs = [os.pipe(), os.pipe()]
            result = stack.enter_context(open(os.memfd_create("result"), "rb"))
            given += [writes for _, writes in outputs]
            try:
                self._ask(request, [*given, result.fileno()])
            finally:
                for each in given:
                    os.close(each)
                readers = [stack.enter_context(open(each, "rb", 0)) for each, _ in outputs]
            run = Watch(control, [each.fileno() for each in readers], limits).follow()
            result.seek(0)
            return run, result.read()

    def launcher(self) -> int | None:
        """Process id of the launcher, if there is one."""
        return self._launcher.pid if self._launcher else None

    def close(self) -> None:
        """End everything that runs in here."""
        with self._lock:
            if self._launcher:
                self._launcher.close()
            self._launcher = None

    def _ask(self, request: object, files: list[int]) -> None:
        packet = json.dumps(request).encode()
        with self._lock:
            for attempt in range(2):
                self._launcher = self._launcher or _launcher(self._config, self._profile)
                try:
                    socket.send_fds(self._launcher.queue, [packet], files)
                    return
                except OSError as error:
                    self._launcher.close()
                    self._launcher = None
                    if attempt:
                        raise SandboxError(f"the jail takes no program: {error}") from error


def _mould(loaded: Loaded, environment: Mapping[str, str]) -> dict[str, object]:
    """Return what is to be loaded as the launcher is told it."""
    return {**asdict(loaded), "script": str(loaded.script), "environment": dict(environment)}


def _launcher(config: Mapping[str, object], profile: Profile) -> Enclosure:
    """Start the process that starts programs in the jail.

    Raises:
        SandboxError: A layer of the jail is missing; the message says what it needs.
    """
    try:
        code = compile_filter(profile)
    except FilterError as error:
        raise SandboxError(_advice(f"seccomp: {error}")) from error
    launcher = Enclosure(LAUNCHER, json.dumps({**config, "filter": b64encode(code).decode()}))
    if launcher.missing:
        launcher.close()
        raise SandboxError(_advice("; ".join(launcher.missing.values())))
    return launcher


def _resources(job: Job, limits: Limits) -> dict[str, int]:
    """Return what the kernel itself bounds for each process of a job."""
    memory_mb = job.memory_mb + limits.memory_mb
    return {
        "DATA": memory_mb << 20,
        # Data that is made read-only is none to the kernel any more, and tables of pages never are.
        "AS": (memory_mb + job.mapped_mb) << 20,
        "CPU": math.ceil(limits.cpu_seconds) + 1,
        "STACK": job.stack_mb << 20,
        "NPROC": job.threads,
        "NOFILE": MOST_FILES,
        "FSIZE": job.scratch_mb << 20,
        "CORE": 0,
        "MEMLOCK": 0,
    }


def _file(data: bytes) -> int:
    """Return a descriptor that reads `data`, and that nobody can write to."""
    file = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
    os.lseek(file, 0, os.SEEK_SET)
    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)
    return file


def _advice(missing: str) -> str:
    needs = "; ".join(f"{name}: {advice}" for name, advice in ADVICE.items())
    return f"programs cannot be jailed on this machine ({missing}). What the jail needs: {needs}"
