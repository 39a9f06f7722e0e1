"""The jailed-process wall: real interpreters, each locked in before it hears a stranger's word."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable

from sandbox.jail.enclosure import advise
from sandbox.limits import Limits
from sandbox.native import NativeSession, lay_out
from sandbox.process.guest_process import GuestProcess
from sandbox.process.zygote import Zygote
from sandbox.session import Guest, SandboxError, Session

CLOCK = "the clock below Python's own functions"
CPU_LIMIT = "how far they come before their CPU time is used up"
ADDRESSES = "memory addresses, and the order of sets of objects that are hashed by them"

Progress = Callable[[str], None]


class ProcessSandbox:
    """Starts guests as processes: copies of one that has them imported, each in its own jail.

    Args:
        guest: The program that every session runs.
        unsafe: Go on with the layers that there are, where some are missing.
        progress: Told a line about what is done without.

    Attributes:
        undetermined: What two equal lives may differ in here.

    Raises:
        SandboxError: A layer of the jail is missing; the message names each, and what to do.
    """

    name = "process"
    counts_fuel = False

    def __init__(
        self,
        guest: Guest,
        *,
        unsafe: bool = False,
        progress: Progress = lambda line: None,
    ) -> None:
        if sys.platform != "linux":
            raise SandboxError(
                f"the process wall is made of what only Linux has, and this is {sys.platform}; "
                "use the wasm wall, which stands anywhere"
            )
        self._tree = lay_out(guest)
        self.build = hashlib.sha256(f"{self._tree.identity}\0{sys.version}".encode()).hexdigest()
        # A signal handler may close the wall while the same thread is inside it.
        self._lock = threading.RLock()
        self._zygote = Zygote(self._tree.files)
        self.undetermined = (CLOCK, CPU_LIMIT, *(() if self._zygote.still else (ADDRESSES,)))
        self._accepted = frozenset(self._zygote.missing) if unsafe else frozenset[str]()
        self._refuse_what_lacks_more()
        if self._zygote.missing:
            without = advise(self._zygote.missing)
            progress(f"the process wall is not whole; going on without: {without}")

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Session:
        """Start a fresh guest (see `sandbox.session.Sandbox.start`).

        Raises:
            SandboxError: No process can be made for it.
        """
        guest = self._started(limits.memory_mb)
        session = NativeSession(guest, limits)
        session.begin(argument, seed=seed, now=now)
        return session

    def workers(self) -> list[int]:
        """Process ids of the zygotes alive now."""
        return [self._zygote.pid] if self._zygote.alive else []

    def close(self) -> None:
        """End every guest and every process."""
        with self._lock:
            self._zygote.close()

    def _started(self, memory_mb: int) -> GuestProcess:
        zygote = self._running_zygote()
        try:
            try:
                return zygote.start_guest(memory_mb)
            except OSError:
                if not zygote.dying():
                    raise
                return self._running_zygote().start_guest(memory_mb)
        except OSError as error:
            raise SandboxError(f"no process can be made for a new life: {error}") from error

    def _running_zygote(self) -> Zygote:
        with self._lock:
            if not self._zygote.alive:
                self._zygote.close()
                self._zygote = Zygote(self._tree.files)
                # A machine that runs short of something may refuse a layer that it had before.
                self._refuse_what_lacks_more()
            return self._zygote

    def _refuse_what_lacks_more(self) -> None:
        """End a zygote that lacks a layer which nobody agreed to go on without.

        Raises:
            SandboxError: It does.
        """
        missing = self._zygote.missing
        if missing.keys() <= self._accepted:
            return
        self.close()
        raise SandboxError(
            f"the process wall is not whole on this machine. Missing: {advise(missing)}. "
            "Use the wasm wall, or --unsafe to go on without"
        )
