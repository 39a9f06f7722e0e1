"""Hunger: what feeds, when it is told, and what does not help."""

import pytest

from env import Survival
from env.hazards import Hunger
from env.microtasks import solution
from tests.env.conftest import Make


def hunger_of(env: Survival) -> Hunger:
    hunger = env.hazards[0]
    assert isinstance(hunger, Hunger)
    return hunger


def test_it_threatens_where_nothing_else_is_said() -> None:
    env = Survival()
    assert [hazard.name for hazard in env.hazards] == ["hunger"]
    env.close()


@pytest.mark.parametrize(
    "action", ["I have eaten, and I am well.", "", "x = 1", "print('ok')", "1 / 0", "def f(:"]
)
def test_whatever_is_answered_costs_as_much(make: Make, action: str) -> None:
    env = make(hazards=[Hunger(energy=3.0)])
    env.reset(seed=1)
    ends = [env.step(action) for _ in range(3)]
    assert [end[2] for end in ends] == [False, False, True]
    assert ends[-1][4]["cause"] == "starved"
    assert ends[-1][0]["error"] == "no energy is left"


@pytest.mark.parametrize(
    ("energy", "difficulty", "steps"), [(3.0, 1.0, 3), (3.0, 0.5, 6), (3.0, 2.0, 2), (3.0, 99.0, 1)]
)
def test_a_task_has_to_be_solved_within_so_many_steps(
    make: Make, energy: float, difficulty: float, steps: int
) -> None:
    env = make(hazards=[Hunger(energy=energy)], difficulty=difficulty)
    observed, _ = env.reset(seed=1)
    for task in range(1, 4):  # the last moment is soon enough
        for _ in range(steps - 1):
            observed, _, dead, _, _ = env.step("x = 1")
            assert not dead
        observed, _, dead, _, _ = env.step(solution(observed["query"]) or "")
        assert not dead
        assert (hunger_of(env).left, hunger_of(env).solved) == (energy, task)
    assert [env.step("x = 1")[2] for _ in range(steps)] == [False] * (steps - 1) + [True]


def test_the_next_task_is_told_at_once_and_once(make: Make) -> None:
    env = make(hazards=["hunger"])
    observed, _ = env.reset(seed=1)
    for _ in range(10):
        demand = hunger_of(env).demand
        assert observed["query"].count(demand) == 1
        observed = env.step(solution(observed["query"]) or "")[0]
        assert hunger_of(env).demand != demand
    assert observed["query"].endswith("\n\n" + hunger_of(env).demand)


def test_an_organism_that_says_nothing_of_its_task_is_told_all_the_same(make: Make) -> None:
    env = make(hazards=["hunger"])
    env.reset(seed=1)
    observed = env.step("def build_query(self):\n    return 'What now?'")[0]
    assert observed["query"] == f"What now?\n\n{hunger_of(env).demand}"


@pytest.mark.parametrize(
    "wrong",
    [
        "def {name}({parameters}):\n    return 7",
        "def {name}(*all):\n    return 7",
        "{name} = lambda {parameters}: 7",
        "def {name}({parameters}):\n    while True:\n        pass",
        "def {name}({parameters}):\n    raise SystemExit",
        "print('{name} is written')",
    ],
)
def test_only_what_was_asked_for_feeds(make: Make, wrong: str) -> None:
    env = make(hazards=["hunger"])
    env.reset(seed=1)
    posed = hunger_of(env).posed
    assert posed is not None
    env.step(wrong.format(name=posed.name, parameters=posed.family.parameters))
    assert hunger_of(env).left == 7.0
    assert hunger_of(env).posed is posed


def test_a_function_may_call_others_and_be_mended_through_them(make: Make) -> None:
    env = make(hazards=["hunger"])
    observed, _ = env.reset(seed=1)
    posed = hunger_of(env).posed
    assert posed is not None
    parameters = posed.family.parameters
    env.step(f"def {posed.name}({parameters}):\n    return aid({parameters})")
    assert hunger_of(env).solved == 0
    right = (solution(observed["query"]) or "").replace(posed.name, "aid")
    env.step(right)
    assert hunger_of(env).solved == 1


def test_what_is_posed_does_not_depend_on_what_was_answered(make: Make) -> None:
    told = []
    for waits in (0, 2):
        env = make(hazards=["hunger", "radiation"], difficulty=0.5)
        observed, _ = env.reset(seed=1)
        demands = []
        for _ in range(4):
            demands.append(hunger_of(env).demand)
            for _ in range(waits):
                env.step("y = 2")
            observed = env.step(solution(observed["query"]) or "")[0]
        told.append(demands)
    assert told[0] == told[1]


@pytest.mark.parametrize("energy", [0, -1, float("nan"), float("inf")])
def test_impossible_energy_is_named(energy: float) -> None:
    with pytest.raises(ValueError, match="energy must be finite and more than 0"):
        Hunger(energy=energy)
