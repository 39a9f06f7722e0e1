"""Workers without a jail, where the system has none: what keeps guests in is WebAssembly alone."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sandbox.jail.enclosure import ADVICE, PATIENCE_SECONDS, PYTHON, LoadError
from sandbox.session import End
from sandbox.wasm.inside import frames

LONGEST_REPORT = 1 << 16


class BareProcess:
    """A worker, until it is closed.

    Args:
        command: What starts it.

    Attributes:
        channel: The socket to it.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},  # no key of the host's may be where a guest's engine runs
                start_new_session=True,  # the terminal's Ctrl-C is the host's to handle
            )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def wait_until_loaded(self) -> None:
        """Wait for the news that the component is loaded.

        Raises:
            LoadError: It is not; the message says why.
        """
        self.channel.settimeout(PATIENCE_SECONDS)
        try:
            with self.channel.makefile("rb") as stream:
                said = frames.hear_word(stream, LONGEST_REPORT)
        except (OSError, ValueError) as error:
            said = frames.Word(0, frames.FAILURE, str(error))
        if said is None or said.word != frames.READY:
            self.close()
            raise LoadError(said.text if said else "the worker process died")

    def kill(self) -> None:
        """End it, if it lives."""
        self._process.kill()

    def autopsy(self) -> End:
        """Tell how it ended, and end it if it has not."""
        self.kill()
        return End("worker", f"it left with status {self._process.wait()}", None)

    def close(self) -> None:
        """Kill it, and give everything back."""
        self.kill()
        self._process.wait()
        self.channel.close()


class Bare:
    """Starts workers as plain processes.

    Args:
        runtime: The script that they run.
        load: What it is told to load.
        why: Why there is no jail.
    """

    alive = True

    def __init__(self, runtime: Path, load: Sequence[str], why: str) -> None:
        self._command = [*PYTHON, str(runtime), *load]
        self.missing = dict.fromkeys(ADVICE, why)
        self.partial: dict[str, str] = {}

    def start_guest(self, memory_mb: int) -> BareProcess:
        """Start a worker; nothing but the engine bounds its memory.

        Raises:
            OSError: It did not come to be.
            LoadError: It cannot load what it should.
        """
        process = BareProcess(self._command)
        process.wait_until_loaded()
        return process

    def dying(self) -> bool:
        """Tell that there is nothing here that dies."""
        return False

    def close(self) -> None:
        """Do nothing: workers end when their channels do."""
