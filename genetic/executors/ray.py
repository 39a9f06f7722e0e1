"""Calls on the machines of a Ray cluster.

Every machine of the cluster needs this package (in a checkout:
``pip install -c constraints.txt -e '.[genetic,ray]'``) with the same versions of Python and Ray,
and this machine is one of them. Ray runs any code that its network sends it: keep a cluster's
network private, and see Ray's documentation on tokens.

Machines may come and go, but for two: Ray ends this process a minute after it has lost the
cluster's head, and without this machine's own node no call is made any more.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from genetic.executors.calls import perform
from genetic.executors.executor import ExecutorError
from genetic.executors.remote import RemoteExecutor, WorkerDied
from sandbox.extras import pip_install

ADDRESS = re.compile(r"([\w.-]+|\[[\da-f:]+\]):(\d+)", re.ASCII | re.IGNORECASE)
CONNECT_SECONDS = 5.0
JOIN_SECONDS = 15.0
CHECK_SECONDS = 10.0
OBJECT_STORE_BYTES = 80_000_000
"""Shared memory of a local Ray, about the least that it takes; a call and its answer are small."""

JOIN = "import ray, sys; ray.init(sys.argv[1], log_to_driver=False); ray.shutdown()"


class RayExecutor(RemoteExecutor):
    """A Ray cluster, joined or started here.

    Args:
        workers: How many calls a local Ray runs at once.
        address: ``HOST:PORT`` of a cluster to join. Without it a Ray that this process uses already
            is taken, or else one is started.

    Raises:
        ExecutorError: Ray is not installed, or the cluster does not answer.
    """

    name = "ray"

    def __init__(self, workers: int, address: str | None = None) -> None:
        self._ray = _imported(local=address is None)
        self._ours = not self._ray.is_initialized()
        if address is not None:
            if not self._ours:
                raise ExecutorError(
                    f"this process uses a Ray cluster already; leave it before you join {address}, "
                    "or use it by giving no address"
                )
            _rehearse(address)
        if self._ours:
            self._open(workers, address)
        super().__init__(int(self._ray.cluster_resources().get("CPU", 0)) or workers)
        # Ray itself would try again, but after a lack of memory without end.
        self._perform = self._ray.remote(max_retries=0)(perform)
        self._asked: dict[Any, Future[bytes]] = {}
        self._lock = threading.RLock()
        self._closed = False

    def ask(self, call: bytes) -> bytes:
        """Have the cluster perform a call (see `RemoteExecutor.ask`)."""
        with self._lock:
            if self._closed:  # Ray would start anew by itself
                raise RuntimeError("the executor was closed")
            task = self._perform.remote(call)
            answer: Future[bytes] = task.future()
            self._asked[task] = answer
        try:
            return self._awaited(answer)
        except self._ray.exceptions.RayTaskError:
            raise  # not a death: our own code cannot be imported there, for example
        except self._ray.exceptions.RayError as error:
            raise WorkerDied(f"{type(error).__name__}: {error}".strip()) from None
        finally:
            with self._lock:
                self._asked.pop(task, None)

    def _awaited(self, answer: Future[bytes]) -> bytes:
        while True:
            try:
                return answer.result(CHECK_SECONDS)
            except TimeoutError:
                with self._lock:
                    # Where none is left, Ray waits for new ones to come.
                    if not (self._closed or any(node["Alive"] for node in self._ray.nodes())):
                        raise ExecutorError(
                            "no machine of the Ray cluster is left: start one, and resume the run"
                        ) from None

    def close(self) -> None:
        """End the calls, and leave the cluster or end it, unless it was there before."""
        super().close()
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if not self._ours:
                for task in self._asked:
                    self._ray.cancel(task, force=True)
                return
            self._ray.shutdown()
            for answer in self._asked.values():
                answer.cancel()

    def _open(self, workers: int, address: str | None) -> None:
        local = {
            "num_cpus": workers,
            "include_dashboard": False,
            "object_store_memory": OBJECT_STORE_BYTES,
        }
        on_terminate = signal.getsignal(signal.SIGTERM)
        with suppress(AttributeError):
            # No option keeps what Ray says about lost workers off the host's standard output.
            self._ray._private.worker._worker_logs_enabled = False
        try:
            self._ray.init(
                address or "local",  # and not the one that the environment may name
                log_to_driver=False,
                logging_level="ERROR",
                **({} if address else local),
            )
        except Exception as error:
            raise ExecutorError(f"Ray does not start here: {error}") from error
        if threading.current_thread() is threading.main_thread() and on_terminate is not None:
            signal.signal(signal.SIGTERM, on_terminate)  # Ray has put its own there


def _imported(*, local: bool) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if local and "ray" not in sys.modules:  # which reads these when it is imported
        # On any system this decides whether Ray listens on loopback alone. A process that starts
        # its own Ray is so not one to join a cluster of several machines.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        # Other users of this machine cannot have their code run, and no token is left in a file.
        if os.environ.setdefault("RAY_AUTH_MODE", "token") == "token":
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        import ray
    except ImportError:
        raise ExecutorError(
            f"Ray is not installed; install it with: {pip_install('ray')}"
        ) from None
    return ray


def _rehearse(address: str) -> None:
    """Join a cluster in another process first: where one does not answer, Ray waits for minutes."""
    parts = ADDRESS.fullmatch(address)
    if parts is None:
        raise ExecutorError(
            f"{address!r} is no address of a Ray cluster; they look like 10.0.0.1:6379"
        )
    try:
        host, port = parts[1].strip("[]"), int(parts[2])
        socket.create_connection((host, port), CONNECT_SECONDS).close()
        subprocess.run(
            [sys.executable, "-P", "-c", JOIN, address],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=JOIN_SECONDS,
            check=True,
        )
    except (OSError, OverflowError, UnicodeError) as error:
        reason = str(error)
    except subprocess.TimeoutExpired as error:
        reason = f"it did not let us in within {JOIN_SECONDS:g} seconds: {_last(error.stderr)}"
    except subprocess.CalledProcessError as error:
        reason = _last(error.stderr)
    else:
        return
    raise ExecutorError(
        f"the Ray cluster at {address} cannot be joined ({reason}); `ray start --head` prints a "
        f"cluster's address, and `ray start --address={address}` makes this machine one of it"
    )


def _last(said: bytes | None) -> str:
    lines = (said or b"").decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "Ray does not say why"
