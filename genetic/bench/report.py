"""Writes down what came of a benchmark: for people, for programs, and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autoagent.files import write_json, write_text
from autoagent.markdown import table
from autoagent.statistics import Estimate, Lead, lead, mean, share
from genetic.bench.outcome import Mode, Outcome
from genetic.fitness import Fitness
from genetic.translate.judge import WORST

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a mode over all of its tasks.

    Attributes:
        tasks: How many they are.
        hidden: Mean share of the hidden inputs with exactly the right output.
        open: The same of the open inputs.
        solved: Share of the tasks with the right output for every hidden input.
        calls: Answers of the model.
        tokens: What they took.
        seconds: How long it took.
        learning: Answers of the model in contests of a skill, beside `calls`.
    """

    tasks: int
    hidden: Estimate
    open: Estimate
    solved: Estimate
    calls: int
    tokens: int
    seconds: float
    learning: int

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Summary:
        """Return the summary of some outcomes, at least one."""
        return cls(
            tasks=len(outcomes),
            hidden=_mean([outcome.hidden.rate for outcome in outcomes]),
            open=_mean([outcome.open.rate for outcome in outcomes]),
            solved=share(sum(outcome.hidden.correct for outcome in outcomes), len(outcomes)),
            calls=sum(outcome.calls for outcome in outcomes),
            tokens=sum(outcome.tokens for outcome in outcomes),
            seconds=round(sum(outcome.seconds for outcome in outcomes), 3),
            learning=sum(outcome.learning for outcome in outcomes),
        )


class Report:
    """What came of a benchmark.

    Args:
        outcomes: Of some tasks in some modes.
        header: What the report says of how it was made, by name.
    """

    def __init__(self, outcomes: Sequence[Outcome], header: dict[str, Any]) -> None:
        self.outcomes = outcomes
        self.header = header
        self.modes = {
            mode: Summary.of(found)
            for mode in Mode
            if (found := [outcome for outcome in outcomes if outcome.mode is mode])
        }
        rates = {
            mode: {one.task: one.hidden.rate for one in outcomes if one.mode is mode}
            for mode in Mode
        }
        engine = rates.pop(Mode.ENGINE)
        self.leads: dict[Mode, Lead] = {
            mode: ahead
            for mode, theirs in rates.items()
            if (ahead := lead(engine, theirs, resamples=RESAMPLES)) is not None
        }

    def _rates(self, mode: Mode) -> dict[str, float]:
        """Return a mode's share of the hidden inputs of each task."""
        return {one.task: one.hidden.rate for one in self.outcomes if one.mode is mode}

    def summary(self) -> dict[str, Any]:
        """Return what the modes come to, as plain data."""
        return {
            **self.header,
            "modes": {mode.value: asdict(summary) for mode, summary in self.modes.items()},
            "engine_leads": {mode.value: asdict(ahead) for mode, ahead in self.leads.items()},
        }

    def write(self, folder: Path, picture: str | None = None) -> None:
        """Write ``report.md``, which may show a picture beside it, and ``report.json``."""
        data = self.summary() | {"outcomes": [outcome.as_dict() for outcome in self.outcomes]}
        write_json(folder / "report.json", data)
        write_text(folder / "report.md", self.markdown(picture))

    def markdown(self, picture: str | None = None) -> str:
        """Return the report as people read it."""
        lines = ["# Translation benchmark", ""]
        lines += [f"- {name}: {value}" for name, value in self.header.items() if value is not None]
        lines += ["", *self._modes(), "", *self._tasks()]
        if picture is not None:
            lines += ["", f"![Best fitness by generation and by model calls]({picture})"]
        return "\n".join([*lines, "", *self._points(), ""])

    def _modes(self) -> list[str]:
        rows = [
            [
                mode.value,
                str(summary.tasks),
                f"{summary.hidden:.1%}",
                f"{summary.solved:.1%}",
                f"{summary.open:.1%}",
                f"{summary.calls:,}",
                f"{summary.tokens:,}",
                f"{summary.seconds:,.0f}",
            ]
            for mode, summary in self.modes.items()
        ]
        headings = ["mode", "tasks", "hidden tests", "solved", "open tests"]
        lines = table([*headings, "calls", "tokens", "seconds"], rows)
        for mode, summary in self.modes.items():
            if summary.learning:
                words = f"{summary.learning:,} further questions to improve the engine"
                lines += ["", f"The contests of {mode.value} took {words}."]
        for mode, ahead in self.leads.items():
            lines += [
                "",
                f"The engine's lead over {mode.value} on the hidden tests of {ahead.tasks} tasks: "
                f"{ahead.difference:.1%}, p = {ahead.p_value:.3g}.",
            ]
        return lines

    def _tasks(self) -> list[str]:
        rows = [
            [
                outcome.task,
                outcome.level,
                outcome.mode.value,
                f"{outcome.hidden.exact} / {outcome.hidden.tests}",
                *_tiers(outcome.open),
                f"{outcome.calls:,}",
                f"{outcome.tokens:,}",
                f"{outcome.seconds:,.1f}",
                outcome.cause,
            ]
            for outcome in self.outcomes
        ]
        headings = ["task", "level", "mode", "hidden tests", *TIERS]
        return ["## Tasks", "", *table([*headings, "calls", "tokens", "seconds", "end"], rows)]

    def _points(self) -> list[str]:
        rows = [
            [
                outcome.task,
                outcome.mode.value,
                str(point.number),
                *_tiers(point.fitness),
                f"{point.calls:,}",
                f"{point.tokens:,}",
                f"{point.seconds:,.1f}",
            ]
            for outcome in self.outcomes
            for point in outcome.points
        ]
        headings = ["task", "mode", "generation", *TIERS, "calls", "tokens", "seconds"]
        return ["## Generations (an agent's steps), best so far", "", *table(headings, rows)]


TIERS = ["compile errors", "unique outputs", "open tests", "exact", "fuel"]


def _tiers(fitness: Fitness) -> list[str]:
    return [
        "no program" if fitness.compile_errors >= WORST else f"{fitness.compile_errors:,}",
        f"{fitness.unique:.2f}",
        f"{fitness.passed:.3f} / {fitness.tests}",
        str(fitness.exact),
        "" if fitness.fuel is None else f"{fitness.fuel:,}",
    ]


def _mean(shares: Sequence[float]) -> Estimate:
    """Return the mean over tasks; they are what is drawn anew for its interval."""
    return mean(shares, resamples=RESAMPLES)
