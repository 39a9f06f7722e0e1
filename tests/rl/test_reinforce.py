"""The estimator against the gradient itself, where all that can happen can be listed."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rl.baselines import Baseline, GroupMean, LaggedMean, LeaveOneOut, NoBaseline, ValueNet
from rl.episode import Episode, Turn
from rl.policies import Diverged, Scores
from rl.reinforce import Reinforce, returns, surrogate
from rl.schedule import Schedule
from tests.rl.toys import ACTIONS, END, LONGEST, VOCABULARY, Toy, probability, pulls, talks

REWARDS = (1.0, -3.0, 0.5)
K = 4


def test_the_worked_example() -> None:
    gains = returns([1, 1, 1, -1000], 0.99)
    assert gains == pytest.approx([-967.3289, -978.11, -989.0, -1000.0], abs=1e-9)


@given(
    st.lists(st.floats(-1000, 1000), max_size=30),
    st.floats(0, 1),
)
def test_returns_are_discounted_sums(rewards: list[float], gamma: float) -> None:
    naive = [
        math.fsum(reward * gamma**i for i, reward in enumerate(rewards[start:]))
        for start in range(len(rewards))
    ]
    assert returns(rewards, gamma) == pytest.approx(naive, rel=1e-9, abs=1e-9)


def gradient_of(policy: Toy, value: torch.Tensor) -> torch.Tensor:
    (gradient,) = torch.autograd.grad(value, policy.logits)
    return gradient


def bandit_return(policy: Toy) -> torch.Tensor:
    chances = torch.softmax(policy.logits[0, ACTIONS], dim=0)
    return chances @ torch.tensor(REWARDS, dtype=torch.float64)


def taught(baseline: Baseline, episodes: Sequence[Episode]) -> Baseline:
    """Let a baseline see an earlier batch."""
    gains = [returns(episode.rewards, 1.0) for episode in episodes]
    baseline.values(episodes, gains)
    baseline.learn(episodes, gains)
    return baseline


@pytest.mark.parametrize("name", ["none", "mean", "value", "rloo"])
def test_the_expectation_is_the_gradient_for_a_bandit(name: str) -> None:
    """All 81 outcomes of four pulls of three arms."""
    policy = Toy(1, ACTIONS)
    arms = pulls(policy, REWARDS)
    baselines: dict[str, Baseline] = {
        "none": NoBaseline(),
        "mean": taught(LaggedMean(), arms[:2]),
        "value": taught(ValueNet(policy.observe, policy.features), arms[:2]),
        "rloo": LeaveOneOut(),
    }
    learner = Reinforce(policy, baselines[name], gamma=1.0)
    expected = torch.zeros_like(policy.logits)
    for batch in itertools.product(arms, repeat=K):
        learner.backward(batch, [episode.rewards for episode in batch])
        assert policy.logits.grad is not None
        expected -= math.prod(map(probability, batch)) * policy.logits.grad
    truth = gradient_of(policy, bandit_return(policy))
    assert (expected - truth).abs().max() < 1e-12


def test_groups_are_compared_within_themselves_for_a_bandit() -> None:
    """Two groups of two whose starts differ: leave-one-out is exact, the mean of all is half."""
    policy = Toy(1, ACTIONS)
    starts = [pulls(policy, rewards) for rewards in (REWARDS, (5.0, 5.0, 9.0))]
    truth = torch.zeros_like(policy.logits)
    for arms in starts:
        for episode in arms:
            log_prob = policy.score([episode.turns[0].decision]).log_probs.sum()
            truth += gradient_of(policy, log_prob.exp() * episode.rewards[0]) / 2
    for baseline, share in ((LeaveOneOut(2), 1.0), (GroupMean(2), 0.5)):
        learner = Reinforce(policy, baseline, gamma=1.0)
        expected = torch.zeros_like(policy.logits)
        for batch in itertools.product(starts[0], starts[0], starts[1], starts[1]):
            learner.backward(batch, [episode.rewards for episode in batch])
            assert policy.logits.grad is not None
            expected -= math.prod(map(probability, batch)) * policy.logits.grad
        assert (expected - share * truth).abs().max() < 1e-12


def talk_return(policy: Toy, episodes: Sequence[Episode]) -> torch.Tensor:
    terms = []
    for episode in episodes:
        scores = [policy.score([turn.decision]) for turn in episode.turns]
        log_prob = torch.stack([score.log_probs.sum() for score in scores]).sum()
        terms.append(log_prob.exp() * sum(episode.rewards))
    return torch.stack(terms).sum()


@pytest.mark.parametrize("name", ["none", "mean"])
def test_the_expectation_is_the_gradient_for_a_language_model(name: str) -> None:
    """Answers of one or two tokens, with and without an end, over two turns."""
    policy = Toy(3, VOCABULARY, longest=LONGEST)
    episodes = talks(policy)
    assert sum(map(probability, episodes)) == pytest.approx(1.0, abs=1e-12)
    assert {len(turn.decision.tokens) for e in episodes for turn in e.turns} == {1, 2}
    baseline: Baseline = NoBaseline() if name == "none" else taught(LaggedMean(), episodes[:7])
    learner = Reinforce(policy, baseline, gamma=1.0)
    expected = torch.zeros_like(policy.logits)
    for episode in episodes:
        learner.backward([episode], [returns(episode.rewards, 1.0)])
        assert policy.logits.grad is not None
        expected -= probability(episode) * policy.logits.grad
    truth = gradient_of(policy, talk_return(policy, episodes))
    assert truth.abs().max() > 0.1
    assert (expected - truth).abs().max() < 1e-12


def test_leave_one_out_is_unbiased_for_a_language_model() -> None:
    """All pairs of episodes: their advantages add up for each turn, and are scored once."""
    policy = Toy(3, VOCABULARY, longest=LONGEST)
    episodes = talks(policy)
    chances = [probability(episode) for episode in episodes]
    gains = [returns(episode.rewards, 1.0) for episode in episodes]
    weights: defaultdict[tuple[int, int], float] = defaultdict(float)
    for pair in itertools.product(range(len(episodes)), repeat=2):
        own = [gains[index] for index in pair]
        baselines = LeaveOneOut().values([episodes[index] for index in pair], own)
        for index, row, subtracted in zip(pair, own, baselines, strict=True):
            for turn, (gain, less) in enumerate(zip(row, subtracted, strict=True)):
                weights[index, turn] += chances[pair[0]] * chances[pair[1]] * (gain - less)
    decisions = [episodes[index].turns[turn].decision for index, turn in weights]
    advantages = torch.tensor(list(weights.values()), dtype=torch.float64)
    loss = surrogate(policy.score(decisions), advantages, episodes=2)
    truth = gradient_of(policy, talk_return(policy, episodes))
    assert (gradient_of(policy, loss) + truth).abs().max() < 1e-12


def test_masked_positions_have_no_gradient() -> None:
    log_probs = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    entropy = torch.rand(2, 3, dtype=torch.float64, requires_grad=True)
    mask = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
    advantages = torch.tensor([2.0, -3.0])
    surrogate(Scores(log_probs, entropy, mask), advantages, episodes=2, entropy=0.5).backward()
    assert log_probs.grad is not None
    assert entropy.grad is not None
    assert torch.equal(log_probs.grad, torch.tensor([[-1.0, 0, 0], [1.5, 1.5, 0]]).double())
    assert torch.equal(entropy.grad, -0.25 * mask.double())


def test_what_stands_at_padding_is_ignored() -> None:
    log_probs = torch.tensor([[-0.5, -math.inf], [-0.5, math.nan]], requires_grad=True)
    mask = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    scores = Scores(log_probs, torch.zeros(2, 2), mask)
    loss = surrogate(scores, torch.ones(2), episodes=1)
    loss.backward()
    assert loss.item() == 1.0
    assert log_probs.grad is not None
    assert torch.equal(log_probs.grad, -mask)


@pytest.mark.parametrize("micro_batch", [1, 2, 3, 7, 1000])
def test_the_gradient_is_the_same_for_every_split(micro_batch: int) -> None:
    def gradient(size: int) -> torch.Tensor:
        policy = Toy(3, VOCABULARY, longest=LONGEST)
        episodes = talks(policy)[::5]
        learner = Reinforce(policy, LeaveOneOut(), entropy=0.1, kl=0.3, micro_batch=size)
        learner.update(episodes)
        assert policy.logits.grad is not None
        return policy.logits.grad

    assert (gradient(micro_batch) - gradient(10_000)).abs().max() < 1e-12


def test_the_loss_is_divided_by_episodes_not_by_tokens() -> None:
    """A long answer counts for each of its tokens."""
    policy = Toy(1, VOCABULARY, longest=LONGEST)
    learner = Reinforce(policy, NoBaseline())
    for tokens in ([END], [1, END]):
        turn = Turn(decision=policy.decision(0, tokens), reward=1.0)
        learner.backward([Episode(seed=0, turns=[turn], terminated=True)], [[1.0]])
        truth = gradient_of(policy, policy.score([turn.decision]).log_probs.sum())
        assert policy.logits.grad is not None
        assert torch.equal(policy.logits.grad, -truth)


def test_the_optimum_with_a_penalty_is_the_tilted_reference() -> None:
    """At π ∝ ref · exp(reward / β), the expected gradient is zero; elsewhere it is not."""
    beta = 0.7
    policy = Toy(1, ACTIONS)
    learner = Reinforce(policy, NoBaseline(), kl=beta)

    def expectation() -> torch.Tensor:
        total = torch.zeros_like(policy.logits)
        for episode in pulls(policy, REWARDS):
            rewards, _ = learner.penalised([episode])
            learner.backward([episode], rewards)
            assert policy.logits.grad is not None
            total += probability(episode) * policy.logits.grad
        return total

    assert expectation().abs().max() > 1e-2
    with torch.no_grad():
        policy.logits.copy_(policy.first)
        policy.logits[0, ACTIONS] += torch.tensor(REWARDS, dtype=torch.float64) / beta
    assert expectation().abs().max() < 1e-12


def test_the_penalty_is_the_divergence() -> None:
    policy = Toy(3, VOCABULARY, longest=LONGEST)
    learner = Reinforce(policy, NoBaseline(), kl=0.5)
    answers = [Episode(seed=0, turns=[Turn(decision=d, reward=0.0)], terminated=True)
               for d in policy.decisions(0)]  # fmt: skip
    rewards, _ = learner.penalised(answers)
    found = sum(probability(e) * -r[0] / 0.5 for e, r in zip(answers, rewards, strict=True))
    decisions = [episode.turns[0].decision for episode in answers]
    scores, reference = policy.score(decisions), policy.reference(decisions)
    chances = (scores.log_probs * scores.mask).sum(dim=1).exp()
    truth = chances @ ((scores.log_probs - reference) * scores.mask).sum(dim=1)
    assert found == pytest.approx(truth.item(), abs=1e-12)


def test_entropy_alone_leads_to_the_uniform_policy() -> None:
    policy = Toy(1, ACTIONS)
    learner = Reinforce(policy, NoBaseline(), entropy=1.0, lr=0.05)
    for _ in range(200):
        learner.update(pulls(policy, (0.0, 0.0, 0.0)))
    chances = torch.softmax(policy.logits[0, ACTIONS], dim=0)
    assert (chances - 1 / 3).abs().max() < 1e-3


def test_entropy_beyond_the_floor_earns_nothing() -> None:
    """Below it the bonus pulls as without a floor, above it not at all."""

    def pull(floor: float | None) -> torch.Tensor:
        policy = Toy(1, ACTIONS)
        learner = Reinforce(policy, NoBaseline(), entropy=1.0, entropy_floor=floor)
        step = learner.backward(pulls(policy, (0.0, 0.0, 0.0)), [[0.0]] * 3)
        assert 0.9 < step.entropy < 1.09
        assert policy.logits.grad is not None
        return policy.logits.grad

    assert pull(None).abs().max() > 1e-2
    assert torch.equal(pull(1.09), pull(None))
    assert not pull(0.9).any()


def test_step_size_and_bonus_follow_their_schedules() -> None:
    policy = Toy(1, ACTIONS)
    learner = Reinforce(policy, NoBaseline(), lr=Schedule(0.1, 0.001, 3), entropy=0.0)
    moves = []
    for number in (1, 2, 3, 9):
        before = policy.logits.detach().clone()
        learner.update(pulls(policy, REWARDS), number)
        moves.append((policy.logits.detach() - before).abs().max().item())
    assert moves == pytest.approx([0.1, 0.0505, 0.001, 0.001], rel=0.3)
    bonus = Reinforce(policy, NoBaseline(), entropy=Schedule(1.0, 0.0, 2))
    flat = pulls(policy, (0.0, 0.0, 0.0))
    norms = [bonus.backward(flat, [[0.0]] * 3, number).gradient_norm for number in (1, 2)]
    assert norms[0] > 1e-3
    assert norms[1] == 0.0


def test_normalised_advantages_do_not_depend_on_the_scale_of_rewards() -> None:
    def gradient(scale: float, normalise: bool) -> torch.Tensor:
        policy = Toy(1, ACTIONS)
        rewards = [[scale * reward] for reward in REWARDS]
        Reinforce(policy, NoBaseline(), normalise=normalise).backward(
            pulls(policy, REWARDS), rewards
        )
        assert policy.logits.grad is not None
        return policy.logits.grad

    assert torch.allclose(gradient(1.0, True), gradient(1000.0, True), atol=1e-7)
    assert not torch.allclose(gradient(1.0, False), gradient(1000.0, False), atol=1e-7)


def test_a_clipped_gradient_has_that_norm_and_tells_its_own() -> None:
    policy = Toy(1, ACTIONS)
    learner = Reinforce(policy, NoBaseline(), clip=0.1)
    step = learner.update(pulls(policy, REWARDS))
    assert policy.logits.grad is not None
    assert step.gradient_norm > 0.2
    assert policy.logits.grad.norm().item() == pytest.approx(0.1, rel=1e-4)


def test_a_mismatch_between_sampler_and_trainer_is_seen() -> None:
    policy = Toy(1, ACTIONS)
    learner = Reinforce(policy, NoBaseline())
    episodes = pulls(policy, REWARDS)
    assert learner.backward(episodes, [[1.0]] * 3).mismatch == 0.0
    policy.logits.data[0, ACTIONS, 0] += 0.5
    assert learner.backward(episodes, [[1.0]] * 3).mismatch > 0.1


@pytest.mark.parametrize("reward", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_changes_nothing(reward: float) -> None:
    policy = Toy(1, ACTIONS)
    before = policy.logits.detach().clone()
    with pytest.raises(Diverged):
        Reinforce(policy, NoBaseline()).update(pulls(policy, (1.0, reward, 0.0)))
    assert torch.equal(policy.logits, before)


def test_a_step_too_far_is_noticed() -> None:
    policy = Toy(1, ACTIONS)
    with pytest.raises(Diverged, match="parameter"):
        Reinforce(policy, NoBaseline(), lr=math.inf).update(pulls(policy, REWARDS))


def test_a_constant_hazard_lets_a_life_be_survived_as_computed() -> None:
    """(1 - h) / h steps; its return-to-go is the same at each turn, as there is no memory."""
    hazard = 0.3
    lengths = range(1, 200)
    chance = [hazard * (1 - hazard) ** (length - 1) for length in lengths]
    survived = sum(p * (length - 1) for p, length in zip(chance, lengths, strict=True))
    assert survived == pytest.approx((1 - hazard) / hazard, abs=1e-9)
    gains = [returns([1.0] * (length - 1) + [0.0], 1.0) for length in lengths]
    for turn in range(3):
        alive = [(p, row[turn]) for p, row in zip(chance, gains, strict=True) if len(row) > turn]
        mean = sum(p * gain for p, gain in alive) / sum(p for p, _ in alive)
        assert mean == pytest.approx((1 - hazard) / hazard, abs=1e-9)
