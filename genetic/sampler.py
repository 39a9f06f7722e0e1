"""The hybrid of CMA-ES and a model as a sampler of Optuna.

study = optuna.create_study(sampler=HybridSampler(load("smollm2")))
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.search_space import IntersectionSearchSpace
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from autoagent.asker import Asker, derived
from autoagent.budget import Budget
from autoagent.llm import LLM
from autoagent.meter import SuspendedError
from genetic.hybrid import Hybrid

Space = dict[str, BaseDistribution]


class HybridSampler(BaseSampler):
    """Samples what is numeric by `Hybrid`, each as a share of its range, and the rest by chance.

    A study with fewer than two numeric parameters is sampled by chance alone, as is its first
    trial, which says which parameters there are. What a study has tried before, loaded from its
    storage, say, is told to CMA-ES before it samples.

    Args:
        llm: The model; without one it is CMA-ES alone.
        task: What the study is about, for the model.
        share: Of the trials that the model suggests.
        seed: Everything random follows from it.
        calls: Most questions to the model; where none is left, it is CMA-ES alone.
        budget: What else they may take, from now on, with the same end.

    Raises:
        ValueError: An argument is out of range; the message says which.
    """

    def __init__(
        self,
        llm: LLM | None = None,
        *,
        task: str = "",
        share: float = 0.3,
        seed: int = 0,
        calls: int | None = None,
        budget: Budget | None = None,
    ) -> None:
        if calls is not None and calls < 1:
            raise ValueError(f"calls must be at least 1, got {calls}; without a model, give no llm")
        self._asker = None if llm is None else Asker([llm], seed=seed)
        if self._asker is not None and budget is not None:
            self._asker.meter.start(budget)
        self._calls = math.inf if calls is None else calls
        self._task, self._share, self._seed = task, share, seed
        self._chance = RandomSampler(seed=seed)
        self._spaces = IntersectionSearchSpace()
        self._space: Space = {}
        self._hybrid: Hybrid | None = None
        self._open: dict[int, list[float]] = {}

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> Space:
        """Return the numeric parameters that all trials had; see Optuna.

        Raises:
            ValueError: The study has more than one objective.
        """
        if len(study.directions) > 1:
            raise ValueError(
                f"HybridSampler is for one objective, and this study has {len(study.directions)}; "
                "use another sampler for it, such as optuna.samplers.NSGAIISampler"
            )
        space: Space = {
            name: each
            for name, each in self._spaces.calculate(study).items()
            if isinstance(each, FloatDistribution | IntDistribution) and not each.single()
        }
        return space if len(space) > 1 else {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: Space
    ) -> dict[str, Any]:
        """Return the next values; see Optuna."""
        if not search_space:
            return {}
        if self._hybrid is None or search_space != self._space:
            self._space, self._open = search_space, {}
            self._hybrid = self._begun(study, trial.number)
        shares = self._open[trial.number] = self._asked(self._hybrid)
        named = zip(search_space.items(), shares, strict=True)
        return {name: _value(each, share) for (name, each), share in named}

    def _begun(self, study: Study, number: int) -> Hybrid:
        """Return the search that goes on from all trials that a study has so far."""
        past = [
            each
            for each in study.get_trials(deepcopy=False)
            if each.state.is_finished() and self._space.items() <= each.distributions.items()
        ]
        hybrid = Hybrid(
            [0.5] * len(self._space),
            step=0.25,
            asker=self._asker and self._asker.within(f"trial.{number}."),
            task="\n".join([self._task, *map(_described, self._space.items())]).strip(),
            share=self._share,
            bounds=(0.0, 1.0),
            seed=derived(self._seed, f"after {len(past)}"),  # what was sampled is not sampled again
        )
        for each in past:
            shares = [_share(kind, each.params[name]) for name, kind in self._space.items()]
            hybrid.tell(shares, _worth(study, each.values))
        return hybrid

    def _asked(self, hybrid: Hybrid) -> list[float]:
        """Return the next numbers: those of CMA-ES alone where the model may be asked no more."""
        if self._asker is not None and self._asker.calls >= self._calls:
            hybrid.asker = None
        try:
            return hybrid.ask()
        except SuspendedError:
            hybrid.asker = None
            return hybrid.ask()

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Return a value by chance; see Optuna."""
        return self._chance.sample_independent(study, trial, param_name, param_distribution)

    def after_trial(
        self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None
    ) -> None:
        """Learn what a trial is worth; see Optuna."""
        shares = self._open.pop(trial.number, None)
        if shares is not None and self._hybrid is not None:
            self._hybrid.tell(shares, _worth(study, values))


def _described(named: tuple[str, BaseDistribution]) -> str:
    name, each = named
    assert isinstance(each, FloatDistribution | IntDistribution)
    scale = ", on a logarithmic scale" if each.log else ""
    return f"{name}: 0 stands for {each.low:g}, 1 for {each.high:g}{scale}"


def _worth(study: Study, values: Sequence[float] | None) -> float | None:
    """Return what a trial is worth: the more, the better."""
    if not values:
        return None
    return -values[0] if study.direction is StudyDirection.MINIMIZE else values[0]


def _share(distribution: BaseDistribution, value: float) -> float:
    """Return how far along its range the value of a parameter is."""
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    scaled = math.log if distribution.log else float
    low, high = scaled(distribution.low), scaled(distribution.high)
    return min(max((scaled(value) - low) / (high - low), 0.0), 1.0)


def _value(distribution: BaseDistribution, share: float) -> float:
    """Return the value of a parameter that is so far along its range."""
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    low, high = float(distribution.low), float(distribution.high)
    if distribution.log:
        value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    else:
        value = low + share * (high - low)
    if distribution.step and not distribution.log:
        value = low + round((value - low) / distribution.step) * distribution.step
    value = min(max(value, low), high)
    return round(value) if isinstance(distribution, IntDistribution) else value
