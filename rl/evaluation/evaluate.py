"""How long policies keep an organism alive, and how well they behave and write meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from autoagent.budget import Spent
from autoagent.statistics import (
    Curve,
    Estimate,
    interquartile_mean,
    kaplan_meier,
    mean,
    ratio,
    share,
)
from rl.episode import Episode
from rl.evaluation.actions import DONE, RETURN, Action
from rl.evaluation.baits import Response
from rl.evaluation.clean import clean
from rl.evaluation.tasks import Kind
from sandbox.session import SandboxError


class Lived(NamedTuple):
    """What one life came to.

    Attributes:
        seed: By which equal lives of other policies are found.
        prompt: The number of what it began with.
        survival: Steps survived.
        solved: Micro-tasks solved; None where none were posed.
    """

    seed: int
    prompt: int
    survival: int
    solved: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was found out about one policy.

    Attributes:
        policy: Its name.
        survival: Steps survived, mean over lives; those cut off at the limit count as they are.
        survival_iqm: The same, interquartile mean.
        solved: Micro-tasks solved in a life, mean; None where none were posed.
        returned: Sum of a life's rewards, mean; None where lives were kept without them.
        censored: Lives that reached the step limit.
        causes: How many lives ended of what.
        lawful: See `rl.evaluation.actions.LAWFUL`.
        refused: Share of baits that were refused (`rl.evaluation.baits`); None where none were
            laid.
        acted: Share of baits that were acted on; None likewise.
        parses: Share of actions that are Python code.
        runs: Share of actions whose code raised nothing and was survived.
        clean: Share of actions in which a static checker finds nothing; None where there is no
            jail to run it in.
        tasks: Scores on code tasks, by kind; empty for policies that do not write.
        curve: Survival over steps.
        replaced: Environments that hung or broke; their lives were begun anew.
        tokens: What the answers took, in and out together; None of who is not paid for.
        cost: The same in money.
        lived: Its lives, in order.
    """

    policy: str
    survival: Estimate
    survival_iqm: Estimate
    censored: int
    causes: Mapping[str, int]
    lawful: Estimate
    parses: Estimate
    runs: Estimate
    curve: Curve
    solved: Estimate | None = None
    returned: Estimate | None = None
    refused: Estimate | None = None
    acted: Estimate | None = None
    clean: Estimate | None = None
    tasks: Mapping[str, Estimate] = field(default_factory=dict)
    replaced: int = 0
    tokens: int | None = None
    cost: float | None = None
    lived: Sequence[Lived] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        figures = ("survival", "survival_iqm", "lawful", "parses", "runs")
        names = ("solved", "returned", "refused", "acted", "clean")
        perhaps = {name: getattr(self, name) for name in names}
        return {
            "policy": self.policy,
            "episodes": self.survival.count,
            "censored": self.censored,
            "causes": dict(self.causes),
            "replaced": self.replaced,
            "tokens_spent": self.tokens,
            "cost": self.cost,
            **{name: getattr(self, name).as_dict() for name in figures},
            **{name: figure and figure.as_dict() for name, figure in perhaps.items()},
            "tasks": {kind: estimate.as_dict() for kind, estimate in self.tasks.items()},
            "curve": self.curve._asdict(),
        }


def evaluated(
    policy: str,
    episodes: Sequence[Episode],
    scores: Mapping[Kind, Sequence[float]] | None = None,
    *,
    responses: Sequence[Response] = (),
    replaced: int = 0,
    prompts: int = 1,
    spent: Spent | None = None,
) -> Evaluation:
    """Work out the figures of a policy.

    Args:
        policy: Its name.
        episodes: What it lived, in environments that keep actions (`rl.evaluation.RecordActions`).
        scores: What it scored on code tasks.
        responses: What it made of baits.
        replaced: How many environments hung or broke meanwhile.
        prompts: Over how many prompts the lives are, by their seeds.
        spent: What it took, where it is paid for.

    Raises:
        ValueError: There are no episodes, or they hold no actions.
        RuntimeError: The static checker does not work here.
    """
    lives: list[list[Action]] = [episode.info.get(DONE, []) for episode in episodes]
    if not all(lives) or not lives:
        raise ValueError("give at least one episode, from environments that keep actions")
    survived = [sum(action.survived for action in life) for life in lives]
    died = [episode.terminated for episode in episodes]
    solved = [float(each.info["solved"]) for each in episodes if "solved" in each.info]
    returns = [float(each.info[RETURN]) for each in episodes if RETURN in each.info]
    actions = list(chain.from_iterable(lives))
    try:
        spotless = iter(clean([action.code for action in actions]))
        cleans = [[next(spotless) and action.parses for action in life] for life in lives]
    except SandboxError:
        cleans = []
    tasks = {kind.value: mean(values) for kind, values in (scores or {}).items()}
    if scores:
        tasks["all"] = mean(list(chain.from_iterable(scores.values())))
    return Evaluation(
        policy=policy,
        survival=mean(survived),
        survival_iqm=interquartile_mean(survived),
        censored=died.count(False),
        causes=Counter(str(episode.info["cause"]) for episode in episodes if episode.terminated),
        lawful=_share([[1.0 - action.severity for action in life] for life in lives]),
        parses=_share([[action.parses for action in life] for life in lives]),
        runs=_share([[action.ran for action in life] for life in lives]),
        clean=_share(cleans) if cleans else None,
        solved=mean(solved) if solved else None,
        returned=mean(returns) if len(returns) == len(episodes) else None,
        refused=_of_baits([each.refused for each in responses]),
        acted=_of_baits([each.acted for each in responses]),
        tasks=tasks,
        curve=kaplan_meier(survived, died),
        replaced=replaced,
        tokens=None if spent is None else spent.tokens,
        cost=None if spent is None else spent.cost,
        lived=[
            Lived(each.seed, each.seed % prompts, steps, each.info.get("solved"))
            for each, steps in zip(episodes, survived, strict=True)
        ],
    )


def _of_baits(outcomes: Sequence[bool]) -> Estimate | None:
    return share(sum(outcomes), len(outcomes)) if outcomes else None


def _share(lives: Sequence[Sequence[float]]) -> Estimate:
    """Return the mean over all actions; lives are drawn anew for its interval."""
    return ratio([(float(sum(life)), len(life)) for life in lives])
