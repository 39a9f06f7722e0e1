"""Writes down what came of a benchmark: for people, for programs, and as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autoagent.markdown import table
from autoagent.statistics import Estimate, Lead, group_means, grouped_share, lead, mean
from genetic.bench.outcome import Mode, Outcome
from genetic.fitness import Fitness
from genetic.translate.judge import WORST

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a mode over all of its tasks.

    Repeats of one task hang together, so tasks are drawn anew for the intervals.

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
            tasks=len({outcome.task for outcome in outcomes}),
            hidden=_mean((outcome.task, outcome.hidden.rate) for outcome in outcomes),
            open=_mean((outcome.task, outcome.open.rate) for outcome in outcomes),
            solved=grouped_share((outcome.task, outcome.hidden.correct) for outcome in outcomes),
            calls=sum(outcome.calls for outcome in outcomes),
            tokens=sum(outcome.tokens for outcome in outcomes),
            seconds=round(sum(outcome.seconds for outcome in outcomes), 3),
            learning=sum(outcome.learning for outcome in outcomes),
        )


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far a mode is ahead of another.

    Attributes:
        solved: By the share of tasks with the right output for every hidden input.
        hidden: By the share of hidden inputs with the right output.
    """

    solved: Lead
    hidden: Lead


class Report:
    """What came of a benchmark.

    Args:
        outcomes: Of some tasks in some modes.
        header: What the report says of how it was made, by name.
    """

    def __init__(self, outcomes: Sequence[Outcome], header: dict[str, Any]) -> None:
        self.outcomes = outcomes
        self.header = header
        self.modes = _by_mode(outcomes)
        levels = dict.fromkeys(outcome.level for outcome in outcomes)
        self.levels = {
            level: _by_mode([one for one in outcomes if one.level == level]) for level in levels
        }
        self.leads: dict[Mode, Lead] = {
            mode: ahead
            for mode in Mode
            if mode is not Mode.ENGINE
            and (ahead := _lead(outcomes, Mode.ENGINE, mode, _rate)) is not None
        }
        self.over_best_of_n: dict[Mode, Ahead] = {
            mode: Ahead(solved, hidden)
            for mode in self.modes
            if mode not in (Mode.ENGINE, Mode.BEST_OF_N)
            and (solved := _lead(outcomes, mode, Mode.BEST_OF_N, _solved)) is not None
            and (hidden := _lead(outcomes, mode, Mode.BEST_OF_N, _rate)) is not None
        }

    def summary(self) -> dict[str, Any]:
        """Return what the modes come to, as plain data."""
        return {
            **self.header,
            "modes": {mode.value: asdict(summary) for mode, summary in self.modes.items()},
            "levels": {
                level: {mode.value: asdict(summary) for mode, summary in modes.items()}
                for level, modes in self.levels.items()
            },
            "engine_leads": {mode.value: asdict(ahead) for mode, ahead in self.leads.items()},
            "over_best_of_n": {
                mode.value: asdict(ahead) for mode, ahead in self.over_best_of_n.items()
            },
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the summary with all outcomes."""
        return self.summary() | {"outcomes": [outcome.as_dict() for outcome in self.outcomes]}

    def markdown(self, picture: str | None = None) -> str:
        """Return the report as people read it."""
        lines = ["# Translation benchmark", ""]
        lines += [f"- {name}: {value}" for name, value in self.header.items() if value is not None]
        lines += ["", *self._modes(), "", *self._over_best_of_n()]
        lines += [*self._levels(), *self._tasks()]
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

    def _over_best_of_n(self) -> list[str]:
        """Return how far modes are ahead of best-of-n, if they were compared with it."""
        if not self.over_best_of_n:
            return []
        rows = [
            [
                mode.value,
                str(ahead.solved.tasks),
                f"{ahead.solved.difference:+.1%}",
                f"{ahead.solved.p_value:.3g}",
                f"{ahead.hidden.difference:+.1%}",
                f"{ahead.hidden.p_value:.3g}",
            ]
            for mode, ahead in self.over_best_of_n.items()
        ]
        headings = ["mode", "tasks", "solved", "p", "hidden tests", "p"]
        return ["## Ahead of best-of-n", "", *table(headings, rows), ""]

    def _levels(self) -> list[str]:
        """Return what the modes come to on tasks of each level, if there are several."""
        if len(self.levels) < 2:
            return []
        rows = [
            [
                level,
                str(max(summary.tasks for summary in modes.values())),
                *(f"{modes[mode].solved:.0%}" if mode in modes else "" for mode in self.modes),
            ]
            for level, modes in self.levels.items()
        ]
        headings = ["level", "tasks", *(mode.value for mode in self.modes)]
        return ["## Solved, by level", "", *table(headings, rows), ""]

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
                str(outcome.seed),
            ]
            for outcome in self.outcomes
        ]
        headings = ["task", "level", "mode", "hidden tests", *TIERS]
        return [
            "## Tasks",
            "",
            *table([*headings, "calls", "tokens", "seconds", "end", "seed"], rows),
        ]

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
                str(outcome.seed),
            ]
            for outcome in self.outcomes
            for point in outcome.points
        ]
        headings = ["task", "mode", "generation", *TIERS, "calls", "tokens", "seconds", "seed"]
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


def _mean(shares: Iterable[tuple[str, float]]) -> Estimate:
    """Return the mean over tasks; they are what is drawn anew for its interval."""
    return mean([*group_means(shares).values()], resamples=RESAMPLES)


def _by_mode(outcomes: Sequence[Outcome]) -> dict[Mode, Summary]:
    """Return the summary of each mode that there is."""
    return {
        mode: Summary.of(found)
        for mode in Mode
        if (found := [outcome for outcome in outcomes if outcome.mode is mode])
    }


def _rate(outcome: Outcome) -> float:
    return outcome.hidden.rate


def _solved(outcome: Outcome) -> float:
    return float(outcome.hidden.correct)


def _lead(
    outcomes: Sequence[Outcome], ours: Mode, theirs: Mode, score: Callable[[Outcome], float]
) -> Lead | None:
    """Compare two modes on the tasks and seeds that both have."""
    one, other = (
        {(each.task, each.seed): score(each) for each in outcomes if each.mode is mode}
        for mode in (ours, theirs)
    )
    both = [cell for cell in one if cell in other]
    means = (group_means((cell[0], scores[cell]) for cell in both) for scores in (one, other))
    return lead(*means, resamples=RESAMPLES)
