"""A walker as a moving picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw

from autoagent.files import replacing
from genetic.elm.sodarace.physics import RADIUS, RATE, UNIT, Terrain, World
from genetic.elm.sodarace.terrain import Piece
from genetic.elm.sodarace.walker import Walker

SIZE = 360, 160
SCALE = 4.0
"""Pixels in a metre."""
GROUND = 16
"""Pixels below the ground."""
STEPS = 6
"""Between two frames."""
SHOWN = 6
"""Seconds."""
POST = 5
"""Metres from one post to the next; they show how far the camera goes along."""
BACK, EARTH, BONE, JOINT = "white", "dimgray", "black", "navy"
MUSCLES = "firebrick", "darkorange"
"""While it is shorter than at first, and while it is longer."""


def draw(walker: Walker, terrain: Terrain, path: Path) -> None:
    """Write a GIF of a walker's first seconds.

    Raises:
        NoWalkerError: It is torn when it moves.
    """
    first, *others = _frames(walker, terrain)
    with replacing(path) as file:
        first.save(
            file,
            format="GIF",
            save_all=True,
            append_images=others,
            duration=1000 * STEPS // RATE,
            loop=0,
            optimize=True,
        )


def _frames(walker: Walker, terrain: Terrain) -> Iterator[Image.Image]:
    world = World(walker, terrain)
    pieces = terrain(walker.width * UNIT + 2 * RADIUS, walker.height * UNIT + 2 * RADIUS)
    lengths = [_length(world.places, each.a, each.b) for each in walker.muscles]
    world.rest()
    for _ in islice(world.walk(SHOWN), 0, None, STEPS):
        yield _drawn(walker, lengths, world, pieces)


def _drawn(
    walker: Walker,
    lengths: Sequence[float],
    world: World,
    pieces: Sequence[Piece],
) -> Image.Image:
    """Return a frame; the camera goes along with the walker."""
    image = Image.new("RGB", SIZE, BACK)
    canvas = ImageDraw.Draw(image)
    places, centre = world.places, world.centre

    def pixel(place: tuple[float, float]) -> tuple[float, float]:
        x, y = place
        return SIZE[0] / 2 + (x - centre) * SCALE, SIZE[1] - GROUND - y * SCALE

    reach = SIZE[0] / 2 / SCALE
    for post in range(int((centre - reach) // POST), int((centre + reach) // POST) + 1):
        canvas.line([pixel((post * POST, 0.0)), pixel((post * POST, -1.0))], fill=EARTH, width=2)
    for one, other in pieces:
        canvas.line([pixel(one), pixel(other)], fill=EARTH, width=2)
    for muscle, length in zip(walker.muscles, lengths, strict=True):
        ends = [pixel(places[muscle.a]), pixel(places[muscle.b])]
        longer = _length(places, muscle.a, muscle.b) > length
        canvas.line(ends, fill=BONE if muscle.is_bone else MUSCLES[longer], width=2)
    for place in places:
        canvas.circle(pixel(place), RADIUS * SCALE, fill=JOINT)
    return image.quantize(8)


def _length(places: Sequence[tuple[float, float]], a: int, b: int) -> float:
    return math.dist(places[a], places[b])
