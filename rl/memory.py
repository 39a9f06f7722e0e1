"""What to do when a machine has too little memory, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

SIGNS = (
    "DefaultCPUAllocator",
    "Storage size calculation overflowed",
    "Overflow when unpacking long",
)
"""What torch says, in errors of plain types, of tensors that no memory could hold."""


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
    except (MemoryError, RuntimeError, TypeError) as error:
        known = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if not known and not any(sign in str(error) for sign in SIGNS):
            raise
        raise OutOfMemory(f"out of memory: {advice}") from error
