"""WebAssembly programs on the host's side: worker processes kept warm, one lent to each caller."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.jail.bare import WorkerProcess, jailed_if_possible
from sandbox.jail.enclosure import advise
from sandbox.jail.handle import readable
from sandbox.jail.supply import Source, Supply
from sandbox.jail.system_calls import COMPILING_ENGINE
from sandbox.jail.zygote import Mould
from sandbox.limits import Limits
from sandbox.programs.inside import frames
from sandbox.programs.program import Run
from sandbox.session import SandboxError
from sandbox.wasm.wall import enclosed as component_worker

WORKER = Path(__file__).parent / "inside" / "module_worker.py"
TICKS_PER_SECOND = 50
GRACE_SECONDS = 2.0
"""How long past one and a half times its limit a worker may take to say that a program hangs."""
START_SECONDS = 30.0
ROOM_MB = 256
"""What a worker may take beside the memory of a program: its threads, code, inputs and outputs."""
FREE = "free memory, or end other programs, and try again"

Workers = Supply[WorkerProcess]


class WasmRunner:
    """Runs compiled WebAssembly programs (WASI preview 1) in processes of their own.

    Threads may share it: each uses a worker to itself, and leaves it for the next.

    Args:
        supply: Where workers come from; it stays open.
    """

    def __init__(self, supply: Workers) -> None:
        self._supply = supply
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._lock = threading.Lock()

    def run(
        self, compiled: bytes, inputs: Sequence[bytes], limits: Limits, *, quick: bool
    ) -> list[Run]:
        """Run native code that a `ModuleCompiler` returned, once for each input.

        Where a program takes its worker down, the inputs after it go on in another.

        Args:
            compiled: The code.
            inputs: What it reads.
            limits: What each run may spend.
            quick: Whether it was compiled quickly.
        """
        runs: list[Run] = []
        while len(runs) < len(inputs):
            try:
                with self.lent(limits.memory_mb) as worker:
                    worker.say(_terms(limits) | {"quick": quick}, compiled, *inputs[len(runs) :])
                    while len(runs) < len(inputs):
                        frame = worker.hear(1.5 * limits.wall_seconds + GRACE_SECONDS)
                        runs.append(_run(*frame, limits.output_bytes))
            except LostError as lost:
                runs.append(Run(lost.status, b"", b"", None, str(lost)))
        return runs

    def workers(self) -> list[int]:
        """Process ids of the workers alive now."""
        with self._lock:
            return [each.process.pid for each in self._all]

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers, self._all, self._idle = self._all, set(), []
        for each in workers:
            each.kill()

    @contextmanager
    def lent(self, memory_mb: int, *, once: bool = False) -> Iterator[Worker]:
        """Lend a worker; one that is lost meanwhile does not come back.

        Args:
            memory_mb: How much memory it needs for a program.
            once: Whether nobody else shall have it afterwards.

        Raises:
            SandboxError: None can be started.
        """
        with self._lock:
            worker = self._idle_one(memory_mb) or self._fresh_one(memory_mb)
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

    def _idle_one(self, memory_mb: int) -> Worker | None:
        for worker in [each for each in self._idle if each.memory_mb >= memory_mb]:
            self._idle.remove(worker)
            if worker.alive():
                return worker
            worker.kill()
            self._all.discard(worker)
        return None

    def _fresh_one(self, memory_mb: int) -> Worker:
        try:
            return Worker(self._supply.start_guest(memory_mb + ROOM_MB), memory_mb)
        except OSError as error:
            raise SandboxError(f"no worker can be started ({error}); {FREE}") from error


class LostError(Exception):
    """A worker is gone, or no longer to be trusted."""

    def __init__(self, status: Any, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Worker:
    """A worker process and the socket to it.

    Args:
        process: The process.
        memory_mb: How much memory it has for a program.

    Attributes:
        exit_code: Its exit status once it is killed, negative for the signal that it died of; None
            if unknown.
    """

    def __init__(self, process: WorkerProcess, memory_mb: int) -> None:
        self.process, self.memory_mb = process, memory_mb
        self.exit_code: int | None = None
        self._channel = process.channel
        self._reads, self._writes = self._channel.makefile("rb"), self._channel.makefile("wb")

    def alive(self) -> bool:
        """Tell whether it waits for orders."""
        return not readable(self._channel.fileno(), 0)

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
        self.exit_code = self.process.exit_code()
        with suppress(OSError):
            self._reads.close()
            self._writes.close()
        self.process.close()


def supply_of_workers(progress: Callable[[str], None] = lambda line: None) -> Workers:
    """Return where workers come from: jailed ones, if this system can.

    Args:
        progress: Told a line about what of the jail does not hold here.
    """
    return Supply(partial(_source, progress), whole=False, refused=_refused)


def enclosed(runtime: Path, load: Sequence[str]) -> Mould:
    """Return what jailed workers are copied from.

    Args:
        runtime: The script that they run.
        load: What it is told to load.
    """
    return replace(component_worker(runtime, load), profile=COMPILING_ENGINE)


def _source(progress: Callable[[str], None]) -> Source[WorkerProcess]:
    source, layers = jailed_if_possible(enclosed(WORKER, ()), lambda process: None)
    if source.missing or source.partial:
        progress(f"behind WebAssembly, programs are {layers}")
    return source


def _refused(missing: Mapping[str, str]) -> SandboxError:
    return SandboxError(
        f"workers cannot be jailed as those before them were: {advise(missing)}; {FREE}"
    )


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
