"""The container wall as the host sees it."""

from __future__ import annotations

import threading

from sandbox.docker.container import Container, start_guest
from sandbox.docker.engine import connect, require_runtime, sweep
from sandbox.docker.image import Progress, guest_image
from sandbox.limits import Limits
from sandbox.native import NativeSession, lay_out
from sandbox.session import Guest, Session


class DockerSandbox:
    """Starts each guest in a container of its own, made anew and removed at its end.

    Args:
        guest: The program that every session runs; its image is built on first use, then kept.
        image: The base image, with Python 3.11 or newer; None makes one of the running
            interpreter.
        runtime: The engine's runtime, such as ``runsc``; None for its default.
        progress: Told a line before each slow stage of a first build.

    Raises:
        SandboxError: There is no engine, or it cannot do what it is asked to.
    """

    name = "docker"
    undetermined: tuple[str, ...] = (
        "memory addresses, and the order of sets of objects that are hashed by them",
        "the clock below Python's own functions",
        "how far they come before their CPU time is used up",
    )
    counts_fuel = False

    def __init__(
        self,
        guest: Guest,
        *,
        image: str | None = None,
        runtime: str | None = None,
        progress: Progress = lambda line: None,
    ) -> None:
        self.engine = connect()
        if runtime is not None:
            require_runtime(self.engine, runtime)
        self._runtime = runtime
        self.image = guest_image(self.engine, lay_out(guest), image, progress)
        self.build = self.image.digest
        sweep(self.engine)
        self._running: list[Container] = []
        # A signal handler may close the wall while the same thread is inside it.
        self._lock = threading.RLock()

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Session:
        """Start a fresh guest (see `sandbox.session.Sandbox.start`).

        Raises:
            SandboxError: The engine cannot start a container.
        """
        container = start_guest(self.engine, self.image.id, limits.memory_mb, self._runtime)
        with self._lock:
            self._running = [each for each in self._running if each.alive]
            self._running.append(container)
        session = NativeSession(container, limits)
        session.begin(argument, seed=seed, now=now)
        return session

    def containers(self) -> list[str]:
        """Ids of the containers alive now."""
        return [each.id for each in self._running if each.alive]

    def close(self) -> None:
        """End every guest, and let go of the engine."""
        with self._lock:
            for each in self._running:
                each.close()
            self._running.clear()
        self.engine.close()
