from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rl.baselines import BASELINES, LaggedMean, LeaveOneOut, NoBaseline, ValueNet, open_baseline
from rl.episode import Episode
from rl.scale import Scale
from tests.rl.toys import Toy, talks

POLICY = Toy(3, 4, longest=2)
EPISODES = talks(POLICY)
GAINS = [[3.0, 2.0, 1.0], [5.0], [1.0, -1000.0]]

rows = st.lists(st.lists(st.floats(-1000, 1000), min_size=1, max_size=6), min_size=2, max_size=6)


def lived(gains: list[list[float]]) -> list[Episode]:
    """Return episodes that stand for returns, of which these baselines see nothing else."""
    return [Episode(seed=0, turns=[], terminated=True)] * len(gains)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'critic'; known: none, mean, value, rloo"):
        open_baseline("critic", POLICY)


@pytest.mark.parametrize("name", BASELINES)
def test_there_is_one_for_each_name(name: str) -> None:
    baseline = open_baseline(name, POLICY)
    gains = [[float(len(e.turns))] * len(e.turns) for e in EPISODES[:4]]
    values = baseline.values(EPISODES[:4], gains)
    assert [len(row) for row in values] == [len(row) for row in gains]


@given(rows)
def test_leave_one_out_is_the_mean_of_the_others(gains: list[list[float]]) -> None:
    def naive(own: int, turn: int) -> float:
        others = [row for index, row in enumerate(gains) if index != own]
        return sum(row[turn] if len(row) > turn else 0.0 for row in others) / len(others)

    values = LeaveOneOut().values(lived(gains), gains)
    wanted = [[naive(i, turn) for turn in range(len(row))] for i, row in enumerate(gains)]
    for found, expected in zip(values, wanted, strict=True):
        assert found == pytest.approx(expected, abs=1e-9)


@given(rows, st.integers(0, 5), st.floats(-1000, 1000))
def test_leave_one_out_does_not_depend_on_its_own_episode(
    gains: list[list[float]], own: int, other: float
) -> None:
    own %= len(gains)
    changed = [[other] * len(row) if index == own else row for index, row in enumerate(gains)]
    before = LeaveOneOut().values(lived(gains), gains)[own]
    after = LeaveOneOut().values(lived(gains), changed)[own]
    assert before == pytest.approx(after, abs=1e-9)


def test_leave_one_out_needs_others() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        LeaveOneOut().values(lived([[1.0]]), [[1.0]])


def test_the_lagged_mean_excludes_the_current_batch() -> None:
    baseline = LaggedMean(memory=0.5)
    assert baseline.values(lived(GAINS), GAINS) == [[0.0] * 3, [0.0], [0.0] * 2]
    baseline.learn(lived(GAINS), GAINS)
    others = [[100.0] * 4, [-7.0]]
    assert baseline.values(lived(others), others) == [[3.0, -499.0, 1.0, 1.0], [3.0]]
    baseline.learn(lived(others), others)
    mean = (0.5 * 9 + 93) / (0.5 * 3 + 2)
    assert baseline.values(lived([[0.0]]), [[0.0]]) == [[pytest.approx(mean)]]


def batch() -> tuple[list[Episode], list[list[float]]]:
    """Return episodes whose return is known from the context of each turn."""
    chosen = EPISODES[::4]
    return chosen, [
        [10.0 + 90.0 * float(turn.decision.context) for turn in episode.turns] for episode in chosen
    ]


def test_the_value_net_learns_what_is_to_be_expected() -> None:
    episodes, gains = batch()
    baseline = ValueNet(POLICY.observe, POLICY.features)
    for _ in range(20):
        values = baseline.values(episodes, gains)
        baseline.learn(episodes, gains)
    for found, expected in zip(values, gains, strict=True):
        assert found == pytest.approx(expected, abs=5)


def test_the_value_net_does_not_see_current_returns() -> None:
    episodes, gains = batch()
    baseline = ValueNet(POLICY.observe, POLICY.features)
    baseline.values(episodes, gains)
    baseline.learn(episodes, gains)
    before = baseline.values(episodes, gains)
    assert baseline.values(episodes, [[0.0] * len(row) for row in gains]) == before


@pytest.mark.parametrize("kind", [NoBaseline, LaggedMean, LeaveOneOut, "value"])
def test_what_was_learned_can_be_taken_elsewhere(kind: Any) -> None:
    def new(seed: int) -> Any:
        return ValueNet(POLICY.observe, POLICY.features, seed=seed) if kind == "value" else kind()

    episodes, gains = batch()
    first, second = new(0), new(1)
    for _ in range(2):
        first.values(episodes, gains)
        first.learn(episodes, gains)
    second.load_state_dict(first.state_dict())
    for _ in range(2):
        assert first.values(episodes, gains) == second.values(episodes, gains)
        first.learn(episodes, gains)
        second.learn(episodes, gains)


def test_a_scale_is_that_of_all_rows_together() -> None:
    data = torch.randn(50, 3, dtype=torch.float64) * torch.tensor([1.0, 100.0, 0.0]) + 5
    scale = Scale(3)
    assert torch.equal(scale.apply(data), data)
    for part in data.split(7):
        scale.learn(part)
    scaled = scale.apply(data)
    assert scaled.mean(dim=0).abs().max() < 1e-9
    assert scaled.std(dim=0, correction=0).tolist() == pytest.approx([1, 1, 0], abs=1e-9)
    assert (scale.undo(scaled) - data).abs().max() < 1e-9
