"""How a training run ends, be it reinforced or supervised."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from autoagent.cells import cell

P = TypeVar("P")
F = TypeVar("F")


class Cause(StrEnum):
    """Why a run stopped."""

    UPDATES = "updates"
    SECONDS = "seconds"
    ENV_STEPS = "env_steps"
    STOPPED = "stopped"
    DONE = "done"
    PAUSED = "paused"
    DIVERGED = "diverged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Generic[P, F]):
    """How a run stopped.

    Attributes:
        cause: Why.
        detail: The same in words.
        progress: How far it came, over all resumes.
        last: The last update's figures, if there was one since the run began or was resumed.
    """

    cause: Cause
    detail: str
    progress: P
    last: F | None

    def as_dict(self) -> dict[str, Any]:
        """Return this as plain data."""
        data = asdict(self)
        told = {"cause": self.cause.value, "detail": self.detail, **data["progress"]}
        return told | {"last": data["last"]}

    def _repr_html_(self) -> str:
        """Return the end as a notebook shows it, with the last update's figures."""
        data = self.as_dict()
        return cell("training", data | (data.pop("last") or {}))
