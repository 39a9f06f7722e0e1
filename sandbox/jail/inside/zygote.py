"""The zygote: loads once what copies of it need, and becomes such a copy whenever the host asks.

Usage: ``zygote.py CONFIGURATION FOUND``, run by `sandbox.jail.inside.enter`. Three kinds of process
live here.

- The *keeper* is the first in the namespace of process ids (see `keeper`).
- The *mould* has loaded what copies run, and closed all the doors that can be closed beforehand. It
  does nothing but copy itself, and each turn leaves its heap as it was before: that is why
  equal lives find their objects at equal addresses.
- A *copy* closes the last doors, and only then reads the first word of a stranger.

What copies run is a *runtime*, a script with four functions: ``load``, which gets its arguments
from the host and returns what is kept for copies; ``seal``, after which nothing more is loaded;
``bound``, which limits the memory of a copy; and ``serve``, which is given what was loaded and the
descriptors to read from and to write to, and never returns.

For each copy the host writes a byte to the mould's input, and puts a packet on the queue: the
copy's memory limit, its end of the channel to the host, and the pipe for its exit status.
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
"""Where a copy has its channel to the host, when all else is closed but files of its runtime."""
HERE = os.path.dirname(__file__)
PACKET_BYTES = 8
LIMITS = {"CORE": 0, "FSIZE": 0, "MEMLOCK": 0, "NOFILE": 16}


def load_script(file: str) -> Any:
    """Load a script from its file, under a name that no module of a guest has."""
    module = ModuleType(f"_{os.path.basename(file).removesuffix('.py')}")
    module.__file__ = file
    SourceFileLoader(module.__name__, file).exec_module(module)
    return module


def beside(name: str) -> Any:
    """Load a script of this folder."""
    return load_script(os.path.join(HERE, f"{name}.py"))


class Mould:
    """The process that copies are made from.

    Args:
        config: What copies run (``runtime``, the arguments to ``load``, a ``path`` to import
            from), the compiled ``filter`` of system calls, empty if the host has none, the ``user``
            to be, and the ``files`` that there are to read.
        found: What `enter` found, for the host: which layers are missing, and whether addresses
            are fixed.
    """

    def __init__(self, config: dict[str, Any], found: dict[str, Any]) -> None:
        before = descriptors()
        sys.path += filter(None, [config["path"]])
        self.runtime = load_script(config["runtime"])
        self.loaded = self.runtime.load(*config["load"])
        self.files = descriptors() - before
        guests = set(sys.modules)
        self.layers = beside("layers")
        import gc
        import signal
        import socket

        self.gc, self.signal, self.socket = gc, signal, socket
        self.filter = self.layers.Filter(b64decode(config["filter"]))
        self.user = config["user"]
        self.readable = config["files"]
        self.missing: dict[str, str] = found["missing"]
        self.found = found
        self.queue = socket.socket(fileno=QUEUE)
        self.registry = socket.socket(fileno=MOULD)
        self.keeper = os.getppid()
        self.runtime.seal()
        for name in set(sys.modules) - guests:
            del sys.modules[name]

    def harden(self) -> None:
        """Close the doors that can be closed before there is a copy; note which have no lock."""
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")  # where memory ends, a copy shall go, and not the keeper of all
        self.close("privileges", self.layers.forbid_writable_code)
        if "namespaces" not in self.missing:
            self.close("namespaces", self.swap_root)
        self.close("privileges", self.give_up_privileges)
        self.close("Landlock", self.refuse_what_landlock_knows)
        # There is no way back from this one, and copies need it last: for now it is only tried.
        self.close("seccomp", lambda: self.layers.rehearse(self.filter_calls))
        self.layers.die_with_parent(self.signal.SIGKILL)

    def close(self, name: str, layer: Any) -> None:
        """Close one door, or note why this machine cannot."""
        try:
            layer()
        except OSError as error:
            self.missing[name] = str(error.strerror)

    def give_up_privileges(self) -> None:
        """Be a user whom others cannot look into, with no power and little to spend."""
        self.layers.drop_privileges(self.user)
        self.layers.hide()
        self.layers.bound(LIMITS)

    def swap_root(self) -> None:
        """See no files but those that are to be read."""
        if self.readable:
            self.layers.furnish_root(self.readable)
        else:
            self.layers.empty_root()

    def refuse_what_landlock_knows(self) -> None:
        """Refuse all of it but what is to be read, and note what an older kernel does not know."""
        allowed = {"/": self.layers.READ} if self.readable else None
        if unknown := self.layers.landlock(allowed):
            words = f"this kernel's knows nothing of {', '.join(unknown)}"
            self.found["partial"] = {"Landlock": words}

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
        """Tell the host that copies may come, and what they will stand behind."""
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
                maker = os.getpid()
                if os.fork() == 0:
                    self.go_to_the_keeper(maker)
                    return packet
                os._exit(0)
        os._exit(0)

    def go_to_the_keeper(self, maker: int) -> None:
        """Wait until this copy's maker is gone, and be the keeper's child; end if that is gone."""
        while os.getppid() == maker:
            os.sched_yield()
        self.layers.die_with_parent(self.signal.SIGKILL)
        if os.getppid() != self.keeper:
            os._exit(1)

    def live(self, packet: Any) -> None:
        """Become one copy."""
        memory_mb, (channel, status) = int.from_bytes(packet[0], "big"), packet[1]
        self.socket.send_fds(self.registry, [os.getpid().to_bytes(4, "big")], [status])
        with self.socket.socket(fileno=channel) as host:
            self.socket.send_fds(host, [b"h"], [os.pidfd_open(os.getpid())])
            os.dup2(channel, CHANNEL)
        os.dup2(NOWHERE, DOOR)
        self.close_files()
        self.runtime.bound(memory_mb)
        if "seccomp" not in self.missing:
            self.filter.install()
        os.write(CHANNEL, b"c")
        self.runtime.serve(self.loaded, CHANNEL, CHANNEL)

    def close_files(self) -> None:
        """Keep the channel, the way to nowhere, and what the runtime has opened."""
        for descriptor in range(CHANNEL + 1, LIMITS["NOFILE"]):
            if descriptor not in self.files:
                os.closerange(descriptor, descriptor + 1)


def descriptors() -> set[int]:
    """Return the open descriptors of this process."""
    found = set()
    for each in map(int, os.listdir("/proc/self/fd")):
        try:
            os.fstat(each)
        except OSError:  # the folder's own, gone already
            continue
        found.add(each)
    return found


def tell_failure(words: str) -> None:
    """Tell the host that there is nothing to copy."""
    from socket import socket

    socket(fileno=QUEUE).send(json.dumps({"failure": words[-2000:]}).encode())


def main(config: dict[str, Any], found: dict[str, Any]) -> None:
    """Split into keeper and mould."""
    child = os.fork()
    if child:
        os.close(MOULD)
        beside("keeper").keep(child, QUEUE, KEEPER)
    os.close(KEEPER)
    try:
        mould = Mould(config, found)
    except Exception as error:
        tell_failure(f"{type(error).__name__}: {error}")
        os._exit(1)
    mould.harden()
    mould.report()
    try:
        mould.live(mould.copies())
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(*map(json.loads, sys.argv[1:]))
