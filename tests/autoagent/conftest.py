from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def untouchable(old: Path) -> Iterator[Path]:
    """A module's old journal, in a folder where nothing can be made."""
    old.chmod(0o400)
    old.parent.chmod(0o500)
    yield old
    old.parent.chmod(0o700)
