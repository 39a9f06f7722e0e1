"""How a worker is confined beside the jail: nothing more to load, and so much memory."""

from __future__ import annotations

import resource
import sys

ADDRESSES_FOR_DATA = 64
"""The engine sets aside four gigabytes of addresses for each guest's memory: less than so many
times what a worker may fill for it. More would cost tables of pages, which no limit counts."""
MOST_THREADS = 4096
"""Of all workers of a host together, where the kernel counts them for each user."""

measured = {"VmData": 0, "VmSize": 0}
"""Bytes that were in use when all was loaded."""


def seal() -> None:
    """Close the door to any module that is not loaded yet: there are no files from here on."""
    sys.path.clear()
    sys.path_importer_cache.clear()
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in measured:
                measured[name] = int(value.split()[0]) << 10


def bound(memory_mb: int) -> None:
    """Have the kernel refuse memory beyond the limit, and threads without end."""
    room = memory_mb << 20
    for limit, value in (
        (resource.RLIMIT_DATA, measured["VmData"] + room),
        (resource.RLIMIT_AS, measured["VmSize"] + ADDRESSES_FOR_DATA * room),
        (resource.RLIMIT_NPROC, MOST_THREADS),
    ):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
