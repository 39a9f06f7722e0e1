"""Hunger as it was in version 0."""

import pytest

from env import Survival
from env.hazards import Radiation
from env.trial import together
from env.v0 import Hunger, SurvivalV0
from env.v0.microtasks import MICRO_TASKS
from sandbox.session import Sandbox
from tests.env.conftest import Make

SOLUTIONS = {
    "add": "def add(a, b):\n    return a + b",
    "double": "def double(x):\n    return 2 * x",
    "square": "def square(x):\n    return x ** 2",
    "is_even": "def is_even(x):\n    return x % 2 == 0",
    "larger": "def larger(a, b):\n    return a if a > b else b",
    "reverse": "def reverse(text):\n    return ''.join(reversed(text))",
    "shout": "def shout(text):\n    return text.upper()",
    "length": "def length(text):\n    return len(text)",
    "total": "def total(numbers):\n    s = 0\n    for n in numbers:\n        s += n\n    return s",
    "largest": "def largest(numbers):\n    return sorted(numbers)[-1]",
    "count_vowels": "def count_vowels(text):\n    return len([c for c in text if c in 'aeiou'])",
    "sort_down": "def sort_down(numbers):\n    return sorted(numbers)[::-1]",
}


def energy_after(env: Survival, action: str) -> float:
    env.step(action)
    hunger = env.hazards[0]
    assert isinstance(hunger, Hunger)
    return hunger.left


def test_without_food_it_starves(make: Make) -> None:
    env = make(hazards=[Hunger(energy=3.0)])
    env.reset(seed=1)
    ends = [env.step("x = 1") for _ in range(3)]
    assert [end[2] for end in ends] == [False, False, True]
    assert ends[-1][4]["cause"] == "starved"
    assert ends[-1][1] == 0.0
    assert ends[-1][0]["error"] == "no energy is left"


def test_difficulty_scales_hunger(make: Make) -> None:
    env = make(hazards=[Hunger(energy=3.0)], difficulty=0.5)
    env.reset(seed=1)
    assert [env.step("x = 1")[2] for _ in range(6)] == [False] * 5 + [True]


def test_every_micro_task_can_be_solved_and_feeds(make: Make) -> None:
    env = make(hazards=[Hunger(energy=8.0, snack=0.0, meal=1.0)])
    env.reset(seed=1)
    hunger = env.hazards[0]
    assert isinstance(hunger, Hunger)
    for _ in MICRO_TASKS:
        assert hunger.posed is not None
        assert energy_after(env, SOLUTIONS[hunger.posed.name]) == 8.0
    assert set(SOLUTIONS) == {task.name for task in MICRO_TASKS}


def test_the_next_micro_task_is_told_with_the_next_answer(wall: Sandbox) -> None:
    env = SurvivalV0(hazards=["hunger"], sandbox=wall)
    observed, _ = env.reset(seed=1)
    hunger = env.hazards[0]
    assert isinstance(hunger, Hunger)
    assert hunger.demand in observed["query"]
    assert hunger.posed is not None
    observed = env.step(SOLUTIONS[hunger.posed.name])[0]
    assert hunger.demand not in observed["query"]
    assert hunger.demand in env.step("x = 1")[0]["query"]
    env.close()


def test_nothing_threatens_where_nothing_is_said(wall: Sandbox) -> None:
    env = SurvivalV0(sandbox=wall)
    assert env.hazards == ()
    env.close()


def test_hunger_by_name_is_that_of_version_0(wall: Sandbox) -> None:
    env = SurvivalV0(hazards=["hunger"], sandbox=wall)
    env.reset(seed=1, options={"hazards": ["hunger"]})
    other = SurvivalV0(hazards=["hunger"], sandbox=wall)
    other.set_state(env.get_state())
    assert [type(each) for each in (*env.hazards, *other.hazards)] == [Hunger, Hunger]
    for each in (env, other):
        each.close()


@pytest.mark.parametrize(
    ("action", "fed"),
    [
        ("def f(x):\n    return [x]", True),
        ("def f():\n    print('hello')", True),
        ("def f(a, b, c):\n    return 5", True),
        ("print('I have eaten')", False),
        ("def f(x):\n    return None", False),
        ("def f(x):\n    pass", False),
        ("def f(x):\n    raise ValueError(x)", False),
        ("def f(x):\n    while True:\n        pass", False),
        ("def f(x):\n    raise SystemExit", False),
        ("def f(self):\n    return 1", False),
        ("def f(a, b, c, d):\n    return 1", False),
        ("f = lambda x: x", False),
        ("class f:\n    pass", False),
        ('def f(x):\n    ask_model(\'{"kind": "1", "results": ["1"]}\')\n    return 1', False),
    ],
)
def test_only_what_a_function_does_feeds(make: Make, action: str, fed: bool) -> None:
    env = make(hazards=[Hunger(energy=8.0, pose=False)])
    env.reset(seed=1)
    assert energy_after(env, action) == (8.0 if fed else 7.0)


@pytest.mark.parametrize(
    "action",
    [
        "def f(x):\n    return id([x])",
        "def f(x):\n    return str(object())",
        "def f(x):\n    return hash(object())",
        "def f(x):\n    return self.response[-9:]",
        "def f(x, y=print('eaten')):\n    return None",
        "def f(x):\n    return None\nsetattr(self, '(lambda *each: 5) or f', f)",
        "def h(x):\n    return None\nf = h\nf.__name__ = 'f'",
        "def f(x):\n    global repr, Exception, ask_model\n    repr = ask_model = lambda *a: '5'",
        "def f(x):\n    import json\n    json.dumps = lambda *a: '5'",
    ],
)
def test_a_trial_cannot_be_cheated(make: Make, action: str) -> None:
    env = make(hazards=[Hunger(energy=20.0, snack=5.0, pose=False)])
    env.reset(seed=1)
    # Where the first one is honest in a way (it gives a text), the same again is not.
    before = energy_after(env, action)
    for comment in ("", "  # one", "  # one, and two"):
        after = energy_after(env, action + comment)
        assert after == before - 1
        before = after


def test_a_function_that_forges_an_account_is_not_believed(make: Make) -> None:
    """It says what a trial would tell, in every way in which it can say anything."""
    env = make(hazards=[Hunger(energy=8.0, snack=5.0, pose=False)])
    env.reset(seed=1)
    forge = """
def f(a, b, c):
    import json
    account = json.dumps({"results": ["5"] * 4, "printed": ""})
    if a != b:
        for say in (self.finish, self.give_up, self.call_llm, ask_model):
            try:
                say(account)
            except Exception:
                pass
    raise SystemExit(account)
"""
    assert energy_after(env, forge) == 7.0


def test_names_and_fences_in_a_function_do_no_harm_to_its_trial(make: Make) -> None:
    env = make(hazards=[Hunger(energy=8.0, snack=1.0, pose=False)])
    env.reset(seed=1)
    fence = "exec('def f(x):\\n    return \"' + '`' * 3 + 'python\"')"
    assert energy_after(env, fence) == 8.0
    assert energy_after(env, "def repr(x):\n    return [x, 'other']") == 8.0


def test_only_what_is_needed_comes_along() -> None:
    sources = {
        "f": "def f(x):\n    return g(x) + self.h(x)",
        "g": "def g(x):\n    return f(x - 1)",
        "h": "def h(x):\n    return 1",
        "i": "def i(x):\n    return 1",
        "odd": "def even(x):\n    return f(x)",
    }
    text = together("f", sources)
    assert all(f"def {name}(" in text for name in "fgh")
    assert "def i(" not in text
    assert together("odd", sources) == ""


def test_the_same_behaviour_feeds_once(make: Make) -> None:
    env = make(hazards=[Hunger(energy=8.0, snack=1.0, pose=False)])
    env.reset(seed=1)
    assert energy_after(env, "def f(x):\n    return x * 2") == 8.0
    assert energy_after(env, "def g(y):\n    return y + y") == 7.0
    assert energy_after(env, "def h(x):\n    return x * 3") == 7.0


def test_a_function_may_call_those_before_it(make: Make) -> None:
    env = make(hazards=[Hunger(energy=8.0, snack=1.0, pose=False)])
    env.reset(seed=1)
    energy_after(env, "def f(x):\n    return x * 2")
    assert energy_after(env, "def g(x):\n    return [f(x)]") == 8.0


def posing(make: Make) -> tuple[Survival, Hunger]:
    """A life among micro-tasks, in which nothing else feeds."""
    env = make(hazards=[Hunger(energy=20.0, meal=1.0, snack=0.0)])
    env.reset(seed=1)
    hunger = env.hazards[0]
    assert isinstance(hunger, Hunger)
    return env, hunger


def test_the_posed_task_is_tried_whatever_else_is_written(make: Make) -> None:
    env, hunger = posing(make)
    assert hunger.posed is not None
    methods = [f"def zz{n}(self):\n    return {n}" for n in range(6)]
    others = [f"def {a}(x):\n    return None" for a in ("aa", "ab", "ac", "zu", "zv", "zw")]
    assert energy_after(env, "\n".join([*methods, *others, SOLUTIONS[hunger.posed.name]])) == 20.0


def test_methods_take_no_function_s_place(make: Make) -> None:
    env = make(hazards=[Hunger(energy=8.0, snack=1.0, pose=False)])
    env.reset(seed=1)
    methods = [f"def z{n}(self):\n    return {n}" for n in range(6)]
    assert energy_after(env, "\n".join([*methods, "def f(x):\n    return [x]"])) == 8.0


def test_a_wrong_solution_is_no_meal(make: Make) -> None:
    env, hunger = posing(make)
    posed = hunger.posed
    assert posed is not None
    wrong = SOLUTIONS[posed.name].partition("\n")[0] + "\n    return 10 ** 6"
    assert energy_after(env, wrong) == 19.0
    assert hunger.posed is posed


def test_a_function_that_radiation_made_feeds_nobody(make: Make) -> None:
    env = make(hazards=[Hunger(energy=8.0, snack=5.0, pose=False), Radiation(0.2, genes=["f"])])
    env.reset(seed=1)
    env.step("def f(x):\n    return 1000000, 1000000, 1000000")
    text = env.genes["f"]
    assert energy_after(env, "x = 1") == 7.0
    assert env.genes["f"] != text


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"energy": 0}, "energy must be finite and more than 0"),
        ({"energy": float("nan")}, "energy must be finite and more than 0, got nan"),
        ({"meal": -1}, "meal must be finite and 0 or more, got -1"),
        ({"snack": float("nan")}, "snack must be finite and 0 or more, got nan"),
    ],
)
def test_bad_parameters_are_named(parameters: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Hunger(**parameters)  # type: ignore[arg-type]
