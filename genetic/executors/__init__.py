"""Where calls are worked off: in threads, in processes, or on the machines of a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

from genetic.executors.executor import Executor, ExecutorError, LostWorkerError
from sandbox.extensions import Extensions

EXECUTORS = Extensions[Callable[..., Executor]]("autoagent.executors", "executor")
"""What opens executors, by name: those of installed packages, ours among them.

Each is called with a number of workers. One that can join others elsewhere has a parameter
`address`, which is given by name, and only if there is one. An executor's `name` is the name that
it is found by.
"""

__all__ = ["EXECUTORS", "Executor", "ExecutorError", "LostWorkerError", "open_executor"]


def open_executor(name: str, workers: int = 1, address: str | None = None) -> Executor:
    """Open what works calls off.

    Args:
        name: One of `EXECUTORS`: ``local`` (threads of this process), ``process`` (processes of
            this machine), ``ray`` (a Ray cluster).
        workers: How many calls may run at once. A cluster that is joined runs as many as it has
            processors.
        address: For ``ray``: ``HOST:PORT`` of the cluster to join; without it, a local Ray is
            started, and ended by `Executor.close`.

    Raises:
        ExtensionError: The name is unknown, or what it names is broken; the message says which.
        ValueError: `workers` or `address` make no sense.
        ExecutorError: It cannot be opened; the message says what to do.
    """
    opener = EXECUTORS[name]
    if workers < 1:
        raise ValueError(f"an executor with {workers} workers does nothing; give it 1 or more")
    if address is None:
        return opener(workers)
    if "address" not in signature(opener).parameters:
        raise ValueError(
            f"the executor {name!r} has no address ({address!r}); leave it out, or take an "
            "executor that joins others, such as 'ray'"
        )
    return opener(workers, address=address)
