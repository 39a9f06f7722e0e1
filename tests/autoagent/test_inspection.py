"""Which answers go back, and with which words."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.agent import AutonomousLLM
from autoagent.analyzers import Analysis, Finding, Subject
from autoagent.analyzers.findings import FAILED
from autoagent.analyzers.mypy import Mypy
from autoagent.budget import Budget
from autoagent.first_genome import first_genome
from autoagent.inspection import Inspector, Panel
from autoagent.llm import LLMUnreachable, Query
from autoagent.prefix import prefix
from sandbox.extensions import ExtensionError
from sandbox.session import Sandbox, SandboxError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")

INBORN = first_genome("small").methods
SOURCES = {
    **INBORN,
    "greet": "def greet(name):\n    return 'hi ' + name\n",
    "grow": "def grow(self, n):\n    self.size = n\n",
    "Dog": "class Dog:\n    def bark(self):\n        return 'wuff'\n",
}
NAMES = {"total", "math", "datetime"}


@pytest.fixture(scope="module")
def panel() -> Iterator[Panel]:
    with closing(Panel(["mypy", "hallucination", "ruff"])) as panel:
        yield panel


def before(code: str) -> str:
    return prefix(INBORN, SOURCES, NAMES, code)


def objections(panel: Panel, code: str, **options: Any) -> list[str]:
    """Return the lines of what is told of code, without the code."""
    said = Inspector(panel, record=lambda data: None, **options).objections(before, code)
    return said.partition("would fail:\n")[2].splitlines()[:-1]


@pytest.mark.parametrize(
    "code",
    [
        "print(greet('a'), self.greet('a'), total, self.total)\ntotal += 1\nself.total = total",
        "self.new = 3\nself.grow(2)\nprint(self.new, self.size, self.task)\ngrow(self, 3)",
        "old = greet\ndef greet(a, b):\n    return old(a)\nprint(greet(1, 2), self.greet(1, 2))",
        "old = self.step\ndef step(self):\n    old()\n    self.extra = 1\nprint(self.extra)",
        "finish(3)\nself.finish()\nprint(self.use('clock'), self.source('step'))",
        "x = None\nx = 'a'\nx.upper()\nx = 3\nx.bit_length()\ny: int = 'no'",
        "d = {'a': 1, 'b': 'x'}\nprint(d['a'] + 1, d['b'].upper(), self.state['x'] + 1)",
        "exec('z = 1')\nprint(z)",
        "try:\n    print(self.missing)\nexcept AttributeError:\n    print('none')",
        "from __future__ import annotations\nimport bank\nfrom math import *\nprint(bank.f(), pi)",
        "def f():\n    global made\n    made = 1\nf()\nprint(made, datetime.now())",
        "import re\nprint(re.match('a', 'b').group())\nunused = lambda: 1\nprint( 1 )",
    ],
)
def test_what_an_execution_survives_costs_no_answer(panel: Panel, code: str) -> None:
    assert objections(panel, code) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print(1)\nprint(undefined)", ['line 2: Name "undefined" is not defined']),
        ("greet()", ['line 1: Missing positional argument "name" in call to "greet"']),
        ("step()", ['line 1: Name "step" is not defined']),
        ("def f(:\n    pass", ["line 1: Invalid syntax"]),
        (
            "import math\nmath.squareroot(2)",
            [
                'line 2: Module has no attribute "squareroot"',
                "line 2: there is no 'squareroot', and nothing like it",
            ],
        ),
        (
            "Dog().brk()",
            [
                'line 1: "Dog" has no attribute "brk"; maybe "bark"?',
                "line 1: there is no 'brk'; there is bark",
            ],
        ),
    ],
)
def test_what_fails_as_it_stands_goes_back(panel: Panel, code: str, words: list[str]) -> None:
    assert objections(panel, code) == words


class Fixed:
    """Finds what it is told to."""

    version, kind = "1", "critical"

    def __init__(self, name: str, *findings: Finding) -> None:
        self.name, self.findings = name, findings

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        explains = self.name == "hallucination"
        return Analysis(
            analyzer=self.name,
            version=self.version,
            kind="info" if explains else "critical",
            score=0,
            passed=explains or not self.findings,
            message="",
            digest=subject.digest,
            findings=self.findings,
        )


def fixed(*analyzers: Fixed) -> Panel:
    panel = Panel([])
    panel.names, panel.analyzers = tuple(each.name for each in analyzers), [*analyzers]
    return panel


LINE = before("x").count("\n") + 1


def test_what_explains_speaks_for_itself_where_there_is_nothing_to_explain() -> None:
    explains = Fixed("hallucination", Finding(code="hallucination", message="no y", line=LINE))
    assert objections(fixed(explains), "x") == ["line 1: no y"]
    assert objections(fixed(Fixed("mypy"), explains), "x") == []


def test_findings_of_strangers_count_if_they_are_critical() -> None:
    stranger = Fixed("house-rules", Finding(code="rule", message="not so", line=LINE))
    assert objections(fixed(stranger), "x") == ["line 1: not so"]


def test_what_makes_an_analyzer_fail_is_executed_as_it_is() -> None:
    said: list[str] = []
    killed = Fixed("mypy", Finding(code=FAILED, message="mypy cannot check it: no end", line=LINE))
    assert objections(fixed(killed), "x", failed=said.append) == []
    assert said == ["an answer runs as it is: mypy cannot check it: no end"]


def test_what_is_found_missing_in_the_middle_of_a_life_ends_none() -> None:
    class Broken(Fixed):
        def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
            raise SandboxError("no more processes")

    said: list[str] = []
    assert objections(fixed(Broken("mypy")), "x", failed=said.append) == []
    assert said == ["an answer is not analysed: no more processes"]


def test_a_panel_of_none_asks_nobody() -> None:
    with closing(Panel([])) as panel:
        assert objections(panel, "undefined") == []


def test_who_cannot_look_at_answers() -> None:
    with pytest.raises(ExtensionError, match="hallucination"):
        Panel(["pylint"])
    with pytest.raises(ValueError, match="twice"):
        Panel(["ruff", "ruff"])
    with pytest.raises(ValueError, match="only read"):
        Panel(["mypy", "runs"])


def test_a_turn_that_is_cut_off_between_two_attempts_is_analysed_once(
    wall: Sandbox, db: Path, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    analyze = Mypy.analyze

    def watched(self: Mypy, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        seen.append(subject.completion)
        return analyze(self, subject, earlier)

    monkeypatch.setattr(Mypy, "analyze", watched)
    asked: list[Query] = []

    def first(query: Query) -> str:
        if asked:
            raise LLMUnreachable("gone")
        asked.append(query)
        return "```python\nprint(undefined)\n```"

    with AutonomousLLM(first, sandbox=wall, analyze=panel, db=db) as agent:
        assert list(agent.run("Go.", budget=Budget(steps=1))) == []
    assert seen == ["print(undefined)"]

    def second(query: Query) -> str:
        asked.append(query)
        return "```python\nprint(2)\n```"

    with AutonomousLLM.resume("last", llm=second, sandbox=wall, analyze=panel, db=db) as agent:
        (step,) = agent.run(budget=Budget(steps=1))
    assert step.stdout == "2\n"
    assert 'Name "undefined" is not defined' in str(asked[1])
    assert "print(undefined)" not in seen[1:]


def test_an_organism_that_takes_its_answers_in_its_own_way_is_left_alone(
    wall: Sandbox, db: Path, panel: Panel
) -> None:
    answers = iter(["def execute_code(self, response):\n    print(response[10:14])", "DO 3"])
    with AutonomousLLM(
        lambda query: f"```python\n{next(answers)}\n```", sandbox=wall, analyze=panel, db=db
    ) as agent:
        _, step = agent.run("Go.", budget=Budget(steps=2))
    assert step.stdout == "DO 3\n"
