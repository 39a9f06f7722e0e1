from collections.abc import Iterator
from contextlib import closing

import pytest

from autoagent.analyzers import Tools


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    with closing(Tools(seconds=120.0)) as tools:
        yield tools
