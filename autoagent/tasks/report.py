"""Writes down what came of tasks: for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autoagent.markdown import table
from autoagent.statistics import Estimate, Lead, group_means, grouped_share, lead, mean
from autoagent.tasks.outcome import Outcome
from autoagent.tasks.task import KINDS, LEVELS

GROUPS = ("all", *KINDS, *LEVELS)
"""What outcomes are told of together."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of some tasks.

    Attributes:
        lives: How many lives were lived for them.
        solved: The share of the tasks that is solved.
        steps: Mean of the steps of a life.
        tokens: Mean of the tokens of a life.
        deaths: How many died.
    """

    lives: int
    solved: Estimate
    steps: Estimate
    tokens: Estimate
    deaths: int

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Summary:
        """Return the summary of some outcomes, at least one."""
        return cls(
            lives=len(outcomes),
            solved=grouped_share(_solved(outcomes)),
            steps=mean([outcome.steps for outcome in outcomes]),
            tokens=mean([outcome.tokens for outcome in outcomes]),
            deaths=sum(outcome.died for outcome in outcomes),
        )


class Report:
    """What came of tasks.

    Args:
        outcomes: Of lives, whoever lived them.
        header: What the report says of how it was made, by name.
    """

    def __init__(self, outcomes: Sequence[Outcome], header: dict[str, Any]) -> None:
        self.outcomes = outcomes
        self.header = header
        self.sides = list(dict.fromkeys(outcome.side for outcome in outcomes))
        self.groups = {
            side: {
                group: Summary.of(found)
                for group in GROUPS
                if (found := [one for one in self._of(side) if _in(one, group)])
            }
            for side in self.sides
        }
        first, *others = self.sides
        rates = {side: group_means(_solved(self._of(side))) for side in self.sides}
        self.leads: dict[str, Lead] = {
            side: ahead for side in others if (ahead := lead(rates[side], rates[first])) is not None
        }

    def _of(self, side: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.side == side]

    def summary(self) -> dict[str, Any]:
        """Return what the sides come to, as plain data."""
        return {
            **self.header,
            "sides": {
                side: {group: asdict(summary) for group, summary in groups.items()}
                for side, groups in self.groups.items()
            },
            "leads": {side: asdict(ahead) for side, ahead in self.leads.items()},
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the summary with all outcomes."""
        return self.summary() | {"outcomes": [outcome.as_dict() for outcome in self.outcomes]}

    def markdown(self, picture: str | None = None) -> str:
        """Return the report as people read it."""
        lines = ["# Tasks", ""]
        lines += [f"- {name}: {value}" for name, value in self.header.items() if value is not None]
        lines += ["", *self._sides()]
        if picture is not None:
            lines += ["", f"![Solved share by kind and by level]({picture})"]
        return "\n".join([*lines, "", *self._tasks(), ""])

    def _sides(self) -> list[str]:
        rows = [
            [
                side,
                group,
                str(summary.lives),
                f"{summary.solved:.1%}",
                f"{summary.steps:.1f}",
                f"{summary.tokens:,.0f}",
                str(summary.deaths),
            ]
            for side, groups in self.groups.items()
            for group, summary in groups.items()
        ]
        headings = ["model/genome", "tasks", "lives", "solved", "steps", "tokens", "deaths"]
        lines = table(headings, rows)
        for side, ahead in self.leads.items():
            lines += [
                "",
                f"The lead of {side} over {self.sides[0]} on {ahead.tasks} tasks: "
                f"{ahead.difference:.1%}, p = {ahead.p_value:.3g}.",
            ]
        return lines

    def _tasks(self) -> list[str]:
        rows = [
            [
                one.task,
                one.kind,
                one.level,
                one.side,
                str(one.seed),
                "yes" if one.solved else "no",
                one.cause,
                str(one.steps),
                f"{one.tokens:,}",
                one.wrong.replace("|", "\\|").replace("\n", " "),
            ]
            for one in self.outcomes
        ]
        headings = ["task", "kind", "level", "model/genome", "seed", "solved", "end", "steps"]
        return ["## Lives", "", *table([*headings, "tokens", "what is wrong"], rows)]


def _in(outcome: Outcome, group: str) -> bool:
    return group in ("all", outcome.kind, outcome.level)


def _solved(outcomes: Sequence[Outcome]) -> list[tuple[str, float]]:
    """Return what came of each draw, with its task: draws of one task hang together."""
    return [(outcome.task, float(outcome.solved)) for outcome in outcomes]
