"""A walker in a world of pymunk, and how far it walks.

Joints are discs that do not turn and pass through each other, muscles damped springs without
mass, bones rods. Nothing in it is random, and a world shares nothing with another: what comes of
a walker follows from the walker and the terrain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import pymunk

from genetic.elm.sodarace.terrain import Piece
from genetic.elm.sodarace.walker import JOINT_MASS, Muscle, NoWalkerError, Walker

Terrain = Callable[[float, float], Sequence[Piece]]
UNIT = 0.1
"""Metres in a unit of a program."""
RATE = 60
"""Steps a second."""
HELD = 2
"""Steps for which the length that a muscle is to have stays the same."""
ITERATIONS = 10
GRAVITY = -25.0
RADIUS = 0.5
FRICTION = 1.0
BOUNCE = 0.1
DRAG = 1.1
"""Share of its speed that a body loses in a second is 1 - exp(-DRAG)."""
SPRING_HZ, DAMPING = 3.0, 0.3
"""Of a spring between two joints alone."""
SWING, SWING_HZ = 0.3, 1.0
"""How much longer and shorter a muscle of amplitude 1 gets, and how often in a second."""
SECONDS = 10
"""For which the muscles move."""
SETTLED, LONGEST_REST = 0.05, 20
"""Metres a second below which a body is still; seconds in which it has to be."""
OVERSTRETCHED = 3.0
"""Times its length; a muscle that is longer than that has been torn."""
CHECKED = 6
"""Steps after which that is looked at again; muscles swing in ten times as many."""
THICKNESS = 0.1
DEEP = 2.5
"""Metres for which the ground is solid: what is fast gets into it, and is pushed out again."""
GROUP = 1


class World:
    """A walker on a terrain.

    Args:
        walker: It stands in the middle, just above the ground.
        terrain: Makes the pieces of the ground for its width and height, in metres.
    """

    def __init__(self, walker: Walker, terrain: Terrain) -> None:
        self._space = pymunk.Space()
        self._space.gravity = 0.0, GRAVITY
        self._space.damping = math.exp(-DRAG)
        self._space.iterations = ITERATIONS
        height = walker.height * UNIT + 2 * RADIUS + THICKNESS
        pieces = terrain(walker.width * UNIT + 2 * RADIUS, height)
        self._space.add(*(_rough(_solid(self._space.static_body, piece)) for piece in pieces))
        self._bodies = [self._joint(x * UNIT, y * UNIT) for x, y in walker.joints]
        self._muscles = [self._connected(each) for each in walker.muscles]

    @property
    def places(self) -> list[tuple[float, float]]:
        """Where the joints are, in metres."""
        return [(body.position.x, body.position.y) for body in self._bodies]

    @property
    def centre(self) -> float:
        """Where the centre of mass is, along the ground."""
        return sum(x for x, _ in self.places) / len(self._bodies)

    def rest(self) -> None:
        """Let time pass while the muscles are still, whole seconds of it, until the body is.

        Raises:
            NoWalkerError: The body is torn, or falls through the ground, or it never is.
        """
        for _ in range(LONGEST_REST):
            for _ in range(RATE):
                self._space.step(1 / RATE)
            self._check()
            if all(body.velocity.length < SETTLED for body in self._bodies):
                return
        raise NoWalkerError("it does not come to rest")

    def walk(self, seconds: int) -> Iterator[None]:
        """Have the muscles move, step by step.

        Raises:
            NoWalkerError: The body is torn, or goes through the ground.
        """
        moving = [
            (spring, length, SWING * muscle.amplitude * length, muscle.phase * 2 * math.pi)
            for spring, length, muscle in self._muscles
            if not muscle.is_bone
        ]
        turn = 2 * math.pi * SWING_HZ / RATE
        for step in range(seconds * RATE):
            if step % HELD == 0:
                angle = turn * step
                for spring, length, swing, phase in moving:
                    spring.rest_length = length + swing * math.sin(angle + phase)
            self._space.step(1 / RATE)
            if (step + 1) % CHECKED == 0:
                self._check()
            yield

    def _joint(self, x: float, y: float) -> pymunk.Body:
        body = pymunk.Body(JOINT_MASS, math.inf)
        body.position = x, y + RADIUS + THICKNESS
        disc = _rough(pymunk.Circle(body, RADIUS))
        disc.filter = pymunk.ShapeFilter(group=GROUP)
        self._space.add(body, disc)
        return body

    def _connected(
        self, muscle: Muscle
    ) -> tuple[pymunk.DampedSpring | pymunk.PinJoint, float, Muscle]:
        """Connect two joints."""
        one, other = self._bodies[muscle.a], self._bodies[muscle.b]
        length = (one.position - other.position).length
        link: pymunk.Constraint
        if muscle.is_bone:
            link = pymunk.PinJoint(one, other)
        else:
            mass, speed = JOINT_MASS / 2, 2 * math.pi * SPRING_HZ
            stiffness, damping = mass * speed**2, 2 * DAMPING * mass * speed
            link = pymunk.DampedSpring(one, other, (0, 0), (0, 0), length, stiffness, damping)
        self._space.add(link)
        return link, length, muscle

    def _check(self) -> None:
        """Refuse what no body does."""
        places = self.places
        if min(y for _, y in places) < -DEEP:
            raise NoWalkerError("it goes through the ground")
        for _, length, muscle in self._muscles:
            if not math.dist(places[muscle.a], places[muscle.b]) < OVERSTRETCHED * length:
                raise NoWalkerError("it is torn when it moves")


def distance(walker: Walker, terrain: Terrain) -> float:
    """Return how far a walker's centre of mass gets, to either side, in units of a program.

    It is measured from where it stands when it is at rest, and counts only as far as it gets in
    both halves of the time: a fall, of itself or by a push of its muscles, happens once.

    Raises:
        NoWalkerError: It is torn or goes through the ground when it moves, or is never at rest.
    """
    world = World(walker, terrain)
    world.rest()
    places = [world.centre]
    for step, _ in enumerate(world.walk(SECONDS), 1):
        if step % (SECONDS * RATE // 2) == 0:
            places.append(world.centre)
    first, second = (places[1] - places[0]) / UNIT, (places[2] - places[1]) / UNIT
    return 2 * min(abs(first), abs(second)) if first * second > 0 else 0.0


def _solid(body: pymunk.Body, piece: Piece) -> pymunk.Segment:
    """Return a piece of ground, whose surface is a little above its line, with round ends."""
    ends = [pymunk.Vec2d(*end) for end in piece]
    inwards = -DEEP * (ends[1] - ends[0]).perpendicular_normal()
    return pymunk.Segment(body, ends[0] + inwards, ends[1] + inwards, DEEP + THICKNESS)


def _rough(shape: pymunk.Shape) -> pymunk.Shape:
    shape.friction, shape.elasticity = FRICTION, BOUNCE
    return shape
