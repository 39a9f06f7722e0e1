from __future__ import annotations

from pathlib import Path

import gymnasium
import numpy
import pytest
import torch

from rl.policies import Categorical

BOX = gymnasium.spaces.Box(-1, 1, (2, 2))


def moved(seed: int = 1) -> Categorical:
    """Return a policy that is not uniform any more."""
    policy = Categorical(4, 3, hidden=(8,), seed=seed)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator))
    return policy


def observations(count: int) -> list[numpy.ndarray]:
    return list(numpy.random.default_rng(0).uniform(-1, 1, (count, 2, 2)).astype(numpy.float32))


def generators(count: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(number) for number in range(count)]


def test_it_is_uniform_before_any_training() -> None:
    policy = Categorical(4, 3)
    decisions = policy.act(observations(5), generators(5))
    scores = policy.score(decisions)
    assert torch.allclose(scores.log_probs, torch.tensor(1 / 3).log())
    assert torch.allclose(scores.entropy, torch.tensor(3.0).log())
    assert torch.allclose(policy.reference(decisions), scores.log_probs)


def test_what_is_sampled_is_what_is_scored() -> None:
    policy = moved()
    decisions = policy.act(observations(50), generators(50))
    scores = policy.score(decisions)
    assert scores.log_probs.shape == scores.entropy.shape == scores.mask.shape == (50, 1)
    sampled = torch.stack([decision.log_probs for decision in decisions])
    assert torch.allclose(scores.log_probs, sampled, atol=1e-6)
    assert all(decision.action == decision.tokens.item() for decision in decisions)
    assert torch.equal(policy.observe(decisions)[7], torch.tensor(observations(50)[7]).flatten())


def test_actions_are_as_frequent_as_they_are_likely() -> None:
    policy, count = moved(), 4000
    same = [observations(1)[0]] * count
    actions = torch.tensor([d.action for d in policy.act(same, generators(count))])
    chances = torch.softmax(policy.net(torch.tensor(same[0]).reshape(1, -1)), dim=1)[0]
    frequencies = torch.bincount(actions, minlength=3) / count
    assert (frequencies - chances).abs().max() < 0.025


def test_a_decision_follows_from_its_observation_and_generator() -> None:
    policy, seen = moved(), observations(6)
    together = [decision.action for decision in policy.act(seen, generators(6))]
    alone = [
        policy.act([each], [generator])[0].action
        for each, generator in zip(seen, generators(6), strict=True)
    ]
    assert together == alone


def test_it_is_kept_in_a_folder(tmp_path: Path) -> None:
    policy = moved()
    policy.save(tmp_path)
    again = Categorical.load(tmp_path)
    assert again.settings() == policy.settings()
    mine, its = (each.act(observations(9), generators(9))[4].log_probs for each in (policy, again))
    assert torch.equal(mine, its)


def test_a_folder_without_a_policy_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no categorical policy"):
        Categorical.load(tmp_path)
    moved().save(tmp_path)
    (tmp_path / "policy.json").write_text('{"kind": "language"}')
    with pytest.raises(ValueError, match="of kind 'language'"):
        Categorical.load(tmp_path)
    (tmp_path / "weights.pt").write_bytes(b"PK nothing")
    with pytest.raises(ValueError, match="holds no categorical policy"):
        Categorical.load(tmp_path)


def test_only_spaces_that_fit() -> None:
    assert Categorical.between(BOX, gymnasium.spaces.Discrete(3)).features == 4
    with pytest.raises(ValueError, match="Box observations, not Text"):
        Categorical.between(gymnasium.spaces.Text(3), gymnasium.spaces.Discrete(3))
    with pytest.raises(ValueError, match="Discrete actions from 0, not Box"):
        Categorical.between(BOX, BOX)
