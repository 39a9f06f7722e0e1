"""Walkers: what is one, how it walks, and what programs make of it behind the wall."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from genetic.elm import Judged, open_domain
from genetic.elm.sodarace import NoWalkerError, Sodarace, Walker
from genetic.elm.sodarace.physics import DEEP, SECONDS, World, distance
from genetic.elm.sodarace.seeds import SEEDS
from genetic.elm.sodarace.terrain import TERRAINS, flat

TRIANGLE: dict[str, Any] = {
    "joints": [[0, 0], [60, 0], [30, 50]],
    "muscles": [[0, 1, 1, 0], [1, 2, 1, 0.3], [0, 2, 0.1, 0]],
}


@pytest.fixture(scope="module")
def domain() -> Iterator[Sodarace]:
    with closing(open_domain("sodarace", together=16)) as domain:
        assert isinstance(domain, Sodarace)
        yield domain


def changed(**fields: Any) -> dict[str, Any]:
    return TRIANGLE | fields


def test_a_walker_stands_in_the_middle_on_the_ground() -> None:
    moved = changed(joints=[[x + 1000, y - 70] for x, y in TRIANGLE["joints"]])
    assert Walker.of(moved) == Walker.of(TRIANGLE)
    walker = Walker.of(TRIANGLE)
    assert walker.joints == ((-30.0, 0.0), (30.0, 0.0), (0.0, 50.0))
    assert (walker.width, walker.height, walker.mass) == (60.0, 50.0, 60.0)
    assert [muscle.is_bone for muscle in walker.muscles] == [False, False, True]


def test_a_muscle_counts_once_for_two_joints_and_its_numbers_are_bounded() -> None:
    more = [[1, 0, 0.5, 0], [2, 1, 9, -0.25], [0, 2, -3, 7.5]]
    muscles = Walker.of(changed(muscles=[*TRIANGLE["muscles"][:1], *more])).muscles
    assert [(each.a, each.b, each.amplitude, each.phase) for each in muscles] == [
        (0, 1, 1.0, 0.0),
        (1, 2, 1.0, 0.75),
        (0, 2, 0.0, 0.5),
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "no walker"),
        ([], "no walker"),
        ({}, "joints are not rows"),
        (changed(joints=[[0, 0], [1, "x"], [2, 2]]), "joints are not rows"),
        (changed(joints=[[0, 0], [1, 1, 1], [2, 2]]), "joints are not rows"),
        (changed(joints=[[0, 0], [1e300, 0], [2, 2]]), "joints are not rows"),
        (changed(joints=[[0, 0], [float("nan"), 0], [2, 2]]), "joints are not rows"),
        (changed(joints=[[0, 0], [True, 0], [2, 2]]), "joints are not rows"),
        (changed(joints=[[0, 0], [9, 9]]), "not 3 to 50 joints: 2"),
        (changed(joints=[[n, n] for n in range(51)]), "not 3 to 50 joints: 51"),
        (changed(joints=[[0, 0], [501, 0], [2, 2]]), "wider or higher than 500"),
        (changed(muscles=[[0, 1, 1]]), "muscles are not rows"),
        (changed(muscles=[[0, 3, 1, 0]]), "no such joints: 0 and 3 of 3"),
        (changed(muscles=[[-1, 1, 1, 0]]), "no such joints: -1"),
        (changed(muscles=[[1, 1, 1, 0]]), "no such joints: 1 and 1"),
        (changed(muscles=[[0, 1, 1, 0]]), "not in one piece"),
        (changed(joints=[[0, 0], [0.5, 0], [2, 2]]), "shorter than 1: from 0 to 1"),
        (
            {
                "joints": [[n % 7 * 9, n // 7 * 9] for n in range(30)],
                "muscles": [[a, b, 1, 0] for a in range(30) for b in range(a)],
            },
            "more than 200 muscles: 435",
        ),
    ],
)
def test_what_is_no_walker_is_refused(data: Any, why: str) -> None:
    with pytest.raises(NoWalkerError, match=why):
        Walker.of(data)


def test_a_still_walker_scores_nothing() -> None:
    bones = [[a, b, 0.1, 0] for a, b, *_ in TRIANGLE["muscles"]]
    for terrain in TERRAINS.values():
        assert distance(Walker.of(changed(muscles=bones)), terrain) == pytest.approx(0, abs=0.01)


TOWERS = [
    {
        "joints": [[0, 0], [5, 0], [80, 150]],
        "muscles": [[0, 1, 0, 0], [1, 2, 0, 0], [0, 2, 0, 0]],
    },
    {
        "joints": [[0, 0], [20, 0], [10, 500], [200, 490]],
        "muscles": [[a, b, 0, 0] for a in range(4) for b in range(a)],
    },
]
"""Of bones, and leaning."""


@pytest.mark.parametrize("tower", TOWERS)
def test_what_falls_over_has_not_walked(tower: dict[str, Any]) -> None:
    world = World(Walker.of(tower), flat)
    before = world.centre
    world.rest()
    assert abs(world.centre - before) > 1.0  # metres
    assert distance(Walker.of(tower), flat) == pytest.approx(0, abs=0.01)


def test_a_fall_that_its_muscles_bring_about_counts_for_little() -> None:
    pushed = {  # a frame that a strut topples
        "joints": [[0, 0], [60, 0], [0, 200], [60, 200]],
        "muscles": [[0, 1, 0, 0], [1, 3, 0, 0], [2, 3, 0, 0], [0, 2, 0, 0], [0, 3, 1, 0]],
    }
    world = World(Walker.of(pushed), flat)
    world.rest()
    before = world.centre
    for _ in world.walk(SECONDS):
        pass
    moved = abs(world.centre - before) * 10  # units
    assert distance(Walker.of(pushed), flat) < moved / 3


@pytest.mark.parametrize("phase", [0.0, 0.0625, 0.25])
def test_what_is_torn_between_two_seconds_is_no_walker(phase: float) -> None:
    half = phase + 0.5
    torn = {
        "joints": [[0, 0], [1, 0], [150, 200], [-150, 200]],
        "muscles": [
            [0, 1, 0.5, 0], [0, 2, 1, phase], [1, 2, 1, half], [0, 3, 1, half], [1, 3, 1, phase],
            [2, 3, 0.5, 0],
        ],
    }  # fmt: skip
    with pytest.raises(NoWalkerError, match="torn"):
        distance(Walker.of(torn), flat)


STAMPING = {
    "joints": [[324, 84], [113, 6], [100, 460], [274, 202]],
    "muscles": [[1, 0, 1, 0.35], [2, 1, 1, 0.96], [3, 0, 1, 0.51], [3, 1, 1, 0.21]],
}
"""Large, and so fast that a line would not stop it."""


@pytest.mark.parametrize("name", ["flat", "bumpy"])
def test_the_ground_lets_nothing_through(name: str) -> None:
    world = World(Walker.of(STAMPING), TERRAINS[name])
    world.rest()
    heights = [y for _ in world.walk(SECONDS) for _, y in world.places]
    assert -DEEP < min(heights) < 0.0, "it gets in"


@pytest.mark.parametrize(
    ("name", "throw", "axis"),
    [("left-wall", (-90, 0), 0), ("right-wall", (90, 0), 0), ("tunnel", (0, 90), 1)],
)
def test_walls_and_roofs_let_nothing_through(
    name: str, throw: tuple[float, float], axis: int
) -> None:
    walker = Walker.of(TRIANGLE)
    size = (walker.width / 2, walker.height)[axis] / 10 + 3  # metres, with what is beside it
    world = World(walker, TERRAINS[name])
    for body in world._bodies:
        body.velocity = throw
    farthest = max(abs(place[axis]) for _ in world.walk(1) for place in world.places)
    assert size - 1 < farthest < size + DEEP


def test_what_gets_through_all_the_same_is_no_walker() -> None:
    world = World(Walker.of(TRIANGLE), flat)
    world._bodies[0].velocity = 0.0, -1000.0
    with pytest.raises(NoWalkerError, match="through the ground"):
        list(world.walk(1))


def test_what_never_rests_is_no_walker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genetic.elm.sodarace.physics.LONGEST_REST", 1)
    with pytest.raises(NoWalkerError, match="does not come to rest"):
        distance(Walker.of(TOWERS[1]), flat)


def test_what_comes_of_a_walker_does_not_depend_on_what_was_simulated_before() -> None:
    rng = random.Random(0)
    walkers = [Walker.of(TRIANGLE)]
    for _ in range(5):
        joints = [[rng.uniform(0, 90), rng.uniform(0, 90)] for _ in range(6)]
        pairs = [[a, b, rng.random(), rng.random()] for a in range(6) for b in range(a)]
        walkers.append(Walker.of({"joints": joints, "muscles": pairs}))
    alone = {
        (number, name): distance(walker, terrain)
        for number, walker in enumerate(walkers)
        for name, terrain in TERRAINS.items()
    }
    assert len(set(alone.values())) > 12
    order = list(alone)
    rng.shuffle(order)
    for number, name in order:
        assert distance(walkers[number], TERRAINS[name]) == alone[number, name]


def test_a_wall_holds_back(domain: Sodarace) -> None:
    seeds = [SEEDS["cppn-fixed"]]
    far = {}
    for name in ("flat", "left-wall", "right-wall"):
        with closing(open_domain(f"sodarace:{name}", together=16)) as opened:
            far[name] = opened.judge(seeds)[0].objective
    assert far["flat"] > 50
    # It walks one way, and only the wall on that side is in its way.
    assert min(far["left-wall"], far["right-wall"]) < 40
    assert max(far["left-wall"], far["right-wall"]) == far["flat"]


def test_seeds_are_walkers_of_the_sizes_of_the_paper(domain: Sodarace) -> None:
    sizes = {}
    for name, seen in zip(SEEDS, domain._crowd.look(list(SEEDS.values())), strict=True):
        walker = Walker.of(seen.data)
        sizes[name] = len(walker.joints), len(walker.muscles)
    assert sizes == {
        "square": (5, 8),
        "radial": (9, 16),
        "cppn-fixed": (24, 96),
        "cppn-mutable": (24, 96),
    }


def test_programs_are_judged_by_what_they_make(domain: Sodarace) -> None:
    programs = [
        SEEDS["square"],
        "def make_walker(): return 5",
        "def make_walker(): return Walker()",
        "x = 1",
        SEEDS["square"].replace("/ 4)", "/ 0)"),
    ]
    square, *others = domain.judge(programs)
    assert square == Judged(objective=square.objective, measures=(100.0, 100.0, 100.0))
    assert square.objective > 0
    assert [each.fault.partition(":")[0] for each in others] == [
        "AttributeError",
        "not 3 to 50 joints",
        "KeyError",
        "ZeroDivisionError",
    ]


def test_a_walker_can_be_seen(domain: Sodarace, tmp_path: Path) -> None:
    path = domain.illustrate(SEEDS["square"], tmp_path)
    assert path is not None
    with Image.open(path) as image:
        assert image.format == "GIF"
        frames = []
        for frame in range(image.n_frames):
            image.seek(frame)
            frames.append(image.convert("RGB").tobytes())
    assert len(set(frames)) > 20
    assert domain.illustrate("x", tmp_path) is None


def test_unknown_terrains_are_told() -> None:
    with pytest.raises(ValueError, match="no terrain 'moon'; known: flat, left-wall"):
        open_domain("sodarace:moon", together=1)
