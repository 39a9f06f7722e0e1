"""The pairs that come with the package: each is right, and would be missed if nobody wrote it."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from autoagent.analyzers import Subject, Tools
from autoagent.analyzers.mypy import type_errors
from genetic.coder.dataset import BUNDLED, load_pairs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
PAIRS = load_pairs(BUNDLED)[0]
RUN_ALL = """
import json, sys, types

out = sys.stdout  # a program may redirect it


def outcome(text):
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        exec(compile(text, "program", "exec"), module.__dict__)
    except BaseException as error:
        return repr(error)
    return "ok"


print(json.dumps({name: outcome(text) for name, text in PROGRAMS.items()}), file=out)
"""
"""Runs many programs behind one wall, each as a main module: a wall for each takes long."""


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    with closing(Tools(seconds=120.0)) as tools:
        yield tools


def outcomes(tools: Tools, programs: Mapping[str, str]) -> dict[str, str]:
    run = tools.run(f"PROGRAMS = {dict(programs)!r}\n{RUN_ALL}")
    assert run.status == "ok", run.stderr.decode()
    told: dict[str, str] = json.loads(run.stdout.splitlines()[-1])
    return told


def test_there_are_pairs_of_three_levels() -> None:
    levels = Counter(pair.name.partition("/")[0] for pair in PAIRS)
    assert sum(levels.values()) >= 60
    assert min(levels[f"level_{level}"] for level in range(3)) >= 20
    assert load_pairs(BUNDLED)[1] == []
    assert all(pair.tests for pair in PAIRS)


def test_each_does_its_tests_and_examples(tools: Tools) -> None:
    tested = {pair.name: f"{pair.input}{pair.output}\n\n{pair.tests}" for pair in PAIRS}
    shown = {pair.name: f"{pair.input}{pair.output}\n\n{pair.examples}" for pair in PAIRS}
    assert {*outcomes(tools, tested).values()} == {"ok"}
    assert {*outcomes(tools, shown).values()} == {"ok"}


def test_the_prefix_alone_fails(tools: Tools) -> None:
    bare = {pair.name: f"{pair.input}\n\n{pair.tests}" for pair in PAIRS}
    assert "ok" not in outcomes(tools, bare).values()


def test_mypy_finds_nothing(tools: Tools) -> None:
    found = {
        pair.name: type_errors(tools.jailed, Subject(prefix=pair.input, completion=pair.output))
        for pair in PAIRS
    }
    assert {name: errors for name, errors in found.items() if errors} == {}
