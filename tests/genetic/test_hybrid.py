"""CMA-ES with a scripted model, and the same as a sampler of Optuna."""

from __future__ import annotations

import math
from contextlib import closing

import optuna
import pytest

from autoagent.asker import Asker
from autoagent.budget import Budget
from autoagent.llm import load
from genetic.hybrid import Hybrid
from genetic.sampler import HybridSampler
from tests.genetic.fakes import Model

optuna.logging.set_verbosity(optuna.logging.WARNING)


def answered(text: str) -> str:
    return f"Closer.\n```json\n{text}\n```"


def sphere(x: list[float]) -> float:
    return -sum(each * each for each in x)


def searched(model: Model | None, steps: int, **options) -> Hybrid:
    asker = model and Asker([model])
    search = Hybrid([3.0, 4.0], step=1.0, asker=asker, **options)
    for _ in range(steps):
        x = search.ask()
        search.tell(x, sphere(x))
    return search


def test_without_a_model_it_is_cma_es_and_follows_from_its_seed() -> None:
    one, other = (searched(None, 200, seed=7) for _ in range(2))
    assert one.history == other.history
    assert one.best is not None
    assert one.best.score is not None
    assert one.best.score > -1e-3
    assert not any(each.written for each in one.history)


def test_a_model_writes_the_last_of_a_generation_and_sees_its_state() -> None:
    model = Model(lambda query, rng: answered(f"[{rng.random()}, 0.5]"))
    search = searched(model, 12, population=6)
    assert [each.written for each in search.history] == ([False] * 4 + [True] * 2) * 2
    first = model.queries[0]
    assert "Its mean: [3, 4]\nIts step: 1\n" in first
    assert "Covariance:\n[1, 0]\n[0, 1]" in first
    assert "Covariance:\n[1, 0]" not in model.queries[2]
    assert "] -> -" in first


@pytest.mark.parametrize(
    "answer",
    ["none", answered("[1]"), answered("[1, NaN]"), answered('["1", 2]'), answered("[9, 9]"),
     answered("[1, 1e999]"), answered("1" + "0" * 400), answered("[" * 100_000)],
)  # fmt: skip
def test_an_answer_of_no_use_is_counted_and_a_sample_takes_its_place(answer: str) -> None:
    search = searched(Model(lambda query, rng: answer), 6, population=6, bounds=(-5, 5))
    assert search.useless == 2
    assert not any(each.written for each in search.history)
    assert len(search.history) == 6


def test_a_small_model_is_held_to_a_list_of_as_many_numbers() -> None:
    with closing(load("smollm2")) as model:
        asker = Asker([model])
        search = Hybrid([1.0, 2.0, 3.0], step=1.0, asker=asker, share=1.0, max_tokens=64)
        search.tell(search.ask(), 0.0)
        search.tell(search.ask(), 1.0)
    assert [each.written for each in search.history] == [False, True]


def test_what_a_model_writes_moves_the_mean_no_further_than_a_sample_would() -> None:
    search = searched(Model(lambda query, rng: answered(f"[1e6, {rng.random()}]")), 6, population=6)
    assert any(each.x[0] == 1e6 for each in search.history)
    assert math.dist(search._cma.mean, [3, 4]) < 5


def test_scores_that_are_none_are_worse_than_all() -> None:
    search = Hybrid([0.0, 0.0], step=1.0, population=4)
    for score in (None, math.nan, -1.0, math.inf):
        search.tell(search.ask(), score)
    assert search.best is not None
    assert [each.score for each in search.history] == [None, None, -1.0, None]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"x0": [1.0]}, "x0 must be two finite numbers or more"),
        ({"x0": [1.0, math.nan]}, "x0 must be two finite numbers or more"),
        ({"step": 0}, "step must be greater than 0"),
        ({"share": 2}, "share must be from 0 to 1"),
        ({"bounds": (2, 3)}, "x0 must be within the bounds"),
    ],
)
def test_arguments_out_of_range_are_named(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Hybrid(**{"x0": [1.0, 1.0], "step": 1.0, **options})


def test_what_is_told_must_be_such_numbers() -> None:
    with pytest.raises(ValueError, match="x must be 2 finite numbers"):
        Hybrid([1.0, 1.0], step=1.0).tell([1.0], 1.0)


def test_as_a_sampler_it_knows_the_names_and_ranges() -> None:
    model = Model(lambda query, rng: answered(f"[{rng.random()}, 0.5, 0.5]"))
    study = optuna.create_study(sampler=HybridSampler(model, seed=1), direction="maximize")

    def objective(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
        depth = trial.suggest_int("depth", 2, 10, step=2)
        half = trial.suggest_float("half", -1, 1, step=0.5)
        kind = trial.suggest_categorical("kind", ["a", "b"])
        assert (depth % 2, half % 0.5) == (0, 0)
        if depth == 2:
            raise optuna.TrialPruned
        return -abs(math.log(rate)) + depth + (kind == "a")

    study.optimize(objective, n_trials=30)
    assert "rate: 0 stands for 0.0001, 1 for 1, on a logarithmic scale" in model.queries[0]
    assert study.best_value > 5


def test_a_study_of_one_number_is_sampled_by_chance() -> None:
    model = Model(lambda query, rng: "")
    study = optuna.create_study(sampler=HybridSampler(model, seed=1))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=20)
    assert model.queries == []


def near(trial: optuna.Trial) -> float:
    """Be near to two numbers."""
    x, y = trial.suggest_float("x", 1e-3, 1.0, log=True), trial.suggest_int("y", -10, 10)
    return (math.log10(x) + 2) ** 2 + (y - 4) ** 2 / 25


def test_a_stored_study_goes_on_from_what_it_has_tried() -> None:
    storage = optuna.storages.InMemoryStorage()
    first = optuna.create_study(sampler=HybridSampler(seed=1), storage=storage, study_name="s")
    first.optimize(near, n_trials=60)
    again = optuna.load_study(sampler=HybridSampler(seed=1), storage=storage, study_name="s")
    again.optimize(near, n_trials=20)
    values = [trial.value or 0.0 for trial in again.trials]
    assert sum(values[60:]) / 20 < sum(values[:20]) / 20 / 4
    tried = [tuple(trial.params.values()) for trial in again.trials]
    assert not {*tried[60:]} & {*tried[:10]}


def test_questions_of_a_study_are_bounded() -> None:
    for bound in ({"calls": 3}, {"budget": Budget(tokens=25)}):
        model = Model(lambda query, rng: answered(f"[{rng.random()}, 0.5]"))
        study = optuna.create_study(sampler=HybridSampler(model, share=1.0, **bound))
        study.optimize(near, n_trials=30)
        assert len(study.trials) == 30
        assert len(model.queries) == 3
    with pytest.raises(ValueError, match="calls must be at least 1, got 0"):
        HybridSampler(calls=0)


def test_a_study_of_two_objectives_is_refused() -> None:
    study = optuna.create_study(sampler=HybridSampler(), directions=["minimize", "maximize"])
    with pytest.raises(ValueError, match="one objective, and this study has 2; use another"):
        study.optimize(lambda trial: (near(trial), 1.0), n_trials=2)
