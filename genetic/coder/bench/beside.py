"""Another report of the same pairs, to compare with: of another model, or one asked otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autoagent.files import read_json
from genetic.coder.evaluation import Row


@dataclass(frozen=True, slots=True)
class Beside:
    """What another report says.

    Attributes:
        name: What its arms are called by: its model, and how that was asked.
        rows: Of its completions.
    """

    name: str
    rows: Sequence[Row]

    @classmethod
    def read(cls, folder: Path) -> Beside:
        """Return what the report in a folder says.

        Raises:
            ValueError: There is none, or it is damaged.
        """
        path = folder / "report.json"
        try:
            found = read_json(path)
            rows = [
                {name: row[name] for name in ("arm", "pair", "clean", "runs", "tests")}
                for row in found["rows"]
            ]
            return cls(f"{found['model']}, {found['style']}", rows)
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ValueError(
                f"{path} is no report of completions ({reason}); give a folder that "
                "autoagent bench coder has written"
            ) from None

    def of(self, arm: str) -> list[Row]:
        """Return the rows of an arm."""
        return [row for row in self.rows if row["arm"] == arm]
