"""How often an answer of a model mends a function, with a model that follows a script."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path

import pytest

from benchmarks.bugfix import __main__ as bugfix
from benchmarks.bugfix.functions import functions, is_near
from benchmarks.bugfix.lessons import fixing, lessons
from genetic.elm.bugfix import PROBLEMS
from rl.examples import Example
from tests.genetic.elm.conftest import Scripted


def fenced(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="")
    return "\n".join(["```diff", *lines, "```"])


def answer(query: str) -> str:
    """Mend one bug in the parity; make no program of the other function, or write it anew."""
    if "whole program" in query:
        return f"```python\n{PROBLEMS['quadratic'].source}```"
    if "quadratic" in query:
        return fenced("    return a * x ** 2 - b * x - c", "    return (")
    broken = PROBLEMS["parity"].broken(1)
    return fenced(broken, PROBLEMS["parity"].source) if broken.strip() in query else "```diff\n```"


def test_answers_are_counted_by_what_they_make_of_the_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = Scripted(answer)
    model.close = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setattr(bugfix, "load", lambda name: model)
    cases = [("parity", 1), ("parity", 2), ("quadratic", 2)]
    monkeypatch.setattr(bugfix, "CASES", cases)
    given = [str(tmp_path), "--samples", "2", "--chances", "40"]
    bugfix.main(given)
    rows = [
        [each.strip() for each in line.split("|")[1:-1]]
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("|")
    ]
    counted = {tuple(row[:3]): row[3:8] for row in rows[2:]}
    assert counted["parity", "1", "diff"] == ["2", "100", "100", "100 [34.2, 100]", "1"]
    assert counted["parity", "2", "diff"] == ["2", "0", "0", "0 [0, 65.8]", "0"]
    assert counted["quadratic", "2", "diff"] == ["2", "100", "0", "0 [0, 65.8]", "0"]
    assert counted["quadratic", "2", "rewrite"] == ["2", "100", "100", "100 [34.2, 100]", "1"]
    assert counted["parity", "2", "rewrite"][2:] == ["0", "0 [0, 65.8]", "0"]
    assert counted["parity", "1", "tokens"][0] == "40"
    assert "Commit message: Fixed bugs.\n" in model.queries[0]

    asked = len(model.queries)
    assert asked == 2 * 2 * len(cases)
    bugfix.main([*given, "--rounds", "2"])
    assert len(model.queries) == 2 * asked, "what is measured is not measured again"


def test_other_settings_need_another_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bugfix.main([str(tmp_path), "--minutes", "0"])
    for wrong in (["--samples", "3"], ["--chances", "0"]):
        with pytest.raises(SystemExit) as ended:
            bugfix.main([str(tmp_path), "--minutes", "0", *wrong])
        assert ended.value.code == 2
    assert "name another folder" in capsys.readouterr().err


def test_nothing_that_is_measured_is_learnt() -> None:
    assert all(is_near(problem.source) for problem in PROBLEMS.values())
    known = functions()
    assert not [name for name, _, source in known if is_near(source)]
    assert not {name for name, _, _ in known} & set(PROBLEMS)


def test_a_lesson_is_the_diff_that_mends_a_function() -> None:
    sources = {source.strip() for _, _, source in functions()}
    style = fixing()
    learnt = [Example.of(each) for each in lessons(60, 0)]
    assert len(learnt) == 60
    assert learnt == [Example.of(each) for each in lessons(60, 0)]
    for example in learnt:
        assert example.frame == style.frame
        broken = example.prompt.split("```python\n")[1].split("```")[0]
        mended = style.read(broken, example.frame.opening + example.answer).strip()
        assert mended in sources
        assert mended != broken.strip()
        ast.parse(mended)
