"""Where calls are worked off: in threads, in processes, or on the machines of a Ray cluster."""

from __future__ import annotations

from genetic.executors.executor import Executor, ExecutorError, LostWorkerError

EXECUTORS = ("local", "process", "ray")

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
        ValueError: The name is unknown, or `workers` or `address` make no sense.
        ExecutorError: It cannot be opened; the message says what to do.
    """
    if name not in EXECUTORS:
        raise ValueError(f"unknown executor {name!r}; known: {', '.join(EXECUTORS)}")
    if workers < 1:
        raise ValueError(f"an executor with {workers} workers does nothing; give it 1 or more")
    if address is not None and name != "ray":
        raise ValueError(f"the executor {name!r} has no address ({address!r}); only 'ray' has")
    if name == "ray":
        from genetic.executors.ray import RayExecutor

        return RayExecutor(workers, address)
    if name == "process":
        from genetic.executors.process import ProcessExecutor

        return ProcessExecutor(workers)
    from genetic.executors.local import LocalExecutor

    return LocalExecutor(workers)
