"""All that decides a run, as it is journalled: enough to go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from autoagent.events import (
    count,
    integer,
    list_of,
    mapping_of,
    maybe,
    number,
    record,
    text,
    unless_missing,
)
from autoagent.journal import Journal, JournalError
from genetic.search.bounds import first_plan, last_plan

ACTIVITY = "elm"
"""What marks such a run in a journal."""
SHAPE = record(
    domain=text,
    operator=text,
    model=maybe(text),
    evaluations=count,
    batch=count,
    starts=list_of(text),
    programs=unless_missing(mapping_of(text)),
    temperature=number,
    max_tokens=count,
    seed=integer,
    calls=unless_missing(maybe(count)),
)
MORE = ("evaluations", "calls")
"""What may be another when a run goes on."""


MOST = {"evaluations": 10**9, "batch": 10_000, "max_tokens": 10**6, "calls": 10**9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run of MAP-Elites is to do.

    Attributes:
        domain: Name of the domain.
        operator: How programs are changed.
        model: Name of the model that changes them, if one does.
        evaluations: Programs that are judged in all, those without value and the seeds included.
        batch: Programs that are made of the same archive, and judged together.
        starts: Names of the seeds.
        programs: Seeds of the user's own, by name.
        temperature: Of the model.
        max_tokens: Longest answer of the model.
        seed: Everything random follows from it.
        calls: Most questions to the model; None means as many as the evaluations take.

    Raises:
        ValueError: There is nothing to do; the message says why.
    """

    domain: str
    operator: str
    model: str | None = None
    evaluations: int
    batch: int
    starts: tuple[str, ...]
    programs: Mapping[str, str] = field(default_factory=dict)
    temperature: float = 0.8
    max_tokens: int = 512
    seed: int = 0
    calls: int | None = None

    def __post_init__(self) -> None:
        """Refuse a plan that could not begin."""
        for name, most in MOST.items():
            value = getattr(self, name)
            if value is not None and not 1 <= value <= most:
                raise ValueError(f"{name} must be from 1 to {most}, got {value}")
        if not self.starts:
            raise ValueError("no seed to begin with")

    @property
    def as_many_as_calls(self) -> bool:
        """Whether the evaluations are just as many as the calls pay for."""
        return self.calls is not None and self.evaluations == len(self.starts) + self.calls

    def as_dict(self) -> dict[str, Any]:
        """The plan as it is journalled."""
        return {
            "activity": ACTIVITY,
            # These two are what any list of runs shows.
            "llm": self.model or self.operator,
            "prompt": f"elm {self.domain}",
            **asdict(self),
            "starts": list(self.starts),
        }

    @classmethod
    def read(cls, journal: Journal, run: str) -> Plan:
        """Return the plan of a run, with the bounds that it was last given.

        Raises:
            JournalError: The run is none of MAP-Elites, or its record is damaged.
        """
        first = first_plan(journal, run, ACTIVITY, "elm")
        last = last_plan(journal, run)
        data = first | {name: last[name] for name in MORE if name in last}
        if not SHAPE(data):
            raise JournalError(f"the record of run {run} is damaged: its plan has a wrong field")
        fields = {name: data[name] for name in cls.__slots__ if name in data}
        try:
            return cls(**fields | {"starts": tuple(data["starts"])})
        except ValueError as error:
            raise JournalError(f"the record of run {run} is damaged: {error}") from None
