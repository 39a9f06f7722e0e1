"""What a worker that compiles strangers' modules may take, held by the kernel."""

from __future__ import annotations

import math
import os
import resource


def hold(memory_bytes: int, cpu_seconds: float) -> None:
    """Bound this process's memory, and the CPU time that it takes from now on.

    Beyond the first an allocation fails, which ends the engine; beyond the second it is killed.
    """
    _lower(resource.RLIMIT_DATA, memory_bytes)
    used = os.times()
    _lower(resource.RLIMIT_CPU, math.ceil(used.user + used.system + cpu_seconds))
    _lower(resource.RLIMIT_CORE, 0)


def _lower(kind: int, value: int) -> None:
    """Set the limit that the kernel acts upon; the other one stays, so that this can be redone."""
    _, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if most < 0 else min(value, most), most))
