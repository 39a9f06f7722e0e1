"""What threatens a life, one kind after the other."""

from typing import Any

import pytest

from autoagent.effects import Hit
from env import Survival
from env.hazards import Drift, Hunger, Lesion, Radiation, Scene
from tests.env.conftest import Make


def test_radiation_changes_the_source_and_shows_it(make: Make) -> None:
    env = make(hazards=[Radiation(rate=0.001, genes=["build_query"])])
    before, _ = env.reset(seed=1)
    observed = env.step("x = 1")[0]
    for _ in range(5):
        if observed["genome"] != before["genome"]:
            break
        observed = env.step("x = 1")[0]
    changed = [
        (old, new)
        for old, new in zip(before["genome"], observed["genome"], strict=False)
        if old != new
    ]
    assert 0 < len(changed) < 10


def test_a_broken_method_raises_at_its_next_use_and_can_be_repaired(make: Make) -> None:
    def lesion() -> Survival:
        env = make(hazards=[Lesion(rate=1.0, genes=["step"])])
        env.reset(seed=1)
        observed = env.step("x = 1")[0]
        assert "?ef step(self)" in observed["genome"]
        assert observed["vitals"][1] == 0.0
        return env

    observed, _, terminated, _, info = lesion().step("x = 1")
    assert terminated
    assert info["cause"] == "crashed"
    assert "damaged: SyntaxError" in observed["error"]
    env = lesion()
    repair = "exec('d' + self.source('step')[1:])\nprint('repaired')"
    observed, _, terminated, _, _ = env.step(repair)
    assert not terminated
    assert observed["stdout"] == "repaired\n"


def test_the_organism_can_read_its_damage(make: Make) -> None:
    env = make(hazards=[Lesion(rate=1.0, genes=["use"])])
    env.reset(seed=1)
    env.step("x = 1")
    assert env.step("print(self.source('use')[:9])")[0]["stdout"] == "?ef use(s\n"
    assert "damaged" in env.step("self.use('clock')")[0]["error"]


NEW_STEP = "self.response = ask_model('q')\n    self.execute_code(self.response)"
DIG = """
def dig(query):
    try:
        return dig(query)
    except RecursionError:
        return ask_model(query)
def call_llm(self, query):
    return dig(query)
"""


@pytest.mark.parametrize(
    "action",
    [
        "class Me(AutonomousLLM):\n    pass\nself.__class__ = Me",
        "self.step = lambda self: self.execute_code(ask_model('q'))",
        "self.step = (lambda self:\n    self.execute_code(ask_model('q')))",
        f"def step(self):\n    {NEW_STEP}\ndef run(self):\n    while True:\n        step(self)",
        f"def mine():\n    {NEW_STEP}\nself.__dict__['step'] = mine",
        f"def mine(self):\n    {NEW_STEP}\nself.step = mine",
        DIG,
    ],
)
def test_nobody_dodges_damage(make: Make, action: str) -> None:
    env = make(hazards=[Lesion(rate=1.0, genes=["step"])])
    env.reset(seed=1, options={"difficulty": 0.0})
    env.step(action)
    assert not env.step("x = 1")[2]
    assert env._lifetime is not None
    env._lifetime.scene.difficulty = 1.0
    assert env.step("x = 1")[0]["vitals"][1] == 0.0
    assert env.genes["step"].startswith("?")
    _, _, terminated, _, info = env.step("x = 1")
    assert terminated
    assert info["cause"] == "crashed"


@pytest.mark.parametrize(
    ("action", "use"),
    [
        ("class thing:\n    pass", "thing()"),
        ("thing = lambda: 1", "thing()"),
        ("self.thing = self.build_query", "self.thing()"),
    ],
)
def test_whatever_belongs_to_the_genome_can_be_damaged(make: Make, action: str, use: str) -> None:
    env = make(hazards=[Lesion(rate=1.0, genes=["thing"])])
    env.reset(seed=1)
    env.step(action)
    assert env.genes["thing"].startswith("?")
    assert "damaged" in env.step(use)[0]["error"]


def test_damage_that_changes_nothing_leaves_a_renamed_method_in_its_place(make: Make) -> None:
    class Comment(Lesion):
        def strike(self, scene: Scene) -> tuple[Hit, ...]:
            at = scene.genome.sources.get("step", "").find("why")
            return (Hit("step", at, "W"),) if at >= 0 else ()

    env = make(hazards=[Comment()])
    env.reset(seed=1)
    env.step(f"def mine(self):\n    # why\n    {NEW_STEP}\nself.step = mine")
    env.step("x = 1")
    assert "# Why" in env.genes["step"]
    assert not env.step("x = 1")[2]


def test_a_default_that_asks_while_it_is_damaged_ends_nowhere(make: Make) -> None:
    env = make(hazards=[Lesion(rate=1.0, genes=["f"])])
    env.reset(seed=1)
    actions = ["def f(x=ask_model('q')):\n    return 1", *["x = 1"] * 5]
    assert not any(env.step(action)[2] for action in actions)


def test_no_rate_no_damage(make: Make) -> None:
    for hazard in (Radiation(0.0), Lesion(0.0)):
        env = make(hazards=[hazard])
        before, _ = env.reset(seed=1)
        after = [env.step("x = 1")[0]["genome"] for _ in range(5)][-1]
        assert after == before["genome"]


def test_difficulty_zero_turns_all_off(make: Make) -> None:
    env = make(hazards=["hunger", "radiation", "drift", "lesion"], difficulty=0.0)
    env.reset(seed=1)
    assert not any(env.step("x = 1")[2] for _ in range(20))


def test_drift_changes_what_is_asked(make: Make) -> None:
    env = make(hazards=[Drift(period=3, demands=["Sing.", "Dance."])], prompt="Walk.")
    env.reset(seed=1)
    queries = [env.step("x = 1")[0]["query"] for _ in range(7)]
    asked = [next(w for w in ("Walk.", "Sing.", "Dance.") if w in query) for query in queries]
    assert asked[:2] == ["Walk."] * 2
    assert {asked[2], asked[5]} == {"Sing.", "Dance."}
    assert asked[3] == asked[4] == asked[2]


def test_drift_keeps_skills_in_mind(make: Make) -> None:
    env = make(hazards=[Drift(period=1)], skills=["clock"])
    env.reset(seed=1)
    assert "self.use('clock')" in env.step("x = 1")[0]["query"]


@pytest.mark.parametrize(
    ("make_hazard", "words"),
    [
        (lambda: Hunger(energy=0), "energy must be finite and more than 0"),
        (lambda: Hunger(energy=float("nan")), "energy must be finite and more than 0, got nan"),
        (lambda: Hunger(energy=float("inf")), "energy must be finite and more than 0, got inf"),
        (lambda: Radiation(rate=2), "rate must be from 0 to 1, got 2"),
        (lambda: Lesion(rate=-1), "rate must be from 0 to 1, got -1"),
        (lambda: Lesion(genes=()), "name at least one method"),
        (lambda: Drift(period=0), "period must be at least 1 step, got 0"),
        (lambda: Drift(demands=["one"]), "at least two demands"),
    ],
)
def test_bad_parameters_are_named(make_hazard: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_hazard()
