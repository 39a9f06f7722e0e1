"""The best program of each niche, in a grid archive of pyribs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from autoagent.events import count, list_of, maybe, number, record, text
from genetic.elm.domain import Axis
from sandbox.extras import pip_install
from sandbox.session import SandboxError

if TYPE_CHECKING:
    from ribs.archives import GridArchive

ELITE = record(
    number=count,
    parent=maybe(count),
    message=text,
    program=text,
    objective=number,
    measures=list_of(number),
)
"""How an elite is journalled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elite:
    """A program that was the best of its niche, once at least.

    Attributes:
        number: The evaluation that it came of.
        parent: The number of the program that it was made from; None for a seed.
        message: What was changed, in the words of a commit; the name of a seed.
        program: Its text.
        objective: How good it is.
        measures: Where it belongs.
    """

    number: int
    parent: int | None
    message: str
    program: str
    objective: float
    measures: tuple[float, ...]

    @classmethod
    def of(cls, data: dict[str, Any]) -> Elite:
        """Return the elite that `as_dict` made `data` from; whether it is one, is known."""
        fields = {name: data[name] for name in cls.__slots__}
        return cls(**fields | {"measures": tuple(data["measures"])})

    def as_dict(self) -> dict[str, Any]:
        """The elite as it is journalled and written."""
        return asdict(self) | {"measures": list(self.measures)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How well an archive is filled.

    Attributes:
        filled: Niches with a program.
        niches: All niches.
        qd_score: The sum of all elites' objectives.
        best: The greatest of them.
    """

    filled: int
    niches: int
    qd_score: float
    best: float


class Archive:
    """Keeps the best program of each niche.

    Args:
        axes: The grid of niches.

    Raises:
        SandboxError: pyribs is missing.
    """

    def __init__(self, axes: Sequence[Axis]) -> None:
        self.axes = tuple(axes)
        self._grid = _grid(axes)

    def add(self, elite: Elite) -> bool:
        """Take a program if it is the first of its niche, or better than what is there."""
        told = self._grid.add_single(elite, elite.objective, elite.measures)
        return bool(told["status"])

    @property
    def elites(self) -> list[Elite]:
        """All that are in it, in the order of their niches."""
        indices, elites = self._grid.data(["index", "solution"], return_type="tuple")
        return [elites[place] for place in indices.argsort()]

    @property
    def best(self) -> Elite | None:
        """The one with the greatest objective; of equal ones, the oldest."""
        return max(self.elites, key=lambda elite: (elite.objective, -elite.number), default=None)

    @property
    def standing(self) -> Standing:
        """How well it is filled."""
        stats = self._grid.stats
        return Standing(
            filled=int(stats.num_elites),
            niches=prod(axis.niches for axis in self.axes),
            qd_score=float(stats.qd_score),
            best=float(stats.obj_max) if stats.num_elites else 0.0,
        )

    def niche(self, elite: Elite) -> tuple[int, ...]:
        """Return where in the grid a program belongs."""
        index = self._grid.index_of_single(elite.measures)
        return tuple(int(place) for place in self._grid.int_to_grid_index([index])[0])


def _grid(axes: Sequence[Axis]) -> GridArchive:
    try:
        from ribs.archives import GridArchive
    except ImportError:
        raise SandboxError(f"elm needs pyribs; install it with: {pip_install('elm')}") from None
    return GridArchive(
        solution_dim=(),
        solution_dtype=object,
        dims=[axis.niches for axis in axes],
        ranges=[(axis.low, axis.high) for axis in axes],
    )
