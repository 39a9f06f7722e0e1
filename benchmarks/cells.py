"""What of an experiment is over, so that it may be stopped and begun again at any time.

A cell that is over is a line of JSON in a file whose first line are the settings of all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Cells:
    """The cells of a file.

    Args:
        path: The file; it is made where there is none.
        head: What decides of all cells what they become.

    Attributes:
        lines: What the cells that are over came to; a last line that was cut off is none.

    Raises:
        ValueError: It was begun with other settings.
    """

    def __init__(self, path: Path, head: Mapping[str, Any]) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(json.dumps(head) + "\n")
        first, *lines = path.read_text().splitlines(keepends=True)
        if json.loads(first) != head:
            raise ValueError(
                f"{path} was begun with other settings, name another folder: {first.strip()}"
            )
        whole = [line for line in lines if line.endswith("\n")]
        path.write_text(first + "".join(whole))
        self.lines: list[Line] = [json.loads(line) for line in whole]

    def add(self, line: Line) -> None:
        """Write down a cell that is over."""
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        self.lines.append(line)
