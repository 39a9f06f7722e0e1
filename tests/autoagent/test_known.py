"""Records of other versions: what is known of them, and no more, is taken."""

from __future__ import annotations

from typing import Any

from autoagent.first_genome import FirstGenome, first_genome
from autoagent.journal import Event
from autoagent.steps import Step, fold

OUTCOME: dict[str, Any] = {
    "step": 1,
    "stdout": "x",
    "ms": 1.0,
    "fuel": None,
    "genome": "",
    "cause": None,
}


def test_a_step_is_made_of_what_is_known_of_its_outcome() -> None:
    event = Event(1, 0.0, "outcome", {**OUTCOME, "made_up": True})
    (step,) = fold("0123abcd", [event])
    assert step == Step(run="0123abcd", query="", response="", **OUTCOME)


def test_a_genome_is_made_of_what_is_known_of_its_profile() -> None:
    genome = first_genome("small")
    told = genome.as_dict()
    told["profile"] = {**told["profile"], "made_up": 1}
    assert FirstGenome.of(told) == genome
