"""The grounds that walkers walk on: pieces of line, in metres, around a walker that stands at 0.

What is to the right of a piece, as it goes from one end to the other, is solid.
"""

from __future__ import annotations

import math
from itertools import pairwise

Point = tuple[float, float]
Piece = tuple[Point, Point]

FAR = 1000.0
"""Where the ground ends, to either side; nothing walks that far in the time it has."""
ROOM = 2.0
"""From the side of a walker to what stands beside it."""
WALL = 12.0
"""Height of a wall."""
BUMP, PERIOD = 0.6, 4.0
"""Height of a bump, and from one bump to the next."""
LAST_BUMP = 100
ROOF = 3.0
"""From the top of a walker to the roof of a tunnel, before it swings."""


def flat(width: float, height: float) -> list[Piece]:
    """Nothing but ground."""
    return [((-FAR, 0.0), (FAR, 0.0))]


def left_wall(width: float, height: float) -> list[Piece]:
    """A wall to the left of the walker."""
    at = -width / 2 - ROOM
    return [*flat(width, height), ((at, WALL), (at, 0.0))]


def right_wall(width: float, height: float) -> list[Piece]:
    """A wall to the right of the walker."""
    at = width / 2 + ROOM
    return [*flat(width, height), ((at, 0.0), (at, WALL))]


def bumpy(width: float, height: float) -> list[Piece]:
    """Bumps to either side of a flat place that the walker stands on."""
    edge = width / 2 + ROOM
    ground = [(edge, 0.0)]
    for bump in range(LAST_BUMP):
        at = edge + bump * PERIOD
        # Each is a little higher or lower than the last one, always in the same way.
        ground += [(at + PERIOD / 2, BUMP * (1.5 + math.sin(bump)) / 2.5), (at + PERIOD, 0.0)]
    ground.append((FAR, 0.0))
    right = list(pairwise(ground))
    left = [((-u, v), (-x, y)) for (x, y), (u, v) in right]
    return [((-edge, 0.0), (edge, 0.0)), *left, *right]


def tunnel(width: float, height: float) -> list[Piece]:
    """A roof close above the walker, as far as the ground goes."""
    roof = height + ROOF
    return [*flat(width, height), ((FAR, roof), (-FAR, roof))]


TERRAINS = {
    "flat": flat,
    "left-wall": left_wall,
    "right-wall": right_wall,
    "bumpy": bumpy,
    "tunnel": tunnel,
}
"""Each is given the walker's width and height."""
