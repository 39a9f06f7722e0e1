"""Calls in processes of this machine."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import LifoQueue
from tempfile import TemporaryDirectory

from genetic.executors import worker
from genetic.executors.remote import RemoteExecutor, WorkerDied


class ProcessExecutor(RemoteExecutor):
    """Processes, each started when it is first needed, and kept for further calls.

    A pool of the standard library's fails every call when one process dies. Here a process has
    one call, so it is clear whose death it was.
    """

    name = "process"

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        # They are killed in the end, and leave there what they have not removed.
        self._scratch = TemporaryDirectory(prefix="autoagent-", ignore_cleanup_errors=True)
        self._processes = [_Process(self._scratch.name) for _ in range(workers)]
        self._idle: LifoQueue[_Process] = LifoQueue()
        for each in self._processes:
            self._idle.put(each)

    def ask(self, call: bytes) -> bytes:
        """Have an idle process perform a call (see `RemoteExecutor.ask`)."""
        process = self._idle.get()
        try:
            return process.ask(call)
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """Kill the processes, whatever they do."""
        super().close()
        for each in self._processes:
            each.close()
        self._scratch.cleanup()


class _Process:
    """A worker process, and the next one when it has died.

    Args:
        scratch: The folder for its temporary files.
    """

    def __init__(self, scratch: str) -> None:
        self._scratch = scratch
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Connection | None = None
        self._closed = False
        self._lock = threading.RLock()

    def ask(self, call: bytes) -> bytes:
        process, channel = self._started()
        try:
            channel.send_bytes(call)
            return channel.recv_bytes()
        except (EOFError, OSError):
            process.kill()  # it may have lost its channel alone
            raise WorkerDied(_how(process.wait())) from None

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def _started(self) -> tuple[subprocess.Popen[bytes], Connection]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the executor was closed")
            if self._process is None or self._channel is None or self._process.poll() is not None:
                self._process, self._channel = _start(self._scratch)
            return self._process, self._channel


def _start(scratch: str) -> tuple[subprocess.Popen[bytes], Connection]:
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(
            # -P: this script's folder is no place to import from.
            [sys.executable, "-P", worker.__file__, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": scratch},
            stdout=2,  # what a call prints is not the host's output
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # the terminal's Ctrl-C is the host's to handle
        )
    with suppress(OSError):  # if it is dead already, the call finds out
        ours.send_bytes(pickle.dumps(sys.path))
    return process, ours


def _how(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"it ended with exit status {status}"
