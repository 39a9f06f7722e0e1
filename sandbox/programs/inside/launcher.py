"""The launcher: stands in the jail already, and starts a program in it when the host asks.

Usage: ``launcher.py QUEUE CONFIGURATION``. Four kinds of process live here, each the parent of
the next:

- the *outer* one makes the namespaces, and waits;
- the *launcher* is the first process in them, so that nobody in there outlives it. It has the new
  root, and forks for each request that comes through the queue;
- the *keeper* of a run is the first in a namespace of process ids of the run's own. It ends with
  the control socket's other end, and its namespace ends with it;
- the *program*: one command after another, behind all doors.

A request is a packet: JSON, and the descriptors of `FILES`. The keeper answers on the control
socket: ``p`` with a descriptor of each program process, and last ``=`` with a wait status, or
``!`` with what failed here.
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
    from sandbox.process.inside import layers
    from sandbox.programs.inside import doors
else:
    sys.path.append(os.path.dirname(__file__))
    import doors
    from doors import layers

FILES = ("control", "source", "stdin", "stdout", "stderr", "result")
LARGEST_REQUEST = 1 << 16
COPIED_AT_ONCE = 1 << 20
CLONE_NEWPID = 0x20000000

Request = dict[str, Any]


def main(queue: str, configuration: str) -> NoReturn:
    """Make the namespaces, start the launcher in them, and end with it."""
    config = json.loads(configuration)
    requests = socket.socket(fileno=int(queue))
    try:
        layers.hold_still()
        layers.enter_namespaces()
        child = os.fork()
        if child:
            requests.close()
            os.waitpid(child, 0)
            os._exit(0)
        layers.die_with_parent(signal.SIGKILL)
        doors.furnish_root(config["files"])
        code = b64decode(config["filter"])
        rehearse(code)
    except OSError as error:
        requests.send(f"{error.strerror}".encode())
        os._exit(1)
    requests.send(b"ready")
    try:
        serve(requests, code)
    finally:
        os._exit(0)


def rehearse(code: bytes) -> None:
    """See in a child whether all doors close.

    Raises:
        OSError: One does not.
    """
    hears, tells = os.pipe()
    child = os.fork()
    if not child:
        try:
            doors.make_scratch(1)
            doors.lock_in({}, False, code)
            os.write(tells, b"closed")
        except OSError as error:
            os.write(tells, f"{error.strerror}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(tells)
    with open(hears, "rb") as stream:
        words = stream.read().decode()
    if words != "closed":
        raise OSError(0, words)


def serve(requests: socket.socket, code: bytes) -> None:
    """Fork for each request, until the host is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        words, descriptors, _, _ = socket.recv_fds(requests, LARGEST_REQUEST, len(FILES))
        if not words:
            return
        for each in descriptors:
            os.set_inheritable(each, False)  # a program that had them could speak for its keeper
        if os.fork() == 0:
            requests.close()
            keep_in_own_namespace(
                json.loads(words), dict(zip(FILES, descriptors, strict=True)), code
            )
        for each in descriptors:
            os.close(each)


def keep_in_own_namespace(request: Request, files: dict[str, int], code: bytes) -> NoReturn:
    """Start the keeper of a run where there is nobody else."""
    control = socket.socket(fileno=files["control"])
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        layers.call("a namespace", "unshare", CLONE_NEWPID)
        doors.make_scratch(request["scratch_mb"])
        if os.fork() == 0:
            keep(request, files, control, code)
    except OSError as error:
        control.send(b"!" + str(error.strerror).encode())
    finally:
        os._exit(0)


def keep(request: Request, files: dict[str, int], control: socket.socket, code: bytes) -> NoReturn:
    """Run the commands one after another while they succeed, and tell how the last one ended."""
    try:
        os.chdir(doors.SCRATCH)
        with open(request["source"], "xb", 0) as source:
            copy(files["source"], source.fileno())
        if not request["writable"]:
            doors.seal(doors.SCRATCH, doors.READ_ONLY)
        status = 0
        for command in request["commands"]:
            if status == 0:
                status = run(command, request, files, control, code)
        if status == 0 and request["result"]:
            copy(os.open(request["result"], os.O_RDONLY | os.O_NOFOLLOW), files["result"])
        control.send(b"=" + status.to_bytes(4, "big"))
    except OSError as error:
        control.send(b"!" + str(error).encode())
    finally:
        os._exit(0)


def copy(source: int, target: int) -> None:
    """Copy what is left of a file into another."""
    while data := os.read(source, COPIED_AT_ONCE):
        view = memoryview(data)
        while view:
            view = view[os.write(target, view) :]


def run(
    command: list[str], request: Request, files: dict[str, int], control: socket.socket, code: bytes
) -> int:
    """Run one command, and return its wait status.

    The whole run ends here if the host closes its end of the control socket.
    """
    program = os.fork()
    if not program:
        execute(command, request, files, control, code)
    handle = os.pidfd_open(program)
    socket.send_fds(control, [b"p"], [handle])
    watch = select.poll()
    watch.register(control, 0)
    watch.register(handle, select.POLLIN)
    if control.fileno() in dict(watch.poll()):
        os._exit(0)
    return os.waitpid(program, 0)[1]


def execute(
    command: list[str], request: Request, files: dict[str, int], control: socket.socket, code: bytes
) -> NoReturn:
    """Become the program. All other descriptors close with that."""
    try:
        for place, name in enumerate(("stdin", "stdout", "stderr")):
            os.dup2(files[name], place)
        os.setsid()
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        doors.lock_in(request["limits"], request["writable"], code)
        os.execve(command[0], command, request["environment"])
    except OSError as error:
        control.send(b"!" + str(error).encode())
    finally:
        os._exit(127)


if __name__ == "__main__":
    main(*sys.argv[1:])
