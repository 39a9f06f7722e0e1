"""Walkers as a domain: how wide, high and heavy they are, and how far they walk."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from genetic.elm.crowd import Crowd, Seen
from genetic.elm.domain import Axis, Judged
from genetic.elm.sodarace.seeds import SEEDS
from genetic.elm.sodarace.terrain import TERRAINS
from genetic.elm.sodarace.walker import LONGEST_SIDE, NoWalkerError, Walker
from sandbox.extras import pip_install
from sandbox.session import SandboxError

HEAVIEST = 1000.0
NICHES = 12
FUEL = 40_000_000
"""Of a program on average; the seed that uses most takes half of it."""
TASK = """\
A walker is a body of joints and muscles in a world of two dimensions. The program defines \
make_walker(), which returns one. It is made with walker = Walker(); walker.joint(x, y) returns \
the number of a new joint; walker.muscle(a, b, amplitude, phase) connects two joints. The \
amplitude is from 0 to 1, and below 0.2 the muscle is a bone; the phase is in turns. A walker has \
3 to 50 joints in one piece, and is at most 500 wide and high. It is to walk as far as it can. \
{ground}"""
GROUNDS = {
    "flat": "The ground is flat.",
    "left-wall": "The ground is flat, with a high wall to its left.",
    "right-wall": "The ground is flat, with a high wall to its right.",
    "bumpy": "The ground is bumpy.",
    "tunnel": "The ground is flat, and it is in a tunnel with a low roof.",
}
"""What is told of each terrain, so that a model can write a walker for it."""


class Sodarace:
    """Walkers on one terrain; see `genetic.elm.domain.Domain`.

    Args:
        terrain: Its name.
        together: How many programs share a guest.
    """

    axes = (
        Axis(name="height", low=0, high=LONGEST_SIDE, niches=NICHES),
        Axis(name="width", low=0, high=LONGEST_SIDE, niches=NICHES),
        Axis(name="mass", low=0, high=HEAVIEST, niches=NICHES),
    )
    seeds = SEEDS
    function = "make_walker"
    objective = "distance walked"

    def __init__(self, terrain: str, *, together: int) -> None:
        self.name = f"sodarace:{terrain}"
        self.together = together
        self.task = TASK.format(ground=GROUNDS[terrain])
        self._terrain = TERRAINS[terrain]
        text = (files("genetic.elm.sodarace") / "inside.py").read_text("utf-8")
        self._crowd = Crowd(text, together=together, fuel=FUEL)

    def judge(self, programs: Sequence[str]) -> list[Judged]:
        """Return how far the walker of each program gets."""
        return [self._judged(seen) for seen in self._crowd.look(programs)]

    def illustrate(self, program: str, folder: Path) -> Path | None:
        """Write a moving picture of a program's walker."""
        from genetic.elm.sodarace.picture import draw

        (seen,) = self._crowd.look([program])
        if seen.fault:
            return None
        path = folder / "best.gif"
        draw(Walker.of(seen.data), self._terrain, path)
        return path

    def close(self) -> None:
        """End the guests."""
        self._crowd.close()

    def _judged(self, seen: Seen) -> Judged:
        from genetic.elm.sodarace.physics import distance

        if seen.fault:
            return Judged(fault=seen.fault)
        try:
            walker = Walker.of(seen.data)
            far = distance(walker, self._terrain)
        except NoWalkerError as error:
            return Judged(fault=str(error))
        return Judged(objective=far, measures=(walker.height, walker.width, walker.mass))


def open_sodarace(variant: str | None, together: int) -> Sodarace:
    """Open the domain on a terrain, which is flat unless it is named.

    Raises:
        ValueError: There is no such terrain.
        SandboxError: The physics library is missing, or the wall cannot stand.
    """
    terrain = variant or "flat"
    if terrain not in TERRAINS:
        raise ValueError(f"sodarace: no terrain {terrain!r}; known: {', '.join(TERRAINS)}")
    try:
        import pymunk  # noqa: F401
    except ImportError:
        raise SandboxError(
            f"sodarace needs pymunk; install it with: {pip_install('elm')}"
        ) from None
    return Sodarace(terrain, together=together)
