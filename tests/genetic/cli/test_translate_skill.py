"""SmolLM2 as an agent that calls the translation skill, and as the model that the skill asks."""

import json
from pathlib import Path

import pytest

from autoagent.asker import ORGANISM
from tests.commands import autoagent, lines
from tests.genetic.cli.test_translate import events

METHOD = """def answer():
    got = self.use("translate", source="console.log(6 * 7)", inputs=["1"], calls=5)
    return got["fitness"]
.
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_smollm2_agent_calls_the_skill_and_is_replayed(db: Path) -> None:
    """A person teaches it a function that uses the skill; what it does then is its own choice."""
    for seed in range(20):
        taught = autoagent(
            "run", "Print the answer", "--llm", "human", "--skills", "translate",
            "--steps", "1", "--seed", str(seed), "--db", db, typed=METHOD,
        )  # fmt: skip
        assert taught.returncode == 0, taught.stderr.decode()
        few = ["--steps", "1", "--max-tokens", "60"]
        (step, _) = lines(
            autoagent("resume", "last", "--llm", "smollm2", *few, "--db", db, "--json")
        )
        if events(db, "skill"):
            break
    (call,) = events(db, "skill")
    assert call["name"] == "translate"
    assert call["output"]["fitness"]["tests"] == 2  # the further ones count as one
    assert step["stdout"].startswith("{'compile_errors'")
    # The skill asked SmolLM2, at the run's expense.
    asked = [data for data in events(db, "call") if not data["key"].startswith(ORGANISM)]
    assert len(asked) == call["output"]["cost"]["calls"] > 0
    assert step["tokens_in"] > sum(data["tokens_in"] for data in asked)
    verified = autoagent("replay", "last", "--verify", "--db", db, "--json")
    assert json.loads(verified.stdout)["verified"]["same"] is True
