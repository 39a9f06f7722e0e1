"""The host's handle on a zygote: starts it, asks it for copies, ends it."""

from __future__ import annotations

import json
import os
import socket
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.jail.enclosure import Enclosure
from sandbox.jail.guest_process import GuestProcess
from sandbox.jail.inside.layers import NOBODY
from sandbox.jail.system_calls import FilterError, Profile, compile_filter

READY_SECONDS = 60.0
"""How long a copy may take to be ready, on a busy machine."""

ZYGOTE = Path(__file__).parent / "inside" / "zygote.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mould:
    """What copies are made of.

    Attributes:
        runtime: The script that they run (see `sandbox.jail.inside.zygote`).
        load: What its ``load`` is told.
        path: A folder to import packages from.
        profile: The system calls that they may make.
        user: Who they are, where this is root.
        still: Whether they should find objects at fixed addresses.
        files: The files and folders that they can read, by their path inside; by default none.
    """

    runtime: Path
    load: tuple[str, ...]
    profile: Profile
    path: str = ""
    user: int = NOBODY
    still: bool = True
    files: Mapping[str, str] = field(default_factory=dict)


class Zygote(Enclosure):
    """A process that becomes a copy of itself for each guest.

    Args:
        mould: What it loads.

    Raises:
        LoadError: It loads nothing; the message says why.
        SandboxError: It does not start; the message says why.
    """

    def __init__(self, mould: Mould) -> None:
        code, without = b"", {}
        try:
            code = compile_filter(mould.profile)
        except FilterError as error:
            without["seccomp"] = str(error)
        config = {
            "runtime": str(mould.runtime),
            "load": mould.load,
            "path": mould.path,
            "filter": b64encode(code).decode(),
            "user": mould.user,
            "files": dict(mould.files),
        }
        super().__init__(ZYGOTE, json.dumps(config), still=mould.still)
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
