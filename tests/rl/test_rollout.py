from __future__ import annotations

import math
import statistics
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from rl.episode import Episode
from rl.policies import Categorical
from rl.rollout import MOST_ALONE, MOST_ATTEMPTS, RolloutError, Rollouts, Stopped
from rl.seeding import episode_seeds
from rl.watcher import Unwatched
from sandbox.session import SandboxError
from tests.rl.toys import ACTIONS, Counted, Failing, Hanging, Hazard

POLICY = Categorical(3, ACTIONS, hidden=(8,))
torch.nn.init.normal_(POLICY.net[2].weight, generator=torch.Generator().manual_seed(0))  # type: ignore[arg-type]


def collected(envs: int, episodes: int = 9, update: int = 1, seed: int = 5) -> list[Episode]:
    rollouts = Rollouts(Hazard, envs=envs, seed=seed)
    found = rollouts.collect(POLICY, update=update, episodes=episodes)
    rollouts.close()
    return found


def told(episodes: list[Episode]) -> list[tuple[int, list[int], list[float]]]:
    """Return what was decided in each episode, and what came of it."""
    return [(e.seed, [turn.decision.action for turn in e.turns], e.rewards) for e in episodes]


@pytest.mark.parametrize("envs", [2, 4, 30])
def test_episodes_do_not_depend_on_the_number_of_environments(envs: int) -> None:
    alone, together = collected(1), collected(envs)
    assert told(alone) == told(together)
    for one, other in zip(alone, together, strict=True):
        for mine, its in zip(one.turns, other.turns, strict=True):
            assert torch.equal(mine.decision.context, its.decision.context)
            assert torch.allclose(mine.decision.log_probs, its.decision.log_probs, atol=1e-6)


def test_episodes_are_complete_and_their_number_is_exact() -> None:
    rollouts = Rollouts(Hazard, envs=4)
    for episodes in (1, 3, 11):
        found = rollouts.collect(POLICY, update=1, episodes=episodes)
        assert len(found) == episodes
        assert all(episode.terminated for episode in found)
        assert all(episode.info["cause"] == "hazard" for episode in found)
    rollouts.close()


def test_updates_and_seeds_have_chances_of_their_own() -> None:
    first = told(collected(2))
    assert told(collected(2)) == first
    assert told(collected(2, update=2)) != first
    assert told(collected(2, seed=6)) != first


def test_lives_of_a_group_have_one_start_and_their_own_chance() -> None:
    rollouts = Rollouts(Hazard, envs=3, seed=5)
    found = rollouts.collect(POLICY, update=1, episodes=9, group=3)
    rollouts.close()
    seeds = [episode.seed for episode in found]
    assert [seeds.count(seed) for seed in seeds] == [3] * 9
    firsts = [episode.turns[0].decision.context for episode in found]
    assert all(torch.equal(firsts[i], firsts[i - i % 3]) for i in range(9))
    assert len({str(each) for each in told(found)}) > 3  # they went different ways
    assert [told(found)[i] for i in (0, 3, 6)] == [told(collected(2))[i] for i in (0, 3, 6)]


@pytest.mark.parametrize("envs", [1, 5])
def test_a_group_goes_on_from_where_another_life_has_come(envs: int) -> None:
    rollouts = Rollouts(Counted, envs=envs, seed=5)
    assert rollouts.branches
    found = rollouts.collect(POLICY, update=1, episodes=12, group=2, lead=4)
    rollouts.close()
    starts = [tuple(episode.turns[0].decision.context.tolist()) for episode in found]
    assert all(starts[i] == starts[i - i % 2] for i in range(12))
    # a life that was over before has no such state: its group begins at birth
    assert {sum(start) for start in starts} == {0, 4}
    assert all(len(e.turns) <= 6 - sum(s) for e, s in zip(found, starts, strict=True))
    assert rollouts.env_steps > sum(len(episode.turns) for episode in found)


def test_where_chance_comes_from_stays() -> None:
    """Else a run that is resumed by a newer version would be another one."""
    seed, generator = episode_seeds(7, 3, 2)
    assert (seed, generator.initial_seed()) == (2007262694, 3748672278968588870)
    seeds = {episode_seeds(7, update, episode)[0] for update in range(30) for episode in range(30)}
    assert len(seeds) == 900


def test_a_constant_hazard_is_survived_as_computed() -> None:
    """(1 - h) / h steps, short lives and long ones in their proportions."""
    hazard, episodes = 0.25, 1500
    rollouts = Rollouts(lambda: Hazard(hazard), envs=16)
    found = rollouts.collect(POLICY, update=1, episodes=episodes)
    rollouts.close()
    survived = [len(episode.turns) - 1 for episode in found]
    error = math.sqrt((1 - hazard) / hazard**2 / episodes)
    assert abs(statistics.mean(survived) - (1 - hazard) / hazard) < 3 * error


@pytest.fixture
def hanging() -> Iterator[type[Hanging]]:
    Hanging.freed.clear()
    yield Hanging
    Hanging.freed.set()
    Hanging.left = 0


def test_a_hanging_environment_is_replaced_and_its_episode_begun_anew(
    hanging: type[Hanging],
) -> None:
    hanging.left = 2
    rollouts = Rollouts(hanging, envs=3, seed=5, patience=2.0)
    found = rollouts.collect(POLICY, update=1, episodes=9)
    assert rollouts.replaced == 2
    assert told(found) == told(collected(3))


def test_who_hangs_whatever_is_done_is_told(hanging: type[Hanging]) -> None:
    hanging.left = 1000
    rollouts = Rollouts(hanging, envs=1, seed=5, patience=1.0)
    with pytest.raises(
        RolloutError, match=f"{MOST_ALONE} times while no other was asked, now at turn 2: no"
    ):
        rollouts.collect(POLICY, update=1, episodes=9)
    assert rollouts.replaced == 1 + MOST_ALONE


class Crumbling(Hazard):
    """Its wall breaks in the third step of the first lives."""

    left = 0

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.steps = getattr(self, "steps", 0) + 1
        if self.steps == 3 and Crumbling.left > 0:
            Crumbling.left -= 1
            raise SandboxError("the wall broke")
        return super().step(action)


def test_an_environment_whose_wall_breaks_is_replaced_and_its_episode_begun_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Crumbling, "left", 2)
    rollouts = Rollouts(Crumbling, envs=3, seed=5)
    found = rollouts.collect(POLICY, update=1, episodes=9)
    rollouts.close()
    assert rollouts.replaced == 2
    assert told(found) == told(collected(3))


def test_a_wall_that_breaks_whatever_is_done_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Crumbling, "left", 1000)
    rollouts = Rollouts(Crumbling, envs=1, seed=5)
    with pytest.raises(
        RolloutError, match=f"{MOST_ALONE} times while no other .* turn 2: the wall broke"
    ):
        rollouts.collect(POLICY, update=1, episodes=9)
    rollouts.close()
    assert rollouts.replaced == 1 + MOST_ALONE


class Shared(Hazard):
    """Its worker, which all share, dies in the third step of the life of a seed."""

    worker, deadly, deaths = 0, 0, 0
    lock = threading.Lock()

    def reset(self, **options: Any) -> tuple[Any, dict[str, Any]]:
        with Shared.lock:
            self.born_in, self.steps, self.seed = Shared.worker, 0, options["seed"]
        return super().reset(**options)

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.steps += 1
        with Shared.lock:
            if self.born_in != Shared.worker:
                raise SandboxError("the worker died")
            if (self.seed, self.steps) == (Shared.deadly, 3) and Shared.deaths:
                Shared.worker, Shared.deaths = Shared.worker + 1, Shared.deaths - 1
                raise SandboxError("the worker died")
        return super().step(action)


@pytest.mark.parametrize("deaths", [MOST_ALONE, 1000])
def test_who_breaks_a_shared_worker_is_found_and_no_neighbour_is_blamed(
    monkeypatch: pytest.MonkeyPatch, deaths: int
) -> None:
    whole = collected(4)
    (index, deadly), *_ = [(n, each.seed) for n, each in enumerate(whole) if len(each.turns) > 3]
    monkeypatch.setattr(Shared, "deaths", deaths)
    monkeypatch.setattr(Shared, "deadly", deadly)
    rollouts = Rollouts(Shared, envs=4, seed=5)
    if deaths == MOST_ALONE:  # the first of them side by side with others
        assert told(rollouts.collect(POLICY, update=1, episodes=9)) == told(whole)
    else:
        words = f"the environment of episode {index} .* broke {MOST_ALONE} times while no other"
        with pytest.raises(RolloutError, match=words):
            rollouts.collect(POLICY, update=1, episodes=9)
    rollouts.close()


class Excused(Hazard):
    """Its wall breaks in the second step of each life, in one of them a step later."""

    def reset(self, **options: Any) -> tuple[Any, dict[str, Any]]:
        self.left = 2 + options["seed"] % 2
        return super().reset(**options)

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.left -= 1
        if not self.left:
            raise SandboxError("the wall broke")
        return super().step(action)


@pytest.mark.parametrize("seed", range(4))
def test_environments_that_break_by_turns_are_not_begun_for_ever(seed: int) -> None:
    rollouts = Rollouts(Excused, envs=3, seed=seed)
    with pytest.raises(RolloutError, match="hung or broke .* the wall broke"):
        rollouts.collect(POLICY, update=1, episodes=9)
    rollouts.close()
    assert rollouts.replaced <= 3 * MOST_ATTEMPTS


def test_an_environment_that_fails_is_an_error() -> None:
    rollouts = Rollouts(Failing, envs=2)
    with pytest.raises(RolloutError, match="turn 1: OSError: the ground opened"):
        rollouts.collect(POLICY, update=1, episodes=50)


def test_it_stops_when_asked() -> None:
    rollouts = Rollouts(Hazard, envs=2, seed=5)
    seen: list[int] = []

    class Seeing(Unwatched):
        def moved(self, update: int, done: int, env_steps: int) -> None:
            seen.append(env_steps)

    with pytest.raises(Stopped):
        rollouts.collect(
            POLICY,
            update=1,
            episodes=9,
            watcher=Seeing(),
            stop=lambda: len(seen) == 4,
        )
    assert seen == [2, 4, 6, 8]
    assert told(rollouts.collect(POLICY, update=1, episodes=9)) == told(collected(2))
    rollouts.close()


def test_all_environments_are_closed() -> None:
    closed: list[Hazard] = []

    class Closing(Hazard):
        def close(self) -> None:
            closed.append(self)

    made: list[Hazard] = []

    def make() -> Hazard:
        made.append(Closing())
        return made[-1]

    rollouts = Rollouts(make, envs=4)
    rollouts.collect(POLICY, update=1, episodes=6)
    with pytest.raises(Stopped):
        rollouts.collect(POLICY, update=2, episodes=6, stop=lambda: rollouts.env_steps > 40)
    rollouts.close()
    assert {id(env) for env in closed} == {id(env) for env in made}
