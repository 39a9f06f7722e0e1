"""Step into namespaces of their own, and become a script in there.

Usage: ``enter.py QUEUE STILL COMMAND...``: the descriptor of the host's queue, ``still`` if objects
shall lie at fixed addresses, and what starts the script. That is told, as one more argument, what
was found here.

Only children of the process that asks for a namespace of process ids are in it. So this one
stays outside, waits, and does nothing more; if it is killed, the kernel ends the script.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sandbox.jail.inside import layers
else:
    sys.path.append(os.path.dirname(__file__))
    import layers

QUEUE, ONE_END, OTHER_END = 3, 4, 5
"""Descriptors of the script, beside the standard ones: the host's queue, and a pair of sockets for
processes in there. All others are closed."""


def main(queue: str, still: str, *command: str) -> NoReturn:
    """Make the namespaces, start the script in them, and end with it."""
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    place({QUEUE: int(queue), ONE_END: pair[0].fileno(), OTHER_END: pair[1].fileno()})
    held = still == "still" and layers.hold_still()
    missing = {}
    try:
        layers.enter_namespaces()
    except OSError as error:
        missing["namespaces"] = str(error.strerror)
    child = os.fork()
    if child:
        # They are the script's: it, and nobody else, keeps them open.
        os.closerange(0, OTHER_END + 1)
        os.waitpid(child, 0)
        os._exit(0)
    layers.die_with_parent(signal.SIGKILL)
    layers.adopt_orphans()
    found = json.dumps({"still": held, "missing": missing})
    os.execv(command[0], [*command, found])


def place(wanted: dict[int, int]) -> None:
    """Copy descriptors to where a program that is executed next looks for them; close all others.

    The host passes them at the numbers that they have there, which may be any.
    """
    above = {
        to: fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10) for to, descriptor in wanted.items()
    }
    for to, descriptor in above.items():
        os.dup2(descriptor, to)
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor > max(wanted):
            with suppress(OSError):  # the folder's own, gone already
                os.close(descriptor)


if __name__ == "__main__":
    main(*sys.argv[1:])
