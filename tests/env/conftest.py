from collections.abc import Callable, Iterator
from typing import Any

import pytest

from env import Survival
from sandbox.session import Sandbox

Make = Callable[..., Survival]


@pytest.fixture
def make(wall: Sandbox) -> Iterator[Make]:
    """Make environments behind the shared wall, without hazards; they are closed afterwards."""
    made: list[Survival] = []

    def make(**settings: Any) -> Survival:
        made.append(Survival(sandbox=wall, **{"hazards": (), **settings}))
        return made[-1]

    yield make
    for each in made:
        each.close()
