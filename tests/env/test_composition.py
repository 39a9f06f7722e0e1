"""The whole: an organism in a survival episode that translates, and improves its translator."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from autoagent.journal import Journal
from autoagent.past import Past
from env import Survival
from env.v0 import Hunger
from sandbox.session import Sandbox
from tests.commands import autoagent
from tests.genetic.test_skill import BETTER, SOURCE, Model, skill

USE = f"""
def translated():
    got = self.use("translate", source={SOURCE!r}, inputs=["ab"], calls=20)
    return got["correct"]
print(translated())
"""
EVOLVE = f"""
print(self.use("skills.evolve", name="translate", patch={BETTER!r})["adopted"])
"""
ANSWERS = [
    "def double(x):\n    return 2 * x\nprint(double(4))",
    USE,
    EVOLVE,
    "print(translated())",
    "def grow(x):\n    return [x] * 3",
    *["x = 1"] * 12,
]


def lived(env: Survival, answers: list[str]) -> list[Any]:
    told = []
    for answer in answers:
        observed, reward, terminated, truncated, info = env.step(answer)
        told.append((observed["stdout"], observed["vitals"].tolist(), reward, terminated, info))
        if terminated or truncated:
            break
    return told


@pytest.mark.slow
def test_an_organism_survives_by_translating_and_replays_identically(
    wall: Sandbox, db: Path
) -> None:
    model = Model()
    hunger = Hunger(energy=6.0, snack=2.0, pose=False)
    env = Survival(
        sandbox=wall,
        hazards=[hunger, "drift"],
        skills=[skill()],  # type: ignore[no-untyped-call]
        skill_budget=100,
        llm=model,
        journal=db,
    )
    env.reset(seed=7)
    told = lived(env, ANSWERS)
    said = [stdout for stdout, *_ in told]
    assert said[:4] == ["8\n", "False\n", "True\n", "True\n"]  # it translates once it is better
    assert told[-1][4]["cause"] == "starved"
    asked = model.translations
    assert asked > 0

    # The journal holds the whole life, and living it again asks nobody anything.
    run = env.run
    assert run is not None
    env.set_state(state := env.get_state())
    assert model.translations == asked
    assert env.get_state() == state
    env.close()
    with contextlib.closing(Journal(db, read_only=True)) as journal:
        past, again = Past.of(journal, run), Past.of(journal, str(env.run))
    assert past.death == again.death == "starved"
    assert [turn.outcome["stdout"] for turn in past.turns if turn.outcome] == said
    drop = {"ms"}
    first, second = (
        [{k: v for k, v in turn.outcome.items() if k not in drop} for turn in each.turns]
        for each in (past, again)
        if all(turn.outcome for turn in each.turns)
    )
    assert first == second


def test_a_life_of_an_environment_goes_on_with_a_model_that_is_named(
    wall: Sandbox, db: Path
) -> None:
    env = Survival(sandbox=wall, hazards=[], journal=db)
    env.reset(seed=3)
    lived(env, ["x = 1"])
    env.close()
    for command in (["resume", "last"], ["rollback", "last", "--to", "0"]):
        refused = autoagent(*command, "--db", db)
        assert refused.returncode == 2
        assert b"was lived in an environment; name a model with --llm" in refused.stderr
    goes_on = autoagent(
        "resume", "last", "--llm", "human", "--steps", "1", "--db", db, typed="print(x)\n.\n"
    )
    assert goes_on.returncode == 0, goes_on.stderr


def test_it_is_replayed_and_shown_by_the_command_line(wall: Sandbox, db: Path) -> None:

    env = Survival(sandbox=wall, hazards=["hunger", "drift"], skills=["clock"], journal=db)
    env.reset(seed=3)
    lived(env, ["print(self.use('clock')['steps'])", "def f(x):\n    return x", *["y = 2"] * 20])
    env.close()
    verified = autoagent("replay", "last", "--verify", "--db", db, "--json")
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["verified"]["same"] is True
    shown = autoagent("show", "last", "--db", db)
    assert shown.returncode == 0
    assert b"starved" in shown.stdout
