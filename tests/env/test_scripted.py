"""The bounds of the environment: who understands nothing starves, and who solves lives on."""

import math

import pytest

from autoagent.statistics import mean
from env.scripted import SCRIPTS
from tests.env.conftest import Make

LIMIT = 24
LIVES = 3
STARVING = ("prose", "nothing", "same", "constants", "templates", "guesses")


def lived(make: Make, name: str, difficulty: float) -> list[int]:
    """Return the steps that each life survives."""
    env = make(hazards=["hunger"], difficulty=difficulty, max_steps=LIMIT, split="test")
    survived = []
    for seed in range(LIVES):
        observed, _ = env.reset(seed=seed)
        ended, steps = False, 0
        while not ended:
            answer = SCRIPTS[name](observed, 100 * seed + steps)
            observed, reward, terminated, truncated, _ = env.step(answer)
            ended = terminated or truncated
            steps += reward == 1.0
        survived.append(steps)
    return survived


@pytest.mark.parametrize("difficulty", [0.75, 4.0, 64.0])
def test_the_solver_lives_on_and_all_others_starve(make: Make, difficulty: float) -> None:
    solver = lived(make, "solver", difficulty)
    assert solver == [LIMIT] * LIVES
    for name in STARVING:
        assert lived(make, name, difficulty) == [math.ceil(8 / difficulty) - 1] * LIVES, name


@pytest.mark.parametrize("difficulty", [1.0, 64.0])
def test_who_breaks_earlier_functions_starves_later(make: Make, difficulty: float) -> None:
    """Some tasks need an earlier function of the same life, and so its author has to keep it."""
    breaks = mean([float(each) for each in lived(make, "breaks-itself", difficulty)])
    starving = mean([float(each) for each in lived(make, "constants", difficulty)])
    assert starving.high < breaks.low
    assert breaks.high < LIMIT


def test_all_are_there() -> None:
    assert set(SCRIPTS) == {*STARVING, "breaks-itself", "solver"}
