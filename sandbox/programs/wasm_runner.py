"""WebAssembly programs on the host's side: worker processes kept warm, one lent to each caller."""

from __future__ import annotations

import math
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.limits import Limits
from sandbox.programs.inside import frames
from sandbox.programs.program import Run
from sandbox.session import SandboxError

WORKER = Path(__file__).parent / "inside" / "module_worker.py"
TICKS_PER_SECOND = 50
GRACE_SECONDS = 2.0
"""How long past one and a half times its limit a worker may take to say that a program hangs."""
START_SECONDS = 30.0
FREE = "free memory, or end other programs, and try again"


class WasmRunner:
    """Runs compiled WebAssembly programs (WASI preview 1) in processes of their own.

    Threads may share it: each uses a worker to itself, and leaves it for the next.
    """

    def __init__(self) -> None:
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._lock = threading.Lock()

    def run(self, compiled: bytes, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        """Run native code that a `ModuleCompiler` returned, once for each input.

        Where a program takes its worker down, the inputs after it go on in another.
        """
        runs: list[Run] = []
        while len(runs) < len(inputs):
            try:
                with self.lent() as worker:
                    worker.say(_terms(limits), compiled, *inputs[len(runs) :])
                    while len(runs) < len(inputs):
                        frame = worker.hear(1.5 * limits.wall_seconds + GRACE_SECONDS)
                        runs.append(_run(*frame, limits.output_bytes))
            except LostError as lost:
                runs.append(Run(lost.status, b"", b"", None, str(lost)))
        return runs

    def workers(self) -> list[int]:
        """Process ids of the workers alive now."""
        with self._lock:
            return [each.process.pid for each in self._all if each.process.poll() is None]

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers, self._all, self._idle = self._all, set(), []
        for each in workers:
            each.kill()

    @contextmanager
    def lent(self, *, once: bool = False) -> Iterator[Worker]:
        """Lend a worker; one that is lost meanwhile does not come back.

        Args:
            once: Whether nobody else shall have it afterwards.

        Raises:
            SandboxError: None can be started.
        """
        with self._lock:
            while self._idle and self._idle[-1].process.poll() is not None:
                self._all.discard(self._idle.pop())
            try:
                worker = self._idle.pop() if self._idle else Worker()
            except OSError as error:
                raise SandboxError(f"no worker can be started ({error}); {FREE}") from error
            self._all.add(worker)
        whole = False
        try:
            yield worker
            whole = not once
        finally:
            if not whole:
                worker.kill()
            with self._lock:
                if whole:
                    self._idle.append(worker)
                else:
                    self._all.discard(worker)


class LostError(Exception):
    """A worker is gone, or no longer to be trusted."""

    def __init__(self, status: Any, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Worker:
    """A worker process and the socket to it."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(WORKER)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},  # no key of the host's may be where a stranger's program runs
                start_new_session=True,  # the terminal's Ctrl-C is the host's to handle
            )
        self._reads, self._writes = self._channel.makefile("rb"), self._channel.makefile("wb")

    def say(self, header: frames.Header, *blobs: bytes) -> None:
        """Send it a frame.

        Raises:
            LostError: It takes none.
        """
        self._channel.settimeout(START_SECONDS)
        try:
            frames.write(self._writes, header, *blobs)
        except OSError as error:
            raise LostError("worker", "the worker process died") from error

    def hear(self, patience: float) -> tuple[frames.Header, list[bytes]]:
        """Return its next frame.

        Raises:
            LostError: None comes within so many seconds.
        """
        self._channel.settimeout(patience)
        try:
            frame = frames.read(self._reads)
        except TimeoutError as error:
            raise LostError("hang", "no end within the time limit") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LostError("worker", f"the worker process broke: {error}") from error
        if frame is None:
            raise LostError("worker", "the worker process died")
        return frame

    def kill(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        self._channel.close()


def _terms(limits: Limits) -> frames.Header:
    return {
        "op": "run",
        "fuel": limits.fuel,
        "memory": limits.memory_mb << 20,
        "ticks": math.ceil(limits.wall_seconds * TICKS_PER_SECOND) + 1,
        "output_bytes": limits.output_bytes,
    }


def _run(header: frames.Header, written: list[bytes], output_bytes: int) -> Run:
    try:
        stdout, stderr = (each[:output_bytes] for each in written)
        return Run(header["status"], stdout, stderr, header["fuel"], header["detail"])
    except (ValueError, KeyError) as error:
        raise LostError("worker", f"the worker process broke: {error}") from error
