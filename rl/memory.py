"""What to do when a machine has too little memory, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


class OutOfMemory(Exception):
    """The machine's memory does not suffice for the settings."""


@contextmanager
def told_when_out_of_memory(advice: str) -> Iterator[None]:
    """Say what to do when there is too little memory.

    Raises:
        OutOfMemory: There is.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        # On the processor, torch raises a plain RuntimeError.
        known = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if not known and "DefaultCPUAllocator" not in str(error):
            raise
        raise OutOfMemory(f"out of memory: {advice}") from error
