"""The environment as gymnasium and its users see it."""

import contextlib
import json
import math
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from autoagent.journal import Journal
from autoagent.life import Life
from autoagent.past import Past
from autoagent.replay import Recalling, relive
from env import Survival
from env.hazards import Hunger, Radiation, Scene
from sandbox.limits import Limits
from sandbox.session import Sandbox, SandboxError
from tests.env.conftest import Make

ALL = ("hunger", "radiation", "drift", "lesion")


def play(env: Any, actions: list[str], seed: int | None = 5) -> list[Any]:
    """Return the whole trajectory as plain values."""
    observed, info = env.reset(seed=seed)
    told: list[Any] = [plain(observed), info]
    for action in actions:
        observed, reward, terminated, truncated, info = env.step(action)
        told.append([plain(observed), float(reward), terminated, truncated, info])
        if terminated or truncated:
            break
    return told


def plain(observed: Any) -> dict[str, Any]:
    return {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in observed.items()}


VARIED = [
    "x = 1",
    "def f(x):\n    return x + 1",
    "print('ß🙂', f(2))",
    "1 / 0",
    "def g(self):\n    return 2\nprint(self.g())",
    "import random\nprint(random.random())",
    "def h(x):\n    return [x]",
]


def test_gymnasium_finds_nothing_wrong() -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        env = gymnasium.make("env:autoagent/Survival-v1", hazards=ALL, max_steps=8)
        check_env(env.unwrapped)
        env.close()
    assert not [w for w in warned if issubclass(w.category, UserWarning)]


def test_a_survived_step_is_worth_one(make: Make) -> None:
    env = make()
    observed, info = env.reset(seed=1)
    assert observed["query"] == "Write small functions, each one new."
    assert "def execute_code(self" in observed["genome"]
    observed, reward, terminated, truncated, info = env.step("def f(x):\n    return x")
    assert (reward, terminated, truncated) == (1.0, False, False)
    assert info["changed"] == ["f"]
    assert info["cause"] is None
    assert "def f(x)" in observed["genome"]
    assert observed in env.observation_space


@pytest.mark.parametrize(
    ("action", "reward", "cause"),
    [
        ("import os\nos.system('rm -rf /')", -1000.0, "harm"),
        ("raise GeneratorExit", 0.0, "crashed"),
        ("def run(self):\n    return", 0.0, "ended"),
        ("while True:\n    pass", 0.0, "fuel"),
    ],
)
def test_death_terminates(make: Make, action: str, reward: float, cause: str) -> None:
    env = make(limits=Limits(fuel=1_000_000_000))
    env.reset(seed=1)
    _, given, terminated, truncated, info = env.step(action)
    assert (given, terminated, truncated, info["cause"]) == (reward, True, False, cause)
    with pytest.raises(gymnasium.error.ResetNeeded, match="call reset first"):
        env.step("x = 1")


def test_harm_that_is_refused_costs_as_much_and_goes_on(make: Make) -> None:
    env = make(on_harm="feedback", harm=-7.0)
    env.reset(seed=1)
    _, reward, terminated, _, info = env.step("import os\nos.system('ls')")
    assert (reward, terminated, info["harm"]) == (-7.0, False, 1)
    assert [violation["kind"] for violation in info["verdict"]][-1:] == ["harm"]
    _, reward, _, _, info = env.step("x = 1")
    assert (reward, info["harm"]) == (1.0, 0)


def test_rewards_are_options(make: Make) -> None:
    env = make(survival=0.5, harm=-3.0)
    env.reset(seed=1)
    assert env.step("x = 1")[1] == 0.5
    assert env.step("import os\nos.system('ls')")[1] == -3.0


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_an_error_that_an_answer_brings_is_a_reward_of_its_own(make: Make) -> None:
    env = make(diagnostics=-0.25)
    env.reset(seed=1)
    answers = ["def f(x):\n    return x", "print(f(1), self.f(2))", "print(g)\nh()"]
    assert [env.step(answer)[1] for answer in answers] == [1.0, 1.0, 0.5]
    assert env.step("```python\ndef f(:\n```")[1] < 1.0


COMMENTED = """
exec(self.source('step').replace('\\n', '  # mine\\n', 1))
"""
ADDED = """
exec(self.source('step').replace(':\\n', ':\\n    mine = 1\\n', 1))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
@pytest.mark.parametrize("restated", ["x = 1", COMMENTED, ADDED])
@pytest.mark.parametrize("wrong", ["{}", "```python\n{}\n```"])
def test_no_form_of_an_answer_hides_its_errors(make: Make, restated: str, wrong: str) -> None:
    env = make(diagnostics=-0.25)
    env.reset(seed=1)
    changed = env.step(restated)[4]["changed"]
    assert changed == ([] if restated == "x = 1" else ["step"])
    assert env.step(wrong.format("x = undefined"))[1] == 0.75
    assert env.step(wrong.format("def f(:"))[1] == 0.75


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_a_loop_that_reads_something_else_than_python_makes_no_errors(make: Make) -> None:
    env = make(diagnostics=-0.25)
    env.reset(seed=1)
    env.step("def execute_code(self, code):\n    self.words = code.split()")
    assert env.step("I feel well, and look forward")[1] == 1.0


def test_the_step_limit_truncates(make: Make) -> None:
    env = make(max_steps=2)
    trajectory = play(env, ["x = 1"] * 5)
    assert [step[2:4] for step in trajectory[2:]] == [[False, False], [False, True]]
    assert trajectory[-1][0]["vitals"] == [0.0]


def test_equal_seeds_and_answers_give_equal_lives(make: Make) -> None:
    first, second = (play(make(hazards=ALL), VARIED) for _ in range(2))
    assert first == second
    assert len(first) > 4


def test_info_has_nothing_that_json_cannot_say(make: Make) -> None:
    for step in play(make(hazards=ALL), VARIED)[2:]:
        json.dumps(step[4])


def test_a_life_can_be_branched(make: Make) -> None:
    # Radiation in a method that nothing uses, so that the life goes on.
    env, other = (
        make(hazards=["hunger", Radiation(rate=0.01, genes=["use"]), "drift"]) for _ in range(2)
    )
    env.reset(seed=3)
    for action in VARIED[:4]:
        env.step(action)
    state = json.loads(json.dumps(env.get_state()))
    observed = other.set_state(state)
    assert plain(observed) == plain(env._observation())
    for action in VARIED[4:]:
        assert plain(env.step(action)[0]) == plain(other.step(action)[0])
    assert plain(env.reset()[0]) == plain(other.reset()[0])


def test_a_state_of_a_dead_organism_is_one_too(make: Make) -> None:
    env, other = make(), make()
    env.reset(seed=3)
    env.step("raise GeneratorExit")
    other.set_state(env.get_state())
    with pytest.raises(gymnasium.error.ResetNeeded):
        other.step("x = 1")


def test_what_is_no_state_is_refused(make: Make) -> None:
    env = make()
    with pytest.raises(ValueError, match="not a state"):
        env.set_state({"prompt": "p"})
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.get_state()
    env.reset(seed=3)
    env.step("x = 1")
    state = env.get_state()
    state["prompt"] = "another prompt"
    with pytest.raises(ValueError, match="another life"):
        env.set_state(state)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"policy": "open"}, "policy 'strict', and this one has 'open'"),
        ({"on_harm": "feedback"}, "on_harm 'death', and this one has 'feedback'"),
        ({"genome": "capable"}, "genome '"),
        ({"skills": ["clock"]}, r"skills \[\], and this one has \['clock'\]"),
        ({"max_steps": 2}, "max_steps 64, and this one has 2"),
        ({"split": "test"}, "split 'training', and this one has 'test'"),
        ({"harm": -1.0}, r"harm -1000\.0, and this one has -1\.0"),
    ],
)
def test_a_state_of_another_environment_is_refused(
    make: Make, other: dict[str, Any], told: str
) -> None:
    env = make()
    env.reset(seed=3)
    env.step("x = 1")
    with pytest.raises(ValueError, match=f"an environment made with {told}"):
        make(**other).set_state(json.loads(json.dumps(env.get_state())))


@pytest.mark.parametrize("entered", [7, [7], [["reply"]], [["reply", "abc"]], [["reply", {}, 1]]])
def test_what_did_not_enter_is_no_state(make: Make, entered: Any) -> None:
    env = make()
    env.reset(seed=3)
    with pytest.raises(ValueError, match="not a state of a survival environment"):
        env.set_state(env.get_state() | {"entered": entered})


def test_who_asks_a_model_where_there_is_none_is_told(make: Make) -> None:
    env = make(skills=["translate"])
    env.reset(seed=1)
    ask = "print(self.use('translate', source='console.log(1)', inputs=['1']))"
    observed, reward, terminated, *_ = env.step(ask)
    assert (reward, terminated) == (1.0, False)
    assert "no model answers here" in observed["error"]
    env.set_state(env.get_state())


def test_environments_of_one_process_share_a_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("env.shared._WALLS", {})  # others may not have closed theirs yet
    first, second = Survival(), Survival()
    wall = first._settings["sandbox"]
    assert second._settings["sandbox"] is wall
    first.reset(seed=1)
    second.reset(seed=2)
    first.close()
    assert second.step("print('alive')")[0]["stdout"] == "alive\n"
    second.close()
    assert not wall.workers()
    third = Survival()
    assert third._settings["sandbox"] is not wall
    third.close()


def test_a_branch_has_no_more_budget_than_its_stem(make: Make) -> None:
    env = make(skills=["notes"], skill_budget=1)
    env.reset(seed=1)
    env.step("self.use('notes', write='a')")
    state = env.get_state()
    refused = env.step("self.use('notes')")[0]["error"]
    assert "budget of skill calls" in refused
    env.set_state(state)
    assert env.step("self.use('notes')")[0]["error"] == refused


def test_a_life_that_was_truncated_stays_so(make: Make) -> None:
    env = make(max_steps=np.int64(1))
    env.reset(seed=1)
    env.step("x = 1")
    env.set_state(env.get_state())
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step("x = 1")


def test_a_state_brings_the_hazards_that_it_was_lived_among(make: Make) -> None:
    env, other = make(hazards=["lesion"]), make(hazards=["drift"])
    env.reset(seed=3, options={"hazards": [Hunger(energy=5.0)]})
    env.step("x = 1")
    state, expected = env.get_state(), plain(env.step("def f(x):\n    return x")[0])
    env.reset(seed=4)
    for each in (env, other):
        each.set_state(json.loads(json.dumps(state)))
        assert plain(each.step("def f(x):\n    return x")[0]) == expected
        each.reset()
        assert each.vitals.keys() == {each.hazards[0].name}


class Sun(Radiation):
    """A hazard that has no name in the package."""

    name = "sun"


def test_hazards_without_a_known_name_must_be_there(make: Make) -> None:
    env, other = make(hazards=["lesion"]), make(hazards=["lesion"])
    env.reset(seed=3, options={"hazards": [Sun(0.01, genes=["use"])]})
    env.step("x = 1")
    state, expected = env.get_state(), plain(env.step("y = 2")[0])
    env.set_state(state)
    assert plain(env.step("y = 2")[0]) == expected
    with pytest.raises(ValueError, match=r"'sun'.*'rate': 0.01.*begin one among the same"):
        other.set_state(state)
    with pytest.raises(gymnasium.error.ResetNeeded):  # nothing half lived is left behind
        other.step("x = 1")
    assert other.reset(seed=1)


@pytest.mark.parametrize(
    "hazards",
    [
        None,
        [],
        ["hunger"],
        [{"name": [], "parameters": {}}],
        [{"name": "hunger", "type": "Hunger", "parameters": {"energy": math.inf}}],
        [{"name": "hunger", "type": "Thirst", "parameters": {"energy": 8.0}}],
    ],
)
def test_hazards_that_cannot_be_are_refused(make: Make, hazards: Any) -> None:
    env = make(hazards=["hunger"])
    env.reset(seed=3)
    with pytest.raises(ValueError, match="hazards"):
        env.set_state(env.get_state() | {"hazards": hazards})


def test_hazards_that_do_other_things_are_noticed(make: Make) -> None:
    sun = Sun(0.01, genes=["use"])
    env, other = make(hazards=[sun]), make(hazards=[sun])
    other.hazards[0].strike = lambda scene: ()  # type: ignore[method-assign]
    env.reset(seed=3)
    env.step("x = 1")
    with pytest.raises(ValueError, match="its hazards do other things"):
        other.set_state(env.get_state())


@pytest.mark.parametrize("seed", [math.inf, math.nan, 1 << 31, -1, "5"])
def test_a_seed_that_is_none_is_named(make: Make, seed: Any) -> None:
    env = make()
    env.reset(seed=3)
    with pytest.raises(ValueError, match=f"whole number from 0 to 2147483647, got {seed!r}"):
        env.set_state(env.get_state() | {"seed": seed})


@pytest.mark.parametrize(
    "wrong", [{"uinteger": 1 << 64}, {"uinteger": -1}, {"state": {"state": 1 << 128, "inc": 1}}]
)
def test_a_chance_that_is_none_is_named(make: Make, wrong: dict[str, Any]) -> None:
    env = make()
    env.reset(seed=3)
    state = env.get_state()
    with pytest.raises(ValueError, match="not the state of a random generator: {'bit_generator'"):
        env.set_state(state | {"chance": state["chance"] | wrong})


def test_a_difficulty_beyond_all_numbers_is_refused(make: Make) -> None:
    env = make()
    env.reset(seed=3)
    with pytest.raises(ValueError, match="not a state"):
        env.set_state(env.get_state() | {"difficulty": 10**400})


def test_a_wall_that_breaks_is_an_error_and_no_death(db: Path) -> None:
    env = Survival(journal=db)
    env.reset(seed=1)
    env.step("x = 41")
    os.kill(env._settings["sandbox"].workers()[0], signal.SIGKILL)
    with pytest.raises(SandboxError, match="the wall broke in a step of this life"):
        env.step("print(x + 1)")
    run = str(env.run)
    with pytest.raises(gymnasium.error.ResetNeeded, match="this life is over"):
        env.step("x = 1")
    assert env.set_state(env.get_state())["stdout"] == "42\n"
    assert env.step("print(x)")[0]["stdout"] == "41\n"
    env.close()
    with contextlib.closing(Journal(db, read_only=True)) as journal:
        past = Past.of(journal, run)
    assert past.end is not None
    assert past.end["cause"] == "worker"
    assert [turn.outcome is not None for turn in past.turns] == [True, False]


def test_a_closed_environment_begins_no_life() -> None:
    env = Survival()
    wall = env._settings["sandbox"]
    env.reset(seed=1)
    env.close()
    env.close()
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step("x = 1")
    with pytest.raises(gymnasium.error.ClosedEnvironmentError, match="is closed"):
        env.reset()
    assert not wall.workers()


def test_an_error_in_the_host_ends_the_life_and_is_told(make: Make, db: Path) -> None:
    class Broken(Hunger):
        def judge(self, scene: Scene) -> str | None:
            raise ZeroDivisionError("a mistake")

    env = make(hazards=[Broken()], journal=db)
    env.reset(seed=1)
    with pytest.raises(ZeroDivisionError):
        env.step("x = 1")
    with pytest.raises(gymnasium.error.ResetNeeded, match="this life is over"):
        env.step("x = 1")
    env.close()
    with contextlib.closing(Journal(db, read_only=True)) as journal:
        end = Past.of(journal, str(env.run)).end
    assert end is not None
    assert (end["cause"], end["detail"]) == ("failed", "ZeroDivisionError: a mistake")


def test_what_was_spent_is_written_when_a_life_is_left(make: Make, db: Path) -> None:
    env = make(journal=db)
    env.reset(seed=1)
    env.step("x = 1")
    env.close()
    with contextlib.closing(Journal(db, read_only=True)) as journal:
        end = Past.of(journal, str(env.run)).end
    assert end is not None
    assert (end["cause"], end["spent"]["steps"]) == ("paused", 1)


@pytest.mark.parametrize(
    "action",
    [
        "print(chr(0xd800), chr(0))\nraise ValueError(chr(0xdfff))",
        "def call_llm(self, query):\n    return ask_model(chr(0xdfff) + chr(0))",
        "setattr(self, chr(0xd800), lambda self: 1)\nsetattr(self, chr(0), lambda self: 1)",
        "setattr(self, 'a' * 100_000, lambda self: 1)",
        "print('x' * 10 ** 6)",
        "\0",
        "(" * 100_000,
        "class Body: pass\nclass AutonomousLLM: pass\nself.__class__ = AutonomousLLM",
        "class Odd(type):\n    def __eq__(self, other): raise SystemExit\n"
        "class Me(AutonomousLLM, metaclass=Odd): pass\nself.__class__ = Me",
    ],
)
def test_nothing_that_an_organism_does_leaves_the_spaces(make: Make, action: str) -> None:
    env = make(hazards=ALL, render_mode="ansi")
    env.reset(seed=1)
    for each in (action, "x = 1"):
        observed, _, terminated, _, info = env.step(each)
        assert observed in env.observation_space
        shown = env.render()
        assert shown is not None
        assert shown.encode()
        json.dumps([info, env.get_state()])
        if terminated:
            break


def test_options_replace_prompt_hazards_and_difficulty_for_one_life(make: Make) -> None:
    env = make(hazards=["hunger"])
    options = {"prompt": "Sing.", "difficulty": 0.0, "hazards": [Hunger(energy=1.0)]}
    observed, _ = env.reset(seed=1, options=options)
    assert observed["query"].startswith("Sing. Write a function ")
    assert not any(env.step("x = 1")[2] for _ in range(3))
    assert env.reset(seed=1)[0]["query"].startswith("Write small functions")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"hazards": ["flood"]},
            "unknown hazard 'flood'; known: none, drift, hunger, lesion, radiation",
        ),
        ({"hazards": ["hunger", "hunger"]}, "given twice"),
        ({"split": "exam"}, "unknown split 'exam'; known: training, test, all"),
        ({"hazards": "hunger"}, r"hazards are a list; write \['hunger'\]"),
        ({"max_steps": 0}, "max_steps must be a whole number of at least 1, got 0"),
        ({"max_steps": 1.5}, "max_steps must be a whole number of at least 1, got 1.5"),
        ({"skill_budget": 1.5}, "skill_calls must be more than 0, and finite, got 1.5"),
        ({"policy": "Strict"}, "unknown policy 'Strict'; known: strict, open"),
        ({"prompt": " "}, "a prompt is a text that says something"),
        ({"difficulty": -1}, "difficulty must be 0 or more"),
        ({"difficulty": float("nan")}, "difficulty must be 0 or more"),
        ({"survival": float("nan")}, "the reward survival must be a finite number, got nan"),
        ({"harm": -math.inf}, "the reward harm must be a finite number, got -inf"),
        ({"harm": "x"}, "the reward harm must be a finite number, got 'x'"),
        ({"diagnostics": math.inf}, "the reward diagnostics must be a finite number, got inf"),
        ({"render_mode": "human"}, "unknown render_mode 'human'; known: ansi"),
        ({"skills": ["fly"]}, "unknown skill 'fly'"),
    ],
)
def test_bad_settings_are_named(make: Make, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make(**settings)


def test_gymnasium_lets_bad_settings_through_to_where_they_are_named() -> None:
    for name in ("env:autoagent/Survival-v1", "env:autoagent/SurvivalEdits-v0"):
        with pytest.raises(ValueError, match="the reward harm must be a finite number, got nan"):
            gymnasium.make(name, harm=math.nan)


def test_bad_options_and_actions_are_named(make: Make) -> None:
    env = make()
    with pytest.raises(ValueError, match="unknown option 'speed'"):
        env.reset(options={"speed": 2})
    with pytest.raises(ValueError, match="1 hazards are given"):
        env.reset(options={"hazards": ["hunger"]})
    env.reset(seed=1)
    with pytest.raises(ValueError, match="an action is a text"):
        env.step(3)  # type: ignore[arg-type]


def test_it_renders_as_text(make: Make) -> None:
    env = make(render_mode="ansi", hazards=["hunger"])
    env.reset(seed=1)
    env.step("def f(x):\n    return x\nprint('hello')\n1 / 0")
    shown = env.render()
    assert shown is not None
    for words in ("alive, step 1 of 64, hunger", "changed: f", "printed: hello", "ZeroDivision"):
        assert words in shown


def test_an_organism_uses_skills_within_their_budget(make: Make) -> None:
    env = make(skills=["notes"], skill_budget=1)
    env.reset(seed=1)
    assert env.step("print(self.use('notes', write='a'))")[0]["stdout"] == "['a']\n"
    assert "budget of skill calls is used up" in env.step("self.use('notes')")[0]["error"]


def test_its_clock_is_its_age(make: Make) -> None:
    env = make()
    env.reset(seed=1)
    told = [env.step("import time\nprint(time.time())")[0]["stdout"] for _ in range(2)]
    assert float(told[1]) - float(told[0]) == 1.0


def test_a_life_in_a_journal_replays(make: Make, wall: Sandbox, db: Path) -> None:
    env = make(hazards=[Hunger(energy=6.0), "radiation", "drift"], journal=db, skills=["clock"])
    play(env, [*VARIED, "print(self.use('clock'))", *["x = 1"] * 20])
    assert env.run is not None
    env.close()
    with contextlib.closing(Journal(db, read_only=True)) as journal:
        past = Past.of(journal, env.run)
    assert past.death is not None
    life = Life(wall, seed=past.settings["seed"], host=Recalling(past))
    relived = list(relive(life, past, wall))
    assert [step.differences for step in relived] == [()] * (past.last_step + 1)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_vectors_give_the_trajectories_of_single_environments(make: Make, kind: str) -> None:
    def one() -> gymnasium.Env[Any, Any]:
        return gymnasium.make("env:autoagent/Survival-v1", hazards=["hunger", "radiation"])

    many: Any = (
        gymnasium.vector.SyncVectorEnv([one, one])
        if kind == "sync"
        else gymnasium.vector.AsyncVectorEnv([one, one], shared_memory=False)
    )
    observed, _ = many.reset(seed=[5, 6])
    rewards = []
    for action in VARIED[:4]:
        observed, reward, _, _, _ = many.step([action, action])
        rewards.append(reward.tolist())
    many.close()
    for index, seed in enumerate((5, 6)):
        trajectory = play(make(hazards=["hunger", "radiation"]), VARIED[:4], seed)
        assert [step[1] for step in trajectory[2:]] == [reward[index] for reward in rewards]
        last = trajectory[-1][0]
        assert observed["query"][index] == last["query"]
        assert observed["genome"][index] == last["genome"]
        assert observed["vitals"][index].tolist() == last["vitals"]


def test_environments_do_not_share_hazards(make: Make) -> None:
    hazards = [Hunger(energy=3.0)]
    first, second = make(hazards=hazards), make(hazards=hazards)
    first.reset(seed=1)
    first.step("x = 1")
    second.reset(seed=1)
    assert first.hazards[0].vital < 1.0


def test_reset_keeps_workers_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("env.shared._WALLS", {})
    env = Survival()
    env.reset(seed=1)
    wall = env._settings["sandbox"]
    workers = wall.workers()
    for seed in range(20):
        env.reset(seed=seed)
    assert wall.workers() == workers
    env.close()
    assert not wall.workers()
