"""One wall for all environments of a process that name the same, and that nobody else opened."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autoagent.walls import WallOptions, open_wall
from sandbox.session import Sandbox


@dataclass(slots=True)
class _Counted:
    wall: Sandbox
    users: int = 0


_WALLS: dict[tuple[str, int], _Counted] = {}
_ALONE = threading.RLock()


@contextmanager
def shared_wall(name: str) -> Iterator[Sandbox]:
    """Lend a wall for lives that are many, short, and of one kind; the last user closes it.

    A process that was forked has one of its own.

    Raises:
        ValueError: There is no such wall.
        SandboxError: It cannot be opened here.
    """
    key = name, os.getpid()
    with _ALONE:
        if key not in _WALLS:
            _WALLS[key] = _Counted(open_wall(name, options=WallOptions(share_workers=True)))
        counted = _WALLS[key]
        counted.users += 1
    try:
        yield counted.wall
    finally:
        with _ALONE:
            counted.users -= 1
            if not counted.users:
                _WALLS.pop(key, None)
                counted.wall.close()
