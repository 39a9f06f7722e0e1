"""Workers in no jail, where the system has none: what keeps guests in is WebAssembly alone."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sandbox.jail.enclosure import ADVICE, PYTHON, LoadError, described
from sandbox.jail.supply import Source
from sandbox.jail.zygote import Mould, Zygote
from sandbox.session import End, SandboxError


class WorkerProcess(Protocol):
    """The process of a worker, jailed or not."""

    channel: socket.socket

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    def kill(self) -> None:
        """End it, if it lives."""
        ...

    def autopsy(self) -> End:
        """Find out how it ended."""
        ...

    def exit_code(self) -> int | None:
        """Return its exit status, negative for the signal that it died of, None if unknown."""
        ...

    def close(self) -> None:
        """Kill it, and give everything back."""
        ...


class BareProcess:
    """A worker, until it is closed.

    Args:
        command: What starts it.
        environment: All that it finds in its own: no key of the host's may be where a guest's
            engine runs.

    Attributes:
        channel: The socket to it.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,  # the terminal's Ctrl-C is the host's to handle
            )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def kill(self) -> None:
        """End it, if it lives."""
        self._process.kill()

    def autopsy(self) -> End:
        """Tell how it ended, and end it if it has not."""
        return End("worker", f"it left with status {self.exit_code()}", None)

    def exit_code(self) -> int:
        """Return its exit status, negative for the signal that it died of; end it if it lives."""
        self.kill()
        return self._process.wait()

    def close(self) -> None:
        """Kill it, and give everything back."""
        self.kill()
        self._process.wait()
        self.channel.close()


class Bare:
    """Starts workers as plain processes.

    Args:
        mould: What they run; who they are and what they call is bounded by nothing.
        why: Why there is no jail.
        ready: Waits until one has loaded what it should; raises a `LoadError` if it cannot.
    """

    alive = True

    def __init__(self, mould: Mould, why: str, ready: Callable[[BareProcess], None]) -> None:
        self._command = [*PYTHON, str(mould.runtime), *mould.load]
        self._environment = {"PYTHONPATH": mould.path}
        self._ready = ready
        self.missing = dict.fromkeys(ADVICE, why)
        self.partial: dict[str, str] = {}

    def start_guest(self, memory_mb: int) -> BareProcess:
        """Start a worker; nothing but the engine bounds its memory.

        Raises:
            OSError: It did not come to be.
            LoadError: It cannot load what it should.
        """
        process = BareProcess(self._command, self._environment)
        try:
            self._ready(process)
        except BaseException:
            process.close()
            raise
        return process

    def dying(self) -> bool:
        """Tell that there is nothing here that dies."""
        return False

    def close(self) -> None:
        """Do nothing: workers end when their channels do."""


def jailed_if_possible(
    mould: Mould, ready: Callable[[BareProcess], None]
) -> tuple[Source[WorkerProcess], str]:
    """Return what makes workers, and what of the jail holds, in words.

    Args:
        mould: What they run.
        ready: As `Bare` has it.

    Raises:
        LoadError: They cannot load what they should.
    """
    if sys.platform != "linux":
        why = f"it is made of what only Linux has, and this is {sys.platform}"
    else:
        try:
            zygote = Zygote(mould)
            return zygote, described(zygote)
        except LoadError:
            raise
        except SandboxError as error:
            why = str(error)
    return Bare(mould, why, ready), f"in no jail ({why})"
