"""The skill with which an organism has code analysed."""

import sys

import pytest

from autoagent.skills import load_skills
from tests.conftest import Live

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")


def test_an_organism_has_code_analysed_as_it_would_run_in_it(live: Live) -> None:
    ask = "for each in self.use('analyze', code={code!r}): print(each)"
    _, wrong, right, refused, unknown = live(
        "def greet(name):\n    return name\nself.size = 3",
        ask.format(code="x = self.size\ngreet()\nx: str = 1"),
        ask.format(code="print(greet(self.size))"),
        "self.use('analyze', code=1)",
        "self.use('analyze', code='', analyzers=['mypy'])",
        skills=load_skills(["analyze"]),
    )
    first = "{'analyzer': 'mypy', 'line': 2, 'code': 'call-arg', 'message': 'Missing positional"
    assert first in wrong.outcome.stdout
    assert "'fails': True" in wrong.outcome.stdout
    assert right.outcome.stdout == ""
    assert right.outcome.error == ""
    assert "give code, a text" in refused.outcome.error
    assert "give code, a text" in unknown.outcome.error
