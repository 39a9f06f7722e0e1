"""The WebAssembly wall as the host sees it: a pool of workers, and sessions in them."""

from __future__ import annotations

import itertools
import os
import queue
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from sandbox.jail.bare import BareProcess, WorkerProcess, jailed_if_possible
from sandbox.jail.enclosure import PATIENCE_SECONDS, LoadError, advise
from sandbox.jail.supply import Source, Supply
from sandbox.jail.system_calls import ENGINE
from sandbox.jail.zygote import Mould
from sandbox.limits import Limits
from sandbox.session import End, Event, Guest, Message, SandboxError, Session
from sandbox.wasm.build import COMPILED, Progress, cached_build
from sandbox.wasm.inside import engine, frames
from sandbox.wasm.worker import Worker, memory_mb

RUNTIME = Path(__file__).parent / "inside" / "runtime.py"
SHARING = 16
"""How many guests live in one worker, where they share."""
LONGEST_REPORT = 1 << 16
GRACE_SECONDS = 2.0
"""How long past one and a half times its limit a worker may take to say that a guest hangs."""

FREE = "free memory, or end other programs, and try again"


class WasmSandbox:
    """Starts guests as WebAssembly instances, in workers that are jailed where they can be.

    Args:
        guest: The program that every session runs; built on first use, then cached.
        lives_per_worker: How many guests share one process; a worker for one ends with it.
        progress: Told a line before each slow stage of a first build, and about what of the jail
            does not hold here.
        speaks: Whether guests have a host to say messages to. The entry function of one that has
            not takes the argument alone.

    Attributes:
        layers: What of the jail around the workers holds here, in words; known once one started.

    Raises:
        SandboxError: The guest cannot be built.
    """

    name = "wasm"
    undetermined: tuple[str, ...] = ()
    counts_fuel = True

    def __init__(
        self,
        guest: Guest,
        *,
        lives_per_worker: int = 1,
        progress: Progress = lambda line: None,
        speaks: bool = True,
    ) -> None:
        self._build = cached_build(guest, progress, speaks=speaks)
        self.build = self._build.identity
        self.layers = ""
        self._lives_per_worker = lives_per_worker
        self._progress = progress
        self._ids = itertools.count(1)
        self._workers: list[Worker] = []
        self._supply: Supply[WorkerProcess] = Supply(self._source, whole=False, refused=_refused)
        # A signal handler may close the wall while the same thread is inside it.
        self._lock = threading.RLock()

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Session:
        """Start a fresh guest (see `sandbox.session.Sandbox.start`).

        Raises:
            SandboxError: No worker can be started, or it cannot load the guest.
        """
        with self._lock:
            session = WasmSession(self._free_worker(limits), next(self._ids), limits)
        session.order({"op": "start", **_beginning(argument, seed, now, limits)})
        # Where there was more than one life, there will be another.
        if session.life > 1 and not self._ready(limits):
            threading.Thread(target=self._keep_one_ready, args=(limits,), daemon=True).start()
        return session

    def workers(self) -> list[int]:
        """Process ids of the workers alive now."""
        return [each.pid for each in self._workers if each.alive]

    def close(self) -> None:
        """End every guest and every worker process."""
        with self._lock:
            for each in self._workers:
                each.kill()
            self._workers.clear()
            self._supply.close()

    def _keep_one_ready(self, limits: Limits) -> None:
        """See to it that the next life finds a worker."""
        with self._lock, suppress(SandboxError):  # the next life is told
            if self._supply.alive:
                self._free_worker(limits).warm_up(_beginning("", 0, 0.0, limits))

    def _ready(self, limits: Limits) -> Worker | None:
        """Return a worker that a life may begin in."""
        return next((each for each in self._workers if each.has_room(limits)), None)

    def _free_worker(self, limits: Limits) -> Worker:
        self._workers = [each for each in self._workers if each.alive]
        if ready := self._ready(limits):
            return ready
        try:
            process = self._supply.start_guest(memory_mb(limits, self._lives_per_worker))
            fresh = Worker(process, limits, self._lives_per_worker)
        except LoadError as error:
            raise self._unloaded(str(error)) from error
        except (OSError, RuntimeError) as error:  # no process, or no thread
            raise SandboxError(f"no worker can be started ({error}); {FREE}") from error
        self._workers.append(fresh)
        return fresh

    def _source(self) -> Source[WorkerProcess]:
        """Start what makes workers: jailed ones, if this system can."""
        mould = enclosed(RUNTIME, [str(self._build.files / COMPILED)])
        source, self.layers = jailed_if_possible(mould, wait_until_loaded)
        if source.missing or source.partial:
            self._progress(f"behind WebAssembly, guests are {self.layers}")
        return source

    def _unloaded(self, failure: str) -> SandboxError:
        """Return the error for a guest that does not load, which is dropped if it is to blame."""
        if engine.NO_MEMORY in failure:
            return SandboxError(f"the sandbox guest cannot be loaded ({failure}); {FREE}")
        self._build.discard()
        return SandboxError(
            f"the compiled sandbox guest does not load here ({failure}); it is dropped "
            "from the cache, so try again, and it is built anew"
        )


class WasmSession:
    """One guest in a worker.

    Args:
        worker: The worker, which is told to start it next.
        life: Its number.
        limits: What it may spend.
    """

    def __init__(self, worker: Worker, life: int, limits: Limits) -> None:
        self.life = life
        self._worker = worker
        self._inbox = worker.admit(life)
        self._patience = 1.5 * limits.wall_seconds + GRACE_SECONDS
        self._event: Event = End("worker", "not started", None)

    @property
    def event(self) -> Event:
        """What the guest said last."""
        return self._event

    def order(self, order: frames.Order) -> Event:
        """Order the worker something, and wait for the guest's next word."""
        self._worker.order({"life": self.life, **order})
        try:
            self._event = self._inbox.get(timeout=self._patience)
        except queue.Empty:
            # The worker's own clock failed to stop it: the process is no longer to be trusted.
            self._worker.kill()
            self._event = End("hang", "no heartbeat within the time limit", None)
        if isinstance(self._event, End):
            self._worker.dismiss(self.life)
        return self._event

    def resume(self, reply: str, *, now: float, refuel: bool = True) -> Event:
        """Reply, and wait for the next word (see `sandbox.session.Session.resume`)."""
        if isinstance(self._event, End):
            raise SandboxError(f"this guest has ended ({self._event.cause}); start a new one")
        return self.order({"op": "resume", "reply": reply, "now": now, "refuel": refuel})

    def close(self) -> None:
        """End the guest, if it still lives."""
        if isinstance(self._event, Message):
            self._event = End("returned", "closed by the host", None)
            self._worker.dismiss(self.life)


def enclosed(runtime: Path, load: Sequence[str]) -> Mould:
    """Return what jailed workers are copied from.

    Args:
        runtime: The script that they run.
        load: What it is told to load.
    """
    user = 1 << 30 | int.from_bytes(os.urandom(3), "big")  # there are bounds for each user
    return Mould(
        runtime=runtime,
        load=tuple(load),
        path=_site_of_the_engine(),
        profile=ENGINE,
        user=user,
        still=False,
    )


def wait_until_loaded(process: BareProcess) -> None:
    """Wait for the news that the component is loaded.

    Raises:
        LoadError: It is not; the message says why.
    """
    process.channel.settimeout(PATIENCE_SECONDS)
    try:
        with process.channel.makefile("rb") as stream:
            said = frames.hear_word(stream, LONGEST_REPORT)
    except (OSError, ValueError) as error:
        raise LoadError(str(error)) from error
    if said is None or said.word != frames.READY:
        raise LoadError(said.text if said else "the worker process died")


def _beginning(argument: str, seed: int, now: float, limits: Limits) -> frames.Order:
    """Return what a worker is told of a guest before it begins."""
    return {"argument": argument, "seed": seed, "now": now, **asdict(limits)}


def _refused(missing: Mapping[str, str]) -> SandboxError:
    return SandboxError(
        f"workers cannot be jailed as those before them were: {advise(missing)}; {FREE}"
    )


def _site_of_the_engine() -> str:
    """Return the folder that the engine's package is in."""
    spec = find_spec("wasmtime")
    assert spec, "the guest was compiled with it"
    assert spec.origin
    return str(Path(spec.origin).parent.parent)
