"""What the commands about policies share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autoagent.cli.common import fail, print_json
from rl.watcher import Unwatched
from sandbox.extras import pip_install


@contextmanager
def installed(what: str) -> Iterator[None]:
    """Say what to install when a package is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        fail(f"{what} needs the package {error.name}; {pip_install('rl')}")


def listed(names: str) -> list[str]:
    """Return names that are given with commas between; ``none`` is nobody's."""
    return [each.strip() for each in names.split(",") if each.strip() not in ("", "none")]


class JsonLines(Unwatched):
    """Prints the figures of each update as a line of JSON."""

    def open(self) -> None:
        """Print nothing yet."""

    def updated(self, figures: Any) -> None:
        """Print them."""
        print_json(figures.as_dict())

    def close(self) -> None:
        """Print nothing more."""
