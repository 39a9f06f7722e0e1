"""What programs of walkers find behind the wall, and what is observed of them."""

import math
from collections.abc import Callable
from typing import Any

Field = Callable[[float, float], float]
NEAR = ((1, 0), (0, 1), (1, 1), (1, -1), (2, 0), (0, 2))
"""From a joint of a grid to those that it is connected with, to the right and above."""


def offered() -> dict[str, Any]:
    """Return the names that a program finds, made for it alone."""

    class Walker:
        """A body that grows joint by joint."""

        def __init__(self) -> None:
            self.joints: list[tuple[float, float]] = []
            self.muscles: list[tuple[int, int, float, float]] = []

        def joint(self, x: float, y: float) -> int:
            """Add a joint, and return its number."""
            self.joints.append((float(x), float(y)))
            return len(self.joints) - 1

        def muscle(self, a: int, b: int, amplitude: float = 0.0, phase: float = 0.0) -> None:
            """Connect two joints; below an amplitude of 0.2 that is a bone."""
            self.muscles.append((int(a), int(b), float(amplitude), float(phase)))

    def grid(columns: int, rows: int, spacing: float, amplitude: Field, phase: Field) -> Walker:
        """Return a walker whose joints stand in a grid, each connected to those near it.

        Amplitude and phase are functions of where the middle of a muscle is, from -1 to 1.
        """
        walker = Walker()
        joints = {}
        for column in range(columns):
            for row in range(rows):
                joints[column, row] = walker.joint(column * spacing, row * spacing)
        for (column, row), a in joints.items():
            for right, up in NEAR:
                b = joints.get((column + right, row + up))
                if b is not None:
                    x = (2 * column + right) / max(columns - 1, 1) - 1
                    y = (2 * row + up) / max(rows - 1, 1) - 1
                    walker.muscle(a, b, amplitude(x, y), phase(x, y))
        return walker

    names = {name: getattr(math, name) for name in ("cos", "hypot", "pi", "sin", "sqrt")}
    return names | {"Walker": Walker, "grid": grid}


def observed(names: dict[str, Any]) -> Any:
    """Return the body that a program makes."""
    walker = names["make_walker"]()
    return {"joints": list(walker.joints), "muscles": list(walker.muscles)}
