"""What is journalled of a completion; enough to go on with it anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autoagent.events import anything, integer, list_of, mapping_of, record, text, unless_missing
from autoagent.journal import Journal, JournalError
from genetic.coder.run import ACTIVITY
from genetic.coder.settings import CoderSettings
from genetic.search.bounds import first_plan

SHAPE = record(
    name=text, code=text, llm=text, models=unless_missing(list_of(text)), seed=integer,
    settings=mapping_of(anything),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoderPlan:
    """A completion.

    Attributes:
        name: What the code is called.
        code: The code.
        models: Names of the model of the first attempts, and of that of the others if it is
            another.
        settings: How it is completed.
        seed: Everything random follows from it.
    """

    name: str
    code: str
    models: tuple[str, ...]
    settings: CoderSettings
    seed: int

    @property
    def about(self) -> Mapping[str, Any]:
        """What a run's record says besides its settings, models and seed."""
        return {"name": self.name, "code": self.code, "models": list(self.models)}

    @classmethod
    def read(cls, journal: Journal, run: str) -> CoderPlan:
        """Return the plan of a run.

        Raises:
            JournalError: The run is no such completion, or its record is damaged.
        """
        begun = first_plan(journal, run, ACTIVITY, "coder complete")
        if "code" not in begun:
            raise JournalError(
                f"run {run} is of `autoagent coder evaluate`, which goes on with it where "
                "--config FILE names what it was begun with"
            )
        try:
            if not SHAPE(begun):
                raise ValueError("fields are missing or of a wrong kind")
            models = begun.get("models") or begun["llm"].split(", ")  # once there was no list
            if len(models) > 2:
                raise ValueError(f"it has {len(models)} models")
            return cls(
                begun["name"],
                begun["code"],
                tuple(models),
                CoderSettings.of(begun["settings"]),
                begun["seed"],
            )
        except ValueError as error:
            raise JournalError(f"the record of run {run} is damaged: {error}") from None
