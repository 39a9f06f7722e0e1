"""Classes of organisms as a domain: who lives, and what is no organism."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from genetic.elm import open_domain
from rl.elites import Organisms

DEAF = """
class AutonomousLLM(Body):
    def __init__(self, query):
        self.query = query

    def run(self):
        while True:
            ask_model("hello")
"""
SHORT = """
class AutonomousLLM(Body):
    def __init__(self, query):
        self.query = query

    def run(self):
        while True:
            exec(extract_code(ask_model("What now?")))
"""
MORTAL = DEAF.replace("while True:\n            ", "return ")


@pytest.fixture(scope="module")
def organisms() -> Iterator[Organisms]:
    with closing(Organisms(hazard="none", lives=1, steps=8)) as domain:
        yield domain


def test_who_executes_what_it_is_answered_lives_longer_than_who_does_not(
    organisms: Organisms,
) -> None:
    seed, deaf, short = organisms.judge([organisms.seeds["small"], DEAF, SHORT])
    assert (seed.objective, short.objective) == (8, 8)
    assert 0 < deaf.objective < 8
    assert short.measures[0] < seed.measures[0], "its source is shorter"
    assert short.measures[1] < seed.measures[1], "and so is what it asks"


def test_what_is_no_organism_has_a_fault(organisms: Organisms) -> None:
    broken, mortal = organisms.judge(["def f(:\n", MORTAL])
    assert broken.fault.startswith("no genome: ")
    assert mortal.fault.startswith("it does not live")


def test_lives_are_the_same_every_time() -> None:
    with closing(open_domain("organism:radiation", together=1)) as domain:
        assert domain.judge([SHORT]) == domain.judge([SHORT])


def test_an_unknown_hazard_is_named() -> None:
    with pytest.raises(ValueError, match=r"unknown hazard 'rain'"):
        open_domain("organism:rain", together=1)
