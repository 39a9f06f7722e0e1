"""Operators side by side, with a model that follows a script in place of one that has learnt."""

import sys
from pathlib import Path

import pytest

from benchmarks import operators
from tests.genetic.elm.conftest import Scripted

WALKER = """```python
def make_walker():
    walker = Walker()
    a, b, c = walker.joint(0, 0), walker.joint(60, 0), walker.joint(30, 50)
    walker.muscle(a, b, 0.8, 0.0)
    walker.muscle(b, c, 0.8, 0.25)
    walker.muscle(a, c)
    return walker
```"""


def test_each_arm_has_as_many_evaluations_and_is_searched_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = Scripted(lambda query: WALKER)
    model.close = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setattr(operators, "load", lambda name: model)
    monkeypatch.setattr(operators, "teach", lambda study, seed: f"taught-{seed}")
    given = ["operators", str(tmp_path), "--evaluations", "4", "--seeds", "2", "--llm", "scripted"]
    monkeypatch.setattr(sys, "argv", given)
    operators.main()
    rows = [
        [each.strip() for each in line.split("|")[1:-1]]
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("| ") and "equal evaluations" in line
    ]
    told = {row[0]: row[2:5] for row in rows}
    assert list(told) == [*operators.ASKING, "tokens"]
    assert told["write"][0] == told["taught diff"][0] == "8"
    assert told["write"][2].startswith("100%"), "what it writes is a walker"
    assert told["diff"][2].startswith("0%"), "and no diff"
    asked = len(model.queries)
    assert asked == len(operators.ASKING) * 2 * 4
    operators.main()
    assert len(model.queries) == asked
