"""The WebAssembly wall as the host sees it: a pool of worker processes, and sessions in them."""

from __future__ import annotations

import itertools
import queue
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any

from sandbox.limits import Limits
from sandbox.session import End, Event, Guest, Message, SandboxError, Session
from sandbox.wasm import component_worker as worker
from sandbox.wasm.build import COMPILED, Progress, cached_build

GRACE_SECONDS = 2.0
"""How long past one and a half times its limit a worker may take to say that a guest hangs."""

FREE = "free memory, or end other programs, and try again"


class WasmSandbox:
    """Starts guests as WebAssembly instances, many to a worker process.

    Args:
        guest: The program that every session runs; built on first use, then cached.
        lives_per_worker: How many guests share one process.
        progress: Told a line before each slow stage of a first build.
        speaks: Whether guests have a host to say messages to. The entry function of one that has
            not takes the argument alone.

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
        lives_per_worker: int = 16,
        progress: Progress = lambda line: None,
        speaks: bool = True,
    ) -> None:
        self._build = cached_build(guest, progress, speaks=speaks)
        self.build = self._build.identity
        self._lives_per_worker = lives_per_worker
        self._ids = itertools.count(1)
        self._workers: list[_Worker] = []
        # A signal handler may close the wall while the same thread is inside it.
        self._lock = threading.RLock()

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Session:
        """Start a fresh guest (see `sandbox.session.Sandbox.start`).

        Raises:
            SandboxError: No worker can be started, or it cannot load the guest.
        """
        with self._lock:
            host = self._free_worker()
            session = WasmSession(host, next(self._ids), limits.wall_seconds)
            host.sessions[session.life] = session.inbox
        session.send(
            {"op": "start", "argument": argument, "seed": seed, "now": now, **asdict(limits)}
        )
        if host.failure:
            raise self._unloaded(host.failure)
        return session

    def workers(self) -> list[int]:
        """Process ids of the workers alive now."""
        return [w.process.pid for w in self._workers if w.alive]

    def close(self) -> None:
        """End every guest and every worker process."""
        with self._lock:
            for each in self._workers:
                each.kill()
            self._workers.clear()

    def _free_worker(self) -> _Worker:
        self._workers = [w for w in self._workers if w.alive]
        for each in self._workers:
            if len(each.sessions) < self._lives_per_worker:
                return each
        try:
            fresh = _Worker(str(self._build.files / COMPILED))
        except (OSError, RuntimeError) as error:  # no process, or no thread
            raise SandboxError(f"no worker can be started ({error}); {FREE}") from error
        self._workers.append(fresh)
        return fresh

    def _unloaded(self, failure: str) -> SandboxError:
        """Return the error for a guest that does not load, which is dropped if it is to blame."""
        if worker.NO_MEMORY in failure:
            return SandboxError(f"the sandbox guest cannot be loaded ({failure}); {FREE}")
        self._build.discard()
        return SandboxError(
            f"the compiled sandbox guest does not load here ({failure}); it is dropped "
            "from the cache, so try again, and it is built anew"
        )


class WasmSession:
    """One guest in a worker process."""

    def __init__(self, host: _Worker, life: int, wall_seconds: float) -> None:
        self.life = life
        self.inbox: queue.SimpleQueue[worker.Frame] = queue.SimpleQueue()
        self._host = host
        self._patience = 1.5 * wall_seconds + GRACE_SECONDS
        self._event: Event = End("worker", "not started", None)

    @property
    def event(self) -> Event:
        """What the guest said last."""
        return self._event

    def send(self, frame: worker.Frame) -> Event:
        """Send a frame and wait for the guest's next word."""
        self._host.say({"life": self.life, **frame})
        try:
            self._event = _event(self.inbox.get(timeout=self._patience))
        except queue.Empty:
            # The worker's own clock failed to stop it: the process is no longer to be trusted.
            self._host.kill()
            self._event = End("hang", "no heartbeat within the time limit", None)
        if isinstance(self._event, End):
            self._host.sessions.pop(self.life, None)
        return self._event

    def resume(self, reply: str, *, now: float, refuel: bool = True) -> Event:
        """Reply, and wait for the next word (see `sandbox.session.Session.resume`)."""
        if isinstance(self._event, End):
            raise SandboxError(f"this guest has ended ({self._event.cause}); start a new one")
        return self.send({"op": "resume", "reply": reply, "now": now, "refuel": refuel})

    def close(self) -> None:
        """End the guest, if it still lives."""
        if isinstance(self._event, Message):
            self._event = End("returned", "closed by the host", None)
            self._host.say({"life": self.life, "op": "close"})


class _Worker:
    """A worker process and the thread that sorts its frames into sessions' inboxes."""

    def __init__(self, compiled: str) -> None:
        self.sessions: dict[int, queue.SimpleQueue[worker.Frame]] = {}
        self.process = subprocess.Popen(
            [sys.executable, "-I", worker.__file__, compiled],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},  # no key of the host's may be where a guest's engine runs
            start_new_session=True,  # the terminal's Ctrl-C is the host's to handle
        )
        self.alive = True
        self.failure = ""
        self._lock = threading.Lock()
        threading.Thread(target=self._sort, daemon=True).start()

    def say(self, frame: worker.Frame) -> None:
        """Write to the worker; a broken pipe is noticed by the reader."""
        assert self.process.stdin is not None
        try:
            with self._lock:
                worker.write_frame(self.process.stdin, frame)
        except (OSError, ValueError):
            self._mourn(frame["life"])

    def kill(self) -> None:
        """End the process at once and reap it."""
        self.alive = False
        self.process.kill()
        self.process.wait()

    def _sort(self) -> None:
        assert self.process.stdout is not None
        try:
            while (frame := worker.read_frame(self.process.stdout)) is not None:
                self.failure = frame.get("failure", self.failure)
                inbox = self.sessions.get(frame["life"])
                if "end" in frame:
                    self.sessions.pop(frame["life"], None)
                if inbox is not None:
                    inbox.put(frame)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self.kill()
        for life in list(self.sessions):
            self._mourn(life)

    def _mourn(self, life: int) -> None:
        inbox = self.sessions.pop(life, None)
        if inbox is not None:
            inbox.put({"end": "worker", "detail": "the worker process died", "fuel": None})


def _event(frame: dict[str, Any]) -> Event:
    if "end" in frame:
        return End(frame["end"], frame["detail"], frame["fuel"])
    return Message(frame["message"], frame["fuel"])
