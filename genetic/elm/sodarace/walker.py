"""A walker as checked data: what a program gave is a stranger's until it is one of these."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autoagent.events import number

FEWEST_JOINTS, MOST_JOINTS = 3, 50
MOST_MUSCLES = 200
LONGEST_SIDE = 500.0
"""Height and width at most."""
SHORTEST_MUSCLE = 1.0
LARGEST_NUMBER = 1e6
BONE = 0.2
"""Muscles that move less than this are bones."""
JOINT_MASS = 20.0


class NoWalkerError(ValueError):
    """What a program gave is no walker; the message says why."""


@dataclass(frozen=True, slots=True)
class Muscle:
    """A spring between two joints, whose length swings.

    Attributes:
        a: Number of a joint.
        b: Number of another one, which is greater.
        amplitude: How far it swings, from 0 to 1.
        phase: When it swings, in turns.
    """

    a: int
    b: int
    amplitude: float
    phase: float

    @property
    def is_bone(self) -> bool:
        """Whether it does not move."""
        return self.amplitude < BONE


@dataclass(frozen=True, slots=True)
class Walker:
    """A body: in one piece, and within bounds.

    Attributes:
        joints: Where they are at first. The lowest is at height 0, the middle of the body at 0.
        muscles: What connects them, each pair once.
    """

    joints: tuple[tuple[float, float], ...]
    muscles: tuple[Muscle, ...]

    @classmethod
    def of(cls, data: object) -> Walker:
        """Return the walker that a program gave.

        Raises:
            NoWalkerError: It gave something else; the message says what is wrong with it.
        """
        if not isinstance(data, dict):
            raise NoWalkerError("it gives no walker")
        joints, muscles = _rows(data, "joints", 2), _rows(data, "muscles", 4)
        body = _placed(joints)
        kept: dict[tuple[int, int], Muscle] = {}
        for first, second, amplitude, phase in muscles:
            a, b = sorted((int(first), int(second)))
            if not 0 <= a < b < len(body):
                raise NoWalkerError(f"no such joints: {first} and {second} of {len(body)}")
            if math.dist(body[a], body[b]) < SHORTEST_MUSCLE:
                raise NoWalkerError(f"a muscle shorter than {SHORTEST_MUSCLE:g}: from {a} to {b}")
            clipped = min(max(float(amplitude), 0.0), 1.0)
            kept.setdefault((a, b), Muscle(a, b, clipped, float(phase) % 1.0))
        if len(kept) > MOST_MUSCLES:
            raise NoWalkerError(f"more than {MOST_MUSCLES} muscles: {len(kept)}")
        if not _in_one_piece(len(body), kept):
            raise NoWalkerError("it is not in one piece")
        return cls(body, tuple(kept.values()))

    @property
    def width(self) -> float:
        """How wide it is at first."""
        return _extent(x for x, _ in self.joints)

    @property
    def height(self) -> float:
        """How high it is at first."""
        return _extent(y for _, y in self.joints)

    @property
    def mass(self) -> float:
        """The mass of its joints; what connects them has none."""
        return JOINT_MASS * len(self.joints)


def _rows(data: Mapping[Any, Any], name: str, columns: int) -> list[list[float]]:
    """Return rows of so many numbers of ordinary size."""
    rows = data.get(name)
    if not isinstance(rows, list) or not all(
        isinstance(row, list)
        and len(row) == columns
        and all(number(each) and abs(each) <= LARGEST_NUMBER for each in row)
        for row in rows
    ):
        raise NoWalkerError(f"its {name} are not rows of {columns} ordinary numbers")
    return rows


def _placed(joints: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    """Return joints in the middle of the world, on the ground."""
    if not FEWEST_JOINTS <= len(joints) <= MOST_JOINTS:
        raise NoWalkerError(f"not {FEWEST_JOINTS} to {MOST_JOINTS} joints: {len(joints)}")
    xs, ys = zip(*joints, strict=True)
    if max(_extent(xs), _extent(ys)) > LONGEST_SIDE:
        raise NoWalkerError(f"it is wider or higher than {LONGEST_SIDE:g}")
    middle, lowest = (min(xs) + max(xs)) / 2, min(ys)
    return tuple((float(x - middle), float(y - lowest)) for x, y in joints)


def _in_one_piece(joints: int, pairs: Iterable[tuple[int, int]]) -> bool:
    """Tell whether every joint can be reached from the first."""
    near: dict[int, set[int]] = {joint: set() for joint in range(joints)}
    for a, b in pairs:
        near[a].add(b)
        near[b].add(a)
    reached, edge = {0}, [0]
    while edge:
        further = near[edge.pop()] - reached
        reached |= further
        edge.extend(further)
    return len(reached) == joints


def _extent(values: Iterable[float]) -> float:
    listed = list(values)
    return float(max(listed) - min(listed))
