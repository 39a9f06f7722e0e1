"""Step into the namespaces, and become the zygote in there.

Usage: ``enter.py QUEUE COMMAND...``: the descriptor of the queue that lives are asked for on, and
what starts the zygote. That is told, as one more argument, what was found here.

Only children of the process that asks for a namespace of process ids are in it. So this one
stays outside, waits, and does nothing more; if it is killed, the kernel ends the zygote.
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
    from sandbox.process.inside import layers
else:
    sys.path.append(os.path.dirname(__file__))
    import layers

QUEUE, KEEPER, MOULD = 3, 4, 5
"""Descriptors in the zygote: the host's queue, and both ends of what its two processes share."""


def main(queue: str, *command: str) -> NoReturn:
    """Make the namespaces, start the zygote in them, and end with it."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    place({QUEUE: int(queue), KEEPER: ends[0].fileno(), MOULD: ends[1].fileno()})
    still = layers.hold_still()
    missing = {}
    try:
        layers.enter_namespaces()
    except OSError as error:
        missing["namespaces"] = str(error.strerror)
    child = os.fork()
    if child:
        os.closerange(0, MOULD + 1)  # they are the zygote's: it, and nobody else, keeps them open
        os.waitpid(child, 0)
        os._exit(0)
    layers.die_with_parent(signal.SIGKILL)
    found = json.dumps({"still": still, "missing": missing})
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
