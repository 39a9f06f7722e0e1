"""The host's handle on a zygote: starts it, asks it for guests, ends it."""

from __future__ import annotations

import os
import socket
from base64 import b64encode
from pathlib import Path

from sandbox.jail.enclosure import Enclosure
from sandbox.jail.system_calls import LIFE, FilterError, compile_filter
from sandbox.process.guest_process import GuestProcess

READY_SECONDS = 10.0
"""How long a copy may take to be ready."""

ZYGOTE = Path(__file__).parent / "inside" / "zygote.py"


class Zygote(Enclosure):
    """A process that becomes a copy of itself for each guest.

    Args:
        tree: The guest's files.

    Raises:
        SandboxError: It does not start; the message says why.
    """

    def __init__(self, tree: Path) -> None:
        code, without = b"", {}
        try:
            code = compile_filter(LIFE)
        except FilterError as error:
            without["seccomp"] = str(error)
        super().__init__(ZYGOTE, str(tree), b64encode(code).decode())
        self.missing |= without

    def start_guest(self, memory_mb: int) -> GuestProcess:
        """Have a copy made, and wait until it is walled in.

        Raises:
            OSError: It did not come to be.
        """
        host, guest = socket.socketpair()
        status, tells_status = os.pipe()
        host.settimeout(READY_SECONDS)
        process = GuestProcess(host, status)
        try:
            packet = memory_mb.to_bytes(8, "big")
            socket.send_fds(self.queue, [packet], [guest.fileno(), tells_status])
            self.knock()
        except BaseException:
            process.close()
            raise
        finally:
            guest.close()
            os.close(tells_status)
        process.wait_until_closed()
        return process
