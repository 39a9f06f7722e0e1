"""The jailed-process wall: real interpreters, each locked in before it hears a stranger's word."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping

from sandbox.jail.enclosure import advise, described
from sandbox.jail.supply import Supply
from sandbox.jail.system_calls import LIFE
from sandbox.jail.zygote import Mould, Zygote
from sandbox.limits import Limits
from sandbox.native import NativeSession, lay_out
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
        layers: What of the jail holds here, in words.

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
        self._supply = Supply(self._started, whole=not unsafe, refused=_refused)
        zygote = self._supply.running()
        self.undetermined = (CLOCK, CPU_LIMIT, *(() if self._zygote.still else (ADDRESSES,)))
        self.layers = described(zygote)
        if zygote.missing:
            without = advise(zygote.missing)
            progress(f"the process wall is not whole; going on without: {without}")
        for name, leaves in zygote.partial.items():
            progress(f"the process wall holds in part: {name} ({leaves})")

    def start(self, argument: str, limits: Limits, *, seed: int, now: float) -> Session:
        """Start a fresh guest (see `sandbox.session.Sandbox.start`).

        Raises:
            SandboxError: No process can be made for it.
        """
        session = NativeSession(self._supply.start_guest(limits.memory_mb), limits)
        session.begin(argument, seed=seed, now=now)
        return session

    def workers(self) -> list[int]:
        """Process ids of the zygotes alive now."""
        return [self._zygote.pid] if self._zygote.alive else []

    def close(self) -> None:
        """End every guest and every process."""
        self._supply.close()

    def _started(self) -> Zygote:
        files = self._tree.files
        runtime = files / "guest_runtime.py"
        self._zygote = Zygote(Mould(runtime=runtime, load=(str(files),), profile=LIFE))
        return self._zygote


def _refused(missing: Mapping[str, str]) -> SandboxError:
    return SandboxError(
        f"the process wall is not whole on this machine. Missing: {advise(missing)}. "
        "Use the wasm wall, or --unsafe to go on without"
    )
