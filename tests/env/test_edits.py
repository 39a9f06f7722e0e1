"""The edits, and that the table of them is what really happens."""

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import cast

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from autoagent.death import Cause
from autoagent.effects import Hit
from env.edits import EDIT_SCRIPTS, Edit, EditActions, EditModel, State, survival_edits
from env.edits.vocabulary import HARD_STEP
from env.hazards import Lesion, Scene
from env.hazards.lesion import BROKEN
from env.v0 import Hunger
from sandbox.session import Sandbox

MODEL = EditModel()
STRIKES = list(MODEL.strikes)


class Scripted(Lesion):
    """Lesions that a test has chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.next: str | None = None
        self.also: tuple[str, ...] = ()

    def strike(self, scene: Scene) -> tuple[Hit, ...]:
        genes = (*self.also, *([self.next] if self.next else []))
        return tuple(Hit(gene, 0, BROKEN) for gene in genes)


class World:
    """The real environment, which can be brought into any state of the table."""

    def __init__(self, wall: Sandbox) -> None:
        hunger = Hunger(energy=MODEL.energy, snack=MODEL.snack, pose=False)
        self.env = survival_edits(hazards=[hunger, Scripted()], sandbox=wall)
        self.hunger, self.lesion = cast(tuple[Hunger, Scripted], self.env.survival.hazards)

    def go_to(self, state: State) -> None:
        self.env.reset(seed=1)
        self.lesion.next = None
        self.lesion.also = ("step",) * state.step_broken + ("execute_code",) * state.execute_broken
        # One turn to restate the loop, which the next one takes; another one for the damage.
        hurt, self.lesion.also = self.lesion.also, ()
        self.env.unwrapped.step(HARD_STEP if state.hardened else "pass")  # type: ignore[arg-type]
        self.lesion.also = hurt
        self.env.unwrapped.step("pass")  # type: ignore[arg-type]
        self.lesion.also = ()
        self.hunger.left = float(state.energy)

    def do(self, edit: Edit, strike: str | None) -> tuple[State | Cause, float]:
        self.lesion.next = strike
        seen, reward, terminated, _, info = self.env.step(edit)
        if terminated:
            return Cause(info["cause"]), float(reward)
        energy = round(float(seen[0]) * MODEL.energy)
        return State(energy, *(bool(each) for each in seen[1:4])), float(reward)


@pytest.fixture(scope="module")
def world(wall: Sandbox) -> Iterator[World]:
    world = World(wall)
    yield world
    world.env.close()


def differences(world: World, cases: list[tuple[State, Edit, str | None]]) -> list[object]:
    wrong: list[object] = []
    for state, edit, strike in cases:
        world.go_to(state)
        outcome, reward = world.do(edit, strike)
        expected = MODEL.next(state, edit, strike)
        if (outcome, reward) != (expected, MODEL.reward(expected)):
            wrong.append((state, edit, strike, "expected", expected, "got", outcome, reward))
    return wrong


def test_the_table_is_what_happens(world: World) -> None:
    """In a part of all states, with a part of all edits and strikes."""
    cases = list(itertools.product(MODEL.states, Edit, STRIKES))
    assert len(cases) == 8 * MODEL.energy * len(Edit) * len(STRIKES)
    assert differences(world, cases[::7]) == []


@pytest.mark.slow
def test_the_table_is_what_happens_whatever_strikes(world: World) -> None:
    assert differences(world, list(itertools.product(MODEL.states, Edit, STRIKES))) == []


def test_the_energy_of_a_life_goes_on_in_the_environment(world: World) -> None:
    """States that were reached by edits are the same as those that were set."""
    world.env.reset(seed=1)
    state: State | Cause = MODEL.states[0]
    for edit in (Edit.HARDEN, Edit.NOTHING, Edit.ADD, Edit.CLAIM, Edit.ADD, Edit.RESTATE_LOOP):
        assert isinstance(state, State)
        state = MODEL.next(state, edit, "execute_code")
        assert world.do(edit, "execute_code")[0] == state
    assert isinstance(state, State)
    assert state.execute_broken


def test_lesions_strike_as_often_as_the_table_says(wall: Sandbox) -> None:
    lesion = Lesion(rate=MODEL.rate)
    scene = Scene(
        prompt="p",
        difficulty=1.0,
        sandbox=wall,
        policy="strict",
        rng=np.random.default_rng(0),
    )
    count, trials = Counter[str | None](), 20_000
    for _ in range(trials):
        hits = lesion.strike(scene)
        count[hits[0].name if hits else None] += 1
    for strike, probability in MODEL.strikes.items():
        deviation = (probability * (1 - probability) / trials) ** 0.5
        assert abs(count[strike] / trials - probability) < 4 * deviation


def test_probabilities_never_exceed_one() -> None:
    moves, rewards = MODEL.tables()
    assert moves.min() >= 0
    assert moves.sum(axis=2).max() <= 1 + 1e-12
    assert np.allclose(moves.sum(axis=2)[rewards > 0], rewards[rewards > 0])


def test_the_optimum_beats_every_edit_and_is_reached_by_its_policy() -> None:
    best, edits = MODEL.optimum(64)
    assert 60 < best < 64
    greedy = np.eye(len(Edit))[edits.astype(int)]
    assert MODEL.expected(greedy) == pytest.approx(best)
    shape = (64, len(MODEL.states))
    for edit in Edit:
        assert MODEL.expected(np.broadcast_to(np.eye(len(Edit))[edit], (*shape, 10))) < best


def test_the_optimum_of_two_steps_is_what_can_be_counted_by_hand() -> None:
    # Any harmless edit survives the first step; the second one only if nothing vital was hit:
    # unless the loop was hardened first, a broken execute_code is death. A broken step is repaired.
    assert EditModel(rate=0.2).optimum(1)[0] == pytest.approx(1.0)
    assert EditModel(rate=0.2).optimum(2)[0] == pytest.approx(2.0)
    doing_nothing = np.zeros((2, len(MODEL.states), len(Edit)))
    doing_nothing[:, :, Edit.NOTHING] = 1
    assert EditModel(rate=0.2).expected(doing_nothing) == pytest.approx(1.8)


@pytest.mark.slow
def test_simulated_and_exact_survival_of_a_policy_agree(wall: Sandbox) -> None:
    """The real environment, played at random among harmless edits, lives as long as predicted."""
    model, horizon = EditModel(rate=0.5), 6
    env = survival_edits(rate=0.5, max_steps=horizon, sandbox=wall)
    policy = np.zeros((horizon, len(model.states), len(Edit)))
    policy[:, :, [Edit.ADD, Edit.HARDEN]] = 0.5
    rng, lengths = np.random.default_rng(0), []
    for episode in range(300):
        env.reset(seed=episode)
        total, ended = 0.0, False
        while not ended:
            edit = Edit.ADD if rng.random() < 0.5 else Edit.HARDEN
            _, reward, terminated, truncated, _ = env.step(edit)
            total += float(reward)
            ended = terminated or truncated
        lengths.append(total)
    env.close()
    error = np.std(lengths) / len(lengths) ** 0.5
    assert abs(np.mean(lengths) - model.expected(policy)) < 4 * error


def test_observations_of_the_table_are_those_of_the_environment(world: World) -> None:
    seen = MODEL.observations(64)
    for index in (0, 5, len(MODEL.states) - 1):
        state = MODEL.states[index]
        world.go_to(state)
        survival = world.env.survival
        observed = world.env._features(survival._observation())
        observed[0] = world.hunger.vital
        assert np.allclose(observed, seen[64 - 2 - 1, index])


def test_gymnasium_and_any_library_can_use_it() -> None:
    env = gymnasium.make("env:autoagent/SurvivalEdits-v0", max_steps=4)
    check_env(env.unwrapped)
    assert isinstance(env.action_space, gymnasium.spaces.Discrete)
    assert isinstance(env.observation_space, gymnasium.spaces.Box)
    env.close()


def test_an_unknown_edit_is_named(world: World) -> None:
    world.env.reset(seed=1)
    with pytest.raises(ValueError, match="no edit has the number 10; there are: 0 nothing, 1 add"):
        world.env.step(10)


def test_stable_baselines3_trains_on_it_unchanged() -> None:
    stable_baselines3 = pytest.importorskip("stable_baselines3")
    env = gymnasium.make("env:autoagent/SurvivalEdits-v0", max_steps=8, rate=0.1)
    model = stable_baselines3.PPO("MlpPolicy", env, n_steps=64, batch_size=32, seed=0, device="cpu")
    model.learn(128)
    assert model.num_timesteps == 128
    env.close()


def test_it_wraps_an_environment_of_ones_own(wall: Sandbox) -> None:
    from env import Survival

    env = EditActions(Survival(sandbox=wall, hazards=[]))
    seen, _ = env.reset(seed=1)
    assert seen.tolist() == [1.0, 0.0, 0.0, 0.0, 1.0]
    assert env.step(Edit.HARDEN)[0].tolist()[:4] == [1.0, 0.0, 0.0, 1.0]
    env.close()


def test_features_are_those_of_the_hazards_of_this_life(wall: Sandbox) -> None:
    env = survival_edits(sandbox=wall)
    hazards = [Lesion(rate=1.0, genes=["use"]), Hunger(energy=10.0, pose=False)]
    env.reset(seed=1, options={"hazards": hazards})
    assert env.step(Edit.NOTHING)[0].tolist()[:1] == [pytest.approx(0.9)]
    env.close()


def test_a_life_of_edits_has_branches(wall: Sandbox) -> None:
    env, other = (survival_edits(sandbox=wall, rate=0.5, max_steps=8) for _ in range(2))
    env.reset(seed=3)
    for edit in (Edit.HARDEN, Edit.ADD):
        seen = env.step(edit)[0]
    assert other.set_state(env.get_state()).tolist() == seen.tolist()
    for edit in (Edit.NOTHING, Edit.ADD):
        mine, its = env.step(edit), other.step(edit)
        assert (mine[0].tolist(), *mine[1:]) == (its[0].tolist(), *its[1:])
    env.close()
    other.close()


def returned(script: str) -> float:
    """Return what is expected of a script, exactly, from what the environment shows it."""
    seen = MODEL.observations(64).astype(np.float32)
    chosen = np.array([[EDIT_SCRIPTS[script](state) for state in states] for states in seen])
    return MODEL.expected(np.eye(len(Edit))[chosen])


def test_scripts_are_bounds() -> None:
    assert returned("optimum") == pytest.approx(MODEL.optimum(64)[0], abs=1e-9)
    assert returned("nothing") == returned("claim") < returned("add") < returned("optimum") / 5
