"""The host's handle on a zygote: starts it, asks it for lives, ends it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

from sandbox.process.filter import FilterError, compile_filter
from sandbox.process.guest_process import GuestProcess
from sandbox.session import SandboxError

PATIENCE_SECONDS = 10.0
"""How long a copy may take to be ready, or a zygote to be gone."""


GONE_SECONDS = 0.5
"""How long one that dies may take for it."""

INSIDE = Path(__file__).parent / "inside"
PYTHON = (sys.executable, "-s", "-S", "-P", "-B")
"""No packages, no startup files, nothing written."""


class Zygote:
    """A process that becomes a copy of itself for each life.

    Args:
        tree: The guest's files.

    Attributes:
        missing: The layers of the jail that this machine does not have, each with the reason.
        still: Whether objects lie at fixed addresses.

    Raises:
        SandboxError: It does not start; the message says why.
    """

    def __init__(self, tree: Path) -> None:
        self.missing: dict[str, str] = {}
        code = b""
        try:
            code = compile_filter()
        except FilterError as error:
            self.missing["seccomp"] = str(error)
        self._queue, queue = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        zygote = [*PYTHON, str(INSIDE / "zygote.py"), str(tree), b64encode(code).decode()]
        self._process = subprocess.Popen(
            [*PYTHON, str(INSIDE / "enter.py"), str(queue.fileno()), *zygote],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PYTHONHASHSEED": "0"},  # nothing of the host's, and one order for all sets
            pass_fds=[queue.fileno()],
            start_new_session=True,  # the terminal's Ctrl-C is the host's to handle
        )
        queue.close()
        self._hear()

    def _hear(self) -> None:
        """Wait until it is ready, and learn what it found."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        with self._process.stdout as report, self._process.stderr as errors:
            words = report.read()
            try:
                found = json.loads(words)
            except ValueError:
                self.close()
                why = errors.read().decode(errors="replace").strip()[-2000:]
                raise SandboxError(f"the jailed process does not start: {why}") from None
        self.missing = {**found["missing"], **self.missing}
        self.still: bool = found["still"]

    @property
    def pid(self) -> int:
        """Process id of the one that waits for all the others."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked for lives."""
        return self._process.poll() is None

    def gone(self) -> bool:
        """Whether it is dead, or dying."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GONE_SECONDS)
        return not self.alive

    def start_guest(self, memory_mb: int) -> GuestProcess:
        """Have a copy made, and wait until it is walled in.

        Raises:
            OSError: It did not come to be.
        """
        host, guest = socket.socketpair()
        status, tells_status = os.pipe()
        try:
            packet = memory_mb.to_bytes(8, "big")
            socket.send_fds(self._queue, [packet], [guest.fileno(), tells_status])
            assert self._process.stdin is not None
            self._process.stdin.write(b"\0")
        finally:
            guest.close()
            os.close(tells_status)
        host.settimeout(PATIENCE_SECONDS)
        process = GuestProcess(host, status)
        process.wait_until_closed()
        return process

    def close(self) -> None:
        """End it and all of its lives, and wait until they are gone."""
        assert self._process.stdin is not None
        self._queue.close()
        self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE_SECONDS)
            return
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)
