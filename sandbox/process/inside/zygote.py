"""The zygote: imports the guest once, and becomes a copy of it for each life.

Usage: ``zygote.py TREE FILTER FOUND``, run by `sandbox.jail.inside.enter`. Three kinds of process
live here.

- The *keeper* is the first in the namespace of process ids (see `keeper`).
- The *mould* has imported the guest and closed all the doors that can be closed beforehand. It
  does nothing but copy itself, and each turn leaves its heap as it was before: that is why
  equal lives find their objects at equal addresses.
- A *life* closes the last doors, and only then reads the first word of a stranger.

For each life the host writes a byte to the mould's input, and puts a packet on the queue: the
life's memory limit, its end of the channel to the host, and the pipe for its exit status.
"""

from __future__ import annotations

import json
import os
import sys
from base64 import b64decode
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

DOOR, NOWHERE, ERRORS, QUEUE, KEEPER, MOULD = range(6)
CHANNEL = 3
"""Where a life has its channel to the host, when all else is closed."""
HERE = os.path.dirname(__file__)
LAYERS = os.path.join(HERE, "../../jail/inside")
PACKET_BYTES = 8
LIMITS = {"CORE": 0, "FSIZE": 0, "MEMLOCK": 0, "NOFILE": 16}


def beside(folder: str, name: str) -> Any:
    """Load a script from its file, under a name that no module of a guest has."""
    module = ModuleType(f"_{name}")
    SourceFileLoader(module.__name__, os.path.join(folder, f"{name}.py")).exec_module(module)
    return module


class Mould:
    """The process that lives are copied from.

    Args:
        tree: The guest's files.
        code: The compiled filter of system calls; empty if the host has none.
        found: What `enter` found, for the host: which layers are missing, and whether addresses
            are fixed.
    """

    def __init__(self, tree: str, code: bytes, found: dict[str, Any]) -> None:
        self.runtime = beside(tree, "guest_runtime")
        self.entry = self.runtime.load(tree)
        guests = set(sys.modules)
        self.layers = beside(LAYERS, "layers")
        import gc
        import signal
        import socket

        self.gc, self.signal, self.socket = gc, signal, socket
        self.filter = self.layers.Filter(code)
        self.missing: dict[str, str] = found["missing"]
        self.found = found
        self.queue = socket.socket(fileno=QUEUE)
        self.registry = socket.socket(fileno=MOULD)
        self.keeper = os.getppid()
        self.runtime.seal()
        for name in set(sys.modules) - guests:
            del sys.modules[name]

    def harden(self) -> None:
        """Close the doors that can be closed before there is a life; note which have no lock."""
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")  # where memory ends, a life shall go, and not the keeper of all
        if "namespaces" not in self.missing:
            self.close("namespaces", self.layers.empty_root)
        self.close("privileges", self.give_up_privileges)
        self.close("Landlock", self.layers.landlock)
        # There is no way back from this one, and lives need it last: for now it is only tried.
        self.close("seccomp", lambda: self.layers.rehearse(self.filter_calls))
        self.layers.die_with_parent(self.signal.SIGKILL)

    def close(self, name: str, layer: Any) -> None:
        """Close one door, or note why this machine cannot."""
        try:
            layer()
        except OSError as error:
            self.missing[name] = str(error.strerror)

    def give_up_privileges(self) -> None:
        """Be nobody, whom others of that name cannot look into, with little to spend."""
        self.layers.drop_privileges()
        self.layers.hide()
        self.layers.bound(LIMITS)

    def filter_calls(self) -> None:
        """Close the last door.

        Raises:
            OSError: It is open even so.
        """
        self.filter.install()
        try:
            os.getcwd()
        except PermissionError:
            return
        raise OSError(0, "the kernel does not take the filter")

    def report(self) -> None:
        """Tell the host that lives may come, and what they will stand behind."""
        self.queue.send(json.dumps(self.found).encode())
        os.dup2(NOWHERE, ERRORS)

    def copies(self) -> Any:
        """Return in each copy, with its packet; the mould itself stays here to the end.

        A copy is made by one that is gone at once, so that it is the keeper's child. Nothing
        here may keep an object from one turn to the next.
        """
        self.signal.signal(self.signal.SIGCHLD, self.signal.SIG_IGN)
        self.gc.collect()
        self.gc.freeze()
        while os.read(DOOR, 1):
            if os.fork() == 0:
                packet = self.socket.recv_fds(self.queue, PACKET_BYTES, 2)
                if os.fork() == 0:
                    return packet
                os._exit(0)
        os._exit(0)

    def live(self, packet: Any) -> None:
        """Become one life."""
        memory_mb, (channel, status) = int.from_bytes(packet[0], "big"), packet[1]
        while os.getppid() != self.keeper:
            os.sched_yield()
        self.layers.die_with_parent(self.signal.SIGKILL)
        self.socket.send_fds(self.registry, [os.getpid().to_bytes(4, "big")], [status])
        with self.socket.socket(fileno=channel) as host:
            self.socket.send_fds(host, [b"h"], [os.pidfd_open(os.getpid())])
            os.dup2(channel, CHANNEL)
        os.dup2(NOWHERE, DOOR)
        os.closerange(CHANNEL + 1, LIMITS["NOFILE"])
        self.runtime.bound(memory_mb)
        if "seccomp" not in self.missing:
            self.filter.install()
        os.write(CHANNEL, b"c")
        self.runtime.serve(self.entry, CHANNEL, CHANNEL)


def main(tree: str, code: str, found: str) -> None:
    """Split into keeper and mould."""
    child = os.fork()
    if child:
        os.close(MOULD)
        beside(LAYERS, "layers").adopt_orphans()
        beside(HERE, "keeper").keep(child, QUEUE, KEEPER)
    os.close(KEEPER)
    mould = Mould(tree, b64decode(code), json.loads(found))
    mould.harden()
    mould.report()
    try:
        mould.live(mould.copies())
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
