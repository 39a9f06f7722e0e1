"""The completion of code in the hands of an organism."""

import sys
from pathlib import Path
from typing import Any

import pytest

from autoagent.agent import AutonomousLLM
from autoagent.budget import Budget
from autoagent.llm import PYTHON, Completion, Frame, Query
from autoagent.skills import SkillContext, SkillError
from genetic.coder.skill import Complete
from sandbox.session import Sandbox
from tests.commands import autoagent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")

STEP = """```python
done = self.use('complete', code='def double(n: int) -> int:\\n', steps=2)
print(done)
```"""


class Model:
    """An organism's step; for its skill a completion that is wrong, and then one that is right."""

    name = "scripted"

    def __init__(self) -> None:
        self.completions = ["    return nn\n", "    return 2 * n\n"]

    def complete(self, query: Query, *, frame: Frame = PYTHON, **_: Any) -> Completion:
        text = STEP if frame is PYTHON else frame.opening + "\n" + self.completions.pop(0)
        return Completion(text=text, tokens_in=10, tokens_out=5, finish="stop", model=self.name)

    def close(self) -> None: ...


def test_an_organism_has_code_completed_at_its_expense(wall: Sandbox, db: Path) -> None:
    model = Model()
    with AutonomousLLM(model, sandbox=wall, skills=["complete"], db=db) as agent:
        (step,) = agent.run("Double.", budget=Budget(steps=1))
        spent = agent.spent
    assert step.error == ""
    assert "'completion': '    return 2 * n\\n', 'passing': True" in step.stdout
    assert "'cost': {'calls': 2, 'tokens': 30}" in step.stdout
    assert model.completions == []
    assert (spent.tokens, spent.skill_calls) == (45, 1)
    assert autoagent("replay", "last", "--verify", "--db", db).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"code": 1}, "code must be a text"),
        ({"code": " "}, "code must be a text"),
        ({"code": "x = ", "steps": 0}, "steps must be from 1 to 10"),
        ({"code": "x = ", "steps": True}, "steps must be from 1 to 10"),
        ({"code": "x = ", "file": "/etc/passwd"}, "no argument 'file'"),
    ],
)
def test_what_cannot_be_completed_is_refused(arguments: dict[str, Any], words: str) -> None:
    context = SkillContext(now=0, born=0, steps=1, seed=0, history=())
    with pytest.raises(SkillError, match=words):
        Complete().call(arguments, context)
