"""A script in namespaces of its own, from the host: starts it, hears what it found, ends it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sandbox.session import SandboxError

ENTER = Path(__file__).parent / "inside" / "enter.py"
PYTHON = (sys.executable, "-s", "-S", "-P", "-B")
"""No packages, no startup files, nothing written."""
PATIENCE_SECONDS = 60.0
"""How long it may take to report, or to take a packet."""
GONE_SECONDS = 10.0
"""How long it may take to be gone when it is told to."""
DYING_SECONDS = 0.5
"""How long one that dies may take for it."""
LARGEST_REPORT = 1 << 16

ADVICE = {
    "namespaces": "run as root, or let users make namespaces (sysctl user.max_user_namespaces, "
    "kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0); "
    "a container needs --privileged or CAP_SYS_ADMIN for it",
    "Landlock": "use Linux 5.13 or newer, with landlock in its lsm= list",
    "seccomp": "install libseccomp (libseccomp2 in Debian) and pip install pyseccomp, and use a "
    "kernel with CONFIG_SECCOMP_FILTER",
    "privileges": "run as root with CAP_SETUID, CAP_SETGID and CAP_SETPCAP, or as a plain user",
}
"""What each layer of a jail needs."""


class KnownJail(Protocol):
    """What is known of a jail: see `Enclosure`."""

    missing: dict[str, str]
    partial: dict[str, str]


class LoadError(SandboxError):
    """What a script should load does not load."""


class Enclosure:
    """A script of ours in namespaces of its own, and the queue to it.

    The script finds the queue at the descriptor that `enter` has for it, and says first what it
    found: JSON with the layers that are ``missing``, each with the reason. Its standard output
    leads nowhere; what it says to standard error before that is the reason that it does not start.

    Args:
        script: Its file.
        arguments: What it is told, before what `enter` found.
        still: Whether what runs in there should find objects at fixed addresses.

    Attributes:
        queue: A socket for packets.
        missing: The layers of the jail that this machine does not have, each with the reason.
        partial: The layers that hold in part, each with what it leaves open.
        still: Whether what runs in there finds objects at fixed addresses.

    Raises:
        LoadError: It starts, and cannot load what it should; the message says why.
        SandboxError: It does not start; the message says why.
    """

    def __init__(self, script: Path, *arguments: str, still: bool = True) -> None:
        command = [*PYTHON, str(script), *arguments]
        self.queue, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*PYTHON, str(ENTER), str(theirs.fileno()), "still" if still else "", *command],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={"PYTHONHASHSEED": "0"},  # nothing of the host's, and one order for all sets
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # the terminal's Ctrl-C is the host's to handle
            )
        assert self._process.stderr is not None
        with self._process.stderr as errors:
            try:
                self.queue.settimeout(PATIENCE_SECONDS)
                found = json.loads(self.queue.recv(LARGEST_REPORT))
            except (OSError, ValueError) as error:
                self.close()
                why = errors.read().decode(errors="replace").strip()[-2000:]
                raise SandboxError(f"the jailed process does not start: {why or error}") from None
        if failure := found.get("failure"):
            self.close()
            raise LoadError(failure)
        self.missing: dict[str, str] = found["missing"]
        self.partial: dict[str, str] = found.get("partial", {})
        self.still: bool = found["still"]

    @property
    def pid(self) -> int:
        """Process id of the one that waits for all the others."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked for anything."""
        return self._process.poll() is None

    def dying(self) -> bool:
        """Whether it is dead, or will be in a moment."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(DYING_SECONDS)
        return not self.alive

    def knock(self) -> None:
        """Write a byte to its standard input.

        Raises:
            OSError: It is gone.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(b"\0")

    def close(self) -> None:
        """End it and all that runs in there, and wait until they are gone."""
        assert self._process.stdin is not None
        self.queue.close()
        self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GONE_SECONDS)
            return
        self._process.kill()
        self._process.wait(GONE_SECONDS)


def described(jail: KnownJail) -> str:
    """Say which layers hold, which hold in part, and which are missing."""
    holds = [name for name in ADVICE if name not in jail.missing]
    words = [f"{name} ({jail.partial[name]})" if name in jail.partial else name for name in holds]
    lacks = f"; missing: {advise(jail.missing)}" if jail.missing else ""
    return f"jailed by {', '.join(words) or 'nothing'}{lacks}"


def advise(missing: Mapping[str, str]) -> str:
    """Say of each layer that is missing why, and what it needs."""
    return "; ".join(f"{name} ({reason}): {ADVICE[name]}" for name, reason in missing.items())
