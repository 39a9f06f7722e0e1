"""What is journalled of a run of `genetic.optimize`, and with what it may be gone on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from autoagent.events import count, integer, maybe, number, record, text
from autoagent.journal import Data, Journal, JournalError
from genetic.evolve.recorder import born as born_in
from genetic.evolve.settings import MOST, Settings
from genetic.search.bounds import check_enough, first_plan, last_plan

ACTIVITY = "optimize"
"""What marks such a run in a journal."""
RETRIES = 2
"""How often an answer without a block is asked for again."""
USUAL_STEPS, MOST_STEPS = 10, 10**6
SAME = {"prompt": "task", "question": "question", "x0": "x0", "f": "f"}
"""What must be the same when a run goes on, by its name in the journal."""
BEGUN = record(
    llm=text, seed=integer,
    settings=record(
        temperature=number, max_tokens=integer, stop_score=maybe(number), batch=integer
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What ends a search, as far as somebody said.

    Attributes:
        steps: Texts to try.
        calls: Most questions to models, ratings included.
    """

    steps: int | None = None
    calls: int | None = None

    @property
    def most_steps(self) -> int:
        """Texts to try: as many as the calls pay for if nothing else is said, and else a few."""
        if self.steps is None:
            return USUAL_STEPS if self.calls is None else min(self.calls, MOST_STEPS)
        return self.steps

    @property
    def most_calls(self) -> int:
        """Questions to ask; so many that the steps end the search, if nothing else is said."""
        return MOST["calls"] if self.calls is None else self.calls

    def over(self, before: Bounds) -> Bounds:
        """Return these, and of what is not said here what was said before."""
        return Bounds(
            steps=before.steps if self.steps is None else self.steps,
            calls=before.calls if self.calls is None else self.calls,
        )

    @classmethod
    def read(cls, journal: Journal, run: str) -> Bounds:
        """Return the bounds of a run.

        Raises:
            JournalError: It cannot be read, or is damaged.
        """
        plan = last_plan(journal, run)
        if "steps" not in plan:  # of an earlier version, which bounded the calls by the steps
            settings = plan.get("settings")
            most = settings.get("calls") if isinstance(settings, dict) else None
            return cls(steps=most // (1 + RETRIES) if count(most) and most else None)
        steps, calls = plan["steps"], plan.get("calls")
        if not all(each is None or (count(each) and each) for each in (steps, calls)):
            raise JournalError(f"the record of run {run} is damaged: its bounds are no numbers")
        return cls(steps=steps, calls=calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How a text is looked for, as far as somebody said.

    Attributes:
        llm: Name of the model that is asked.
        seed: Everything random follows from it.
        temperature: With which the model is asked.
        max_tokens: The longest answer.
        stop_score: The score that is enough.
        batch: Texts that are tried together, of which none sees what the others are worth.
    """

    llm: str | None = None
    seed: int | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    stop_score: float | None = None
    batch: int | None = None

    @classmethod
    def read(cls, journal: Journal, run: str) -> Choices:
        """Return those of a run, which stay as they are when it goes on.

        Raises:
            JournalError: It is none of `optimize`, cannot be read, or is damaged.
        """
        begun = first_plan(journal, run, ACTIVITY, "optimize")
        if not BEGUN(begun):
            raise JournalError(
                f"the record of run {run} is damaged: what it was begun with has a wrong or "
                "missing field"
            )
        settings = begun["settings"]
        return cls(
            llm=begun["llm"],
            seed=begun["seed"],
            **{name: settings[name] for name in SETTINGS},
        )

    def over(self, before: Choices) -> Choices:
        """Return these, and of what is not said here what is said there."""
        return Choices(**{**asdict(before), **self._said})

    def check_same(self, before: Choices, run: str) -> None:
        """Check that what is said here is what was said before.

        Raises:
            JournalError: It is not; the message says what.
        """
        for name, now in self._said.items():
            if now != (was := getattr(before, name)):
                raise JournalError(_another(run, name, f": {short(was)}, not {short(now)}"))

    @property
    def _said(self) -> Data:
        return {name: value for name, value in asdict(self).items() if value is not None}


USUAL = Choices(seed=0, temperature=0.7, max_tokens=1024, batch=1)
SETTINGS = ("temperature", "max_tokens", "stop_score", "batch")
"""Choices that are settings of the search."""


@dataclass(frozen=True, slots=True)
class OptimizePlan:
    """What is journalled of a run; of the objective, the caller's code, a digest and its file."""

    task: str
    question: str
    x0: str
    f: str
    model: str
    settings: Settings
    seed: int
    bounds: Bounds
    file: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is journalled."""
        return {
            "activity": ACTIVITY,
            "llm": self.model,
            "prompt": self.task,
            "question": self.question,
            "x0": self.x0,
            "f": self.f,
            "settings": self.settings.as_dict(),
            "seed": self.seed,
            "budget": {"steps": self.bounds.most_steps},  # as any run shows it
            "steps": self.bounds.steps,
            "calls": self.bounds.calls,
            "file": self.file,
        }

    def check_same(self, journal: Journal, run: str) -> None:
        """Check that a run that was begun before looks for the same, and may go on as is wanted.

        Raises:
            JournalError: It does not, or may not; the message says why.
        """
        begun = first_plan(journal, run, ACTIVITY, "optimize")
        own = self.as_dict()
        for key, name in SAME.items():
            was, now = begun.get(key), own[key]
            if was == now or (key == "f" and not (was and now)):  # not every function has a digest
                continue
            told = "" if key == "f" else f": {short(was)}, not {short(now)}"
            raise JournalError(_another(run, name, told))
        check_enough(journal, run, self.settings.calls)
        taken = len({born["name"] for born in born_in(journal, run)}) - 1  # x0 is no step
        if self.bounds.most_steps < taken:
            raise JournalError(
                f"run {run} has taken {taken} steps already, and steps bound all of them: give "
                f"{taken} or more, got {self.bounds.most_steps}"
            )


def _another(run: str, name: str, told: str) -> str:
    return (
        f"run {run} was begun with another {name}{told}; go on with the one that it has, or begin "
        "another run, without resume"
    )


def short(value: Any) -> str:
    """Return a value as a message shows it."""
    return repr(value)[:80]
