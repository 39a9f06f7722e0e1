"""Writes down what came of the arms: for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autoagent.markdown import table
from autoagent.statistics import Estimate, group_means, grouped_share, lead, mean
from genetic.coder.bench.arms import ARMS
from genetic.coder.bench.beside import Beside
from genetic.coder.evaluation import Row

SHARES = {"clean": "mypy-clean", "runs": "runs", "tests": "passes its tests"}
"""What is counted of completions, and what it is called."""
MEANS: dict[str, tuple[str, str, Callable[[Row], float]]] = {
    "mypy_errors": ("mypy errors", ".2f", lambda row: row["mypy_errors"]),
    "loops": ("loops", ".1f", lambda row: row["loops"]),
    "calls": ("calls", ".1f", lambda row: row["calls"]),
    "tokens": ("tokens", ",.0f", lambda row: tokens_of(row)),
    "generated": ("generated", ",.0f", lambda row: row["tokens_out"]),
    "seconds": ("seconds", ".1f", lambda row: row["seconds"]),
}
"""What is averaged: how it is called, written and found."""
HIDDEN = ("messages", "analyses")
"""What of a row stays in the evaluation's own folder."""


def tokens_of(row: Row) -> int:
    """Return what a completion took, in and out."""
    return int(row["tokens_in"] + row["tokens_out"])


@dataclass(frozen=True, slots=True)
class Lead:
    """How far an arm is ahead of another, on the pairs that both have completed.

    Attributes:
        arm: Which one.
        over: Whom it is compared with; another model's arm has its name behind it.
        share: Of what.
        pairs: How many there are.
        difference: Mean difference of the shares.
        p_value: How likely such a lead would be if both were equally good.
    """

    arm: str
    over: str
    share: str
    pairs: int
    difference: Estimate
    p_value: float


class Report:
    """What came of the arms.

    Repeats of one pair hang together, so pairs are drawn anew for the intervals.

    Args:
        rows: Of completions, at least one.
        header: What the report says of how it was made, by name.
        beside: Another report, whose arms are compared with the same ones of this.
    """

    def __init__(
        self, rows: Sequence[Row], header: dict[str, Any], beside: Beside | None = None
    ) -> None:
        self.rows, self.header = rows, header
        found = {row["arm"] for row in rows}
        self.arms = {
            arm.name: [row for row in rows if row["arm"] == arm.name]
            for arm in ARMS
            if arm.name in found
        }
        self.figures = {name: _figures(own) for name, own in self.arms.items()}
        compared: list[tuple[str, str, list[Row]]] = [
            (arm, over, self.arms[over])
            for over in ("plain", "best-of-n")
            for arm in self.arms
            if over in self.arms and arm not in ("plain", over)
        ]
        if beside is not None:
            compared += [
                (arm, f"{arm} ({beside.name})", theirs)
                for arm in self.arms
                if (theirs := beside.of(arm))
            ]
        self.leads = [
            ahead
            for arm, over, theirs in compared
            for share in SHARES
            if (ahead := _lead(arm, over, self.arms[arm], theirs, share)) is not None
        ]

    def summary(self) -> dict[str, Any]:
        """Return what the arms come to, as plain data."""
        figures = {
            arm: {name: each.as_dict() for name, each in own.items()}
            for arm, own in self.figures.items()
        }
        return {**self.header, "arms": figures, "leads": [asdict(each) for each in self.leads]}

    def as_dict(self) -> dict[str, Any]:
        """Return the summary with all completions, but for how they came about."""
        rows = [{name: v for name, v in row.items() if name not in HIDDEN} for row in self.rows]
        return self.summary() | {"rows": rows}

    def markdown(self, picture: str | None = None) -> str:
        """Return the report as people read it."""
        lines = ["# Completion", ""]
        lines += [f"- {name}: {value}" for name, value in self.header.items()]
        lines += ["", *self._figures(), "", *self._leads(), "", *self._arms()]
        if picture is not None:
            lines += ["", f"![Pass rates by cost, and scores by loops]({picture})"]
        return "\n".join([*lines, ""])

    def _figures(self) -> list[str]:
        headings = ["arm", "completions", *SHARES.values(), *(MEANS[name][0] for name in MEANS)]
        rows = [
            [arm, str(len(self.arms[arm]))]
            + [f"{own[name]:.0%}" if name in own else "-" for name in SHARES]
            + [f"{own[name].value:{MEANS[name][1]}}" for name in MEANS]
            for arm, own in self.figures.items()
        ]
        return table(headings, rows)

    def _leads(self) -> list[str]:
        headings = ["arm", "over", "share", "pairs", "lead", "p"]
        rows = [
            [
                each.arm,
                each.over,
                SHARES[each.share],
                str(each.pairs),
                f"{each.difference:+.1%}",
                f"{each.p_value:.3g}",
            ]
            for each in self.leads
        ]
        return table(headings, rows)

    def _arms(self) -> list[str]:
        rows = [[arm.name, arm.about] for arm in ARMS if arm.name in self.arms]
        return table(["arm", "what it is"], rows)


def _figures(rows: Sequence[Row]) -> dict[str, Estimate]:
    shares = {name: grouped_share(found) for name in SHARES if (found := _known(rows, name))}
    means = {
        name: mean([*group_means((row["pair"], float(value(row))) for row in rows).values()])
        for name, (_, _, value) in MEANS.items()
    }
    return shares | means


def _known(rows: Sequence[Row], name: str) -> list[tuple[str, float]]:
    """Return what is known of rows, each with its pair."""
    return [(row["pair"], float(row[name])) for row in rows if row[name] is not None]


def _lead(
    arm: str, over: str, ours: Sequence[Row], theirs: Sequence[Row], share: str
) -> Lead | None:
    """Compare two arms, pair by pair."""
    mine, others = (group_means(_known(rows, share)) for rows in (ours, theirs))
    if (ahead := lead(mine, others)) is None:
        return None
    return Lead(arm, over, share, ahead.tasks, ahead.difference, ahead.p_value)
