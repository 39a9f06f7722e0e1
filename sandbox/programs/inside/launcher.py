"""The launcher: stands in the jail already, and starts a program in it when the host asks.

Usage: ``launcher.py CONFIGURATION FOUND``, run by `sandbox.jail.inside.enter`. Three kinds of
process live here, each the parent of the next:

- the *launcher* is the first process in its namespaces, so that nobody in there outlives it. It
  has the new root, and forks for each request that comes through the queue;
- the *keeper* of a run is the first in a namespace of process ids of the run's own. It ends with
  the control socket's other end, and its namespace ends with it;
- the *program*: one command after another, behind all doors; or a copy of what the launcher has
  loaded (see `mould`), where the configuration names that.

A request is a packet: JSON, and the descriptors of `FILES`. The keeper answers on the control
socket: ``p`` with a descriptor of each program process, and last ``=`` with a wait status, or
``-`` if a program ended well and left no result, or ``!`` with what failed here.

The result of commands is a file that they leave. That of a copy of what is loaded comes through a
pipe that no program has which the copy executes: whoever else writes there adds to the result, and
cannot put another in its place.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
from base64 import b64decode
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sandbox.jail.inside import enter, layers
    from sandbox.programs.inside import mould
else:
    HERE = os.path.dirname(__file__)
    sys.path += [HERE, os.path.join(HERE, "../../jail/inside")]
    import enter
    import layers
    import mould

FILES = ("control", "source", "stdin", "stdout", "stderr", "result")
LARGEST_REQUEST = 1 << 16
LARGEST_RESULT = 1 << 22
"""Bytes of what comes through a pipe that are kept, more than any result may have; what comes
after them is read and thrown away."""
COPIED_AT_ONCE = 1 << 20
CLONE_NEWPID = 0x20000000
LAST_DESCRIPTOR = 1 << 20
OWN_MODULES = ["enter", "layers", "mould"]

Request = dict[str, Any]


def main(configuration: str, found: str) -> NoReturn:
    """Furnish the root, tell the host what is missing, and serve it if nothing is."""
    os.closerange(enter.ONE_END, enter.OTHER_END + 1)  # nobody in here speaks with another
    config, report = json.loads(configuration), json.loads(found)
    requests = socket.socket(fileno=enter.QUEUE)
    code = b64decode(config["filter"])
    loaded = mould.Mould(config["mould"], OWN_MODULES) if config["mould"] else None
    if not report["missing"]:
        try:
            layers.furnish_root(config["files"], config["links"])
            layers.rehearse(lambda: close_all_doors(code))
            if loaded:
                loaded.load()
        except OSError as error:
            report["missing"]["layers"] = str(error.strerror)
    requests.send(json.dumps(report).encode())
    os.dup2(1, 2)  # which leads nowhere
    try:
        if not report["missing"]:
            serve(requests, code, loaded)
    finally:
        os._exit(0)


def close_all_doors(code: bytes) -> None:
    """Do all that a run does before its program."""
    layers.make_scratch(1)
    layers.make_streams(0)
    lock_in({}, False, code)


def lock_in(limits: dict[str, int], writable: bool, code: bytes) -> None:
    """Close all doors of this process; what it executes next is a stranger's."""
    # What the kernel counts for each user, it counts for each run, if each has its own.
    layers.drop_privileges(1 << 30 | int.from_bytes(os.urandom(3), "big"))
    layers.bound(limits)
    allowed = {"/": layers.EXECUTE_AND_READ, layers.NULL: layers.WRITE_AND_READ_FILE}
    if writable:
        allowed[layers.SCRATCH] = layers.ALL_BUT_EXECUTE
    layers.landlock(allowed)
    layers.Filter(code).install()


def serve(requests: socket.socket, code: bytes, loaded: mould.Mould | None) -> None:
    """Fork for each request, until the host is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # A program may be of its keeper's user: what keepers handle, it could send them.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    while True:
        words, descriptors, _, _ = socket.recv_fds(requests, LARGEST_REQUEST, len(FILES))
        if not words:
            return
        for each in descriptors:
            os.set_inheritable(each, False)  # a program that had them could speak for its keeper
        if os.fork() == 0:
            requests.close()
            files = dict(zip(FILES, descriptors, strict=True))
            Keeper(json.loads(words), files, code, loaded).keep_in_own_namespace()
        for each in descriptors:
            os.close(each)


class Keeper:
    """The process that stays with a run.

    Args:
        request: What the host wants.
        files: The descriptors that came with it, by name.
        code: The filter of system calls.
        loaded: What the program is to be a copy of, if it is to be one.
    """

    def __init__(
        self,
        request: Request,
        files: dict[str, int],
        code: bytes,
        loaded: mould.Mould | None,
    ) -> None:
        self.request, self.files, self.code, self.loaded = request, files, code, loaded
        self.control = socket.socket(fileno=files["control"])

    def keep_in_own_namespace(self) -> NoReturn:
        """Be the parent of one who keeps the run where there is nobody else."""
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            layers.call("a namespace", "unshare", CLONE_NEWPID)
            layers.make_scratch(
                self.request["scratch_mb"],
                self.request["scratch_files"],
                programs=self.request["executable"],
            )
            layers.make_streams(os.fstat(self.files["stdin"]).st_size)
            if os.fork() == 0:
                self.keep()
        except OSError as error:
            self.control.send(b"!" + str(error.strerror).encode())
        finally:
            os._exit(0)

    def keep(self) -> NoReturn:
        """Run the commands one after another while they succeed; tell how the last one ended."""
        request, files = self.request, self.files
        try:
            os.chdir(layers.SCRATCH)
            with open(request["source"], "xb", 0) as source:
                copy(files["source"], source.fileno())
                if request["executable"]:
                    os.fchmod(source.fileno(), 0o555)
            if not request["writable"]:
                layers.restrict_mounts(layers.SCRATCH, layers.READ_ONLY)
            self.name_stdin()
            status = 0
            for command in request["commands"]:
                if status == 0:
                    status = self.run(command)
            is_missing = status == 0 and not self.has_result()
            self.control.send(b"-" if is_missing else b"=" + status.to_bytes(4, "big"))
        except OSError as error:
            self.control.send(b"!" + str(error).encode())
        finally:
            os._exit(0)

    def has_result(self) -> bool:
        """Tell whether there is the result that is wanted; copy it, if it is a file."""
        if self.loaded:
            return os.fstat(self.files["result"]).st_size > 0
        if not self.request["result"]:
            return True
        try:
            result = os.open(self.request["result"], os.O_RDONLY | os.O_NOFOLLOW)
            copy(result, self.files["result"])
        except OSError:
            return False
        return True

    def name_stdin(self) -> None:
        """Have the standard input be a file, so that programs that look for it by name find it."""
        with open(layers.STDIN, "xb", 0) as named:
            copy(self.files["stdin"], named.fileno())
        layers.restrict_mounts(layers.STREAMS, layers.READ_ONLY)
        os.dup2(os.open(layers.STDIN, os.O_RDONLY), self.files["stdin"], inheritable=False)

    def run(self, command: list[str]) -> int:
        """Run one command, and return its wait status.

        The whole run ends here if the host closes its end of the control socket.
        """
        result, its_end = os.pipe() if self.loaded else (-1, -1)
        program = os.fork()
        if not program:
            self.become(command, its_end)
        handle = os.pidfd_open(program)
        socket.send_fds(self.control, [b"p"], [handle])
        watch = select.poll()
        watch.register(self.control, 0)
        watch.register(handle, select.POLLIN)  # before the result: all that is there is read first
        if self.loaded:
            os.close(its_end)
            os.set_blocking(result, False)
            watch.register(result, select.POLLIN)
        room = LARGEST_RESULT
        while True:
            ready = dict(watch.poll())
            if self.control.fileno() in ready:
                os._exit(0)
            if result in ready:  # before the end is heeded, so that nothing is left in the pipe
                told = os.read(result, COPIED_AT_ONCE)
                room -= os.write(self.files["result"], told[:room])
                if not told or (not room and handle in ready):
                    watch.unregister(result)
            elif handle in ready:
                return os.waitpid(program, 0)[1]

    def become(self, command: list[str], result: int) -> NoReturn:
        """Become the program. All other descriptors close with that."""
        try:
            for place, name in enumerate(("stdin", "stdout", "stderr")):
                os.dup2(self.files[name], place)
            os.setsid()
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            self.close_all_but(self.control.fileno(), result)
            lock_in(self.request["limits"], self.request["writable"], self.code)
            if self.loaded:
                os.close(self.control.detach())
                self.loaded.live(command, result)
            os.execve(command[0], command, self.request["environment"])
        except OSError as error:
            self.control.send(b"!" + str(error).encode())
        finally:
            os._exit(127)

    def close_all_but(self, *kept: int) -> None:
        """Keep the program's own, and those for its result and for what fails before it begins."""
        after = 2
        for each in sorted(each for each in kept if each > after):
            os.closerange(after + 1, each)
            after = each
        os.closerange(after + 1, LAST_DESCRIPTOR)


def copy(source: int, target: int) -> None:
    """Copy what is left of a file into another."""
    while data := os.read(source, COPIED_AT_ONCE):
        view = memoryview(data)
        while view:
            view = view[os.write(target, view) :]


if __name__ == "__main__":
    main(*sys.argv[1:])
