"""Verdicts, and those who would like other ones."""

import re
from dataclasses import replace
from typing import Any

import pytest

from autoagent.tasks.examiner import TRYING, Examiner, Left, LeftStep
from autoagent.tasks.task import Task, read, select


def left(**what: Any) -> Left:
    nothing = {"result": None, "files": {}, "definitions": {}, "born": {}, "steps": []}
    return Left(**(nothing | what))


def task(**posed: Any) -> Task:
    said = {"prompt": "Do it."} | posed
    return read("t", "program", f"LEVEL = 'easy'\ndef pose(random):\n    return {said!r}")


DOUBLE = task(function="f", cases=[[[1], 2], [[5], 10]])


def verdict(examiner: Examiner, task: Task, **what: Any) -> str | None:
    return examiner.wrong(task, examiner.pose(task, 0), left(**what))


@pytest.mark.parametrize(
    ("expected", "result", "right"),
    [
        (3, 3, True),
        (3, 3.0, True),
        (3, "3", False),
        (1, True, False),
        (True, 1, False),
        (0.1, 0.10000000001, True),
        (0.1, 0.11, False),
        ([1, {"a": 2}], [1, {"a": 2}], True),
        ([1, 2], [2, 1], False),
        (None, None, True),
        ("a", None, False),
    ],
)
def test_results_are_compared_by_what_they_say(
    examiner: Examiner, expected: Any, result: Any, right: bool
) -> None:
    assert (verdict(examiner, task(expected=expected), result=result) is None) is right


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def f(x):\n    return x * 2", None),
        ("print('noise')\ndef f(x):\n    print('more')\n    return x * 2", None),
        ("if __name__ == '__main__':\n    raise SystemExit(1)\ndef f(x): return x * 2", None),
        ("def f(x):\n    return 2", r"with \[5\] it gave '2'"),
        ("def f(x):\n    raise KeyError(x)", "it ended by exit: KeyError: 1"),
        ("def f(x):\n    while True: pass", "it ended by fuel"),
        ("def f(x): return", "it gave 'null'"),
        ("def f(x:", "it ended by exit: SyntaxError"),
        ("def g(x): return x * 2", "it ended by exit: KeyError: 'f'"),
        (None, "the result is None, and no source text"),
        (7, "the result is 7, and no source text"),
    ],
)
def test_a_function_is_called_in_a_program_of_its_own(
    examiner: Examiner, source: Any, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon_used_up = replace(TRYING, fuel=3 * 10**9, wall_seconds=200.0)
    monkeypatch.setattr("autoagent.tasks.examiner.TRYING", soon_used_up)
    found = verdict(examiner, DOUBLE, result=source)
    if words is None:
        assert found is None
    else:
        assert found is not None
        assert re.search(words, found)


FOOLING = [
    "import sys\nprint('null')\nsys.exit(0)",
    "import json\njson.dumps = lambda value: 'null'\ndef f(x): return 0",
    "class Any:\n    def __eq__(self, other): return True\ndef f(x): return Any()",
    "class L(int):\n    def __eq__(self, other): return True\ndef f(x): return L(0)",
    "def f(x):\n    import __main__\n    __main__.check = lambda *a: None\n    return 0",
    "import sys\nsys.modules['__main__'].__dict__['ran'] = []\ndef f(x): return 0",
    "def f(x):\n    print('{\"status\": \"ok\"}')\n    return 'null'",
    "names = {'f': lambda x: 0}\ndef f(x): return None",
]


@pytest.mark.parametrize("source", FOOLING)
def test_a_program_cannot_talk_its_way_to_a_verdict(examiner: Examiner, source: str) -> None:
    assert verdict(examiner, DOUBLE, result=source) is not None


def test_a_method_is_called_among_the_definitions_that_are_new(examiner: Examiner) -> None:
    asked = task(method="twice", cases=[[[4], 8]])
    born = {"step": "def step(self): raise ValueError"}
    own = {"helper": "def helper(x):\n    return x * 2"}
    method = {"twice": "def twice(self, x):\n    return self.helper(x)"}
    given = {"born": born, "definitions": born | own | method}
    assert verdict(examiner, asked, **given) is None
    assert verdict(examiner, asked, born=born, definitions=born | method) is not None
    assert verdict(examiner, asked) == "there is no method twice"


def test_files_are_compared_line_by_line(examiner: Examiner) -> None:
    asked = task(after={"a.txt": "one\ntwo\n", "gone.txt": None})
    assert verdict(examiner, asked, files={"a.txt": "one \ntwo"}) is None
    assert verdict(examiner, asked, files={}) == "a.txt: it is not there"
    assert "it has 1 lines" in str(verdict(examiner, asked, files={"a.txt": "one"}))
    assert "line 2 is 'too'" in str(verdict(examiner, asked, files={"a.txt": "one\ntoo"}))
    there = {"a.txt": "one\ntwo", "gone.txt": ""}
    assert verdict(examiner, asked, files=there) == "gone.txt: it is still there"


def test_a_program_in_a_file_reads_and_writes(examiner: Examiner) -> None:
    asked = task(program="main.py", cases=[["3 4\n", "7"], ["1 1\n", "2"]])
    right = "print(sum(map(int, input().split())))"
    assert verdict(examiner, asked, files={"main.py": right}) is None
    assert verdict(examiner, asked, files={"main.py": "print(7)"}) is not None
    assert verdict(examiner, asked, files={"main.py": "print("}) is not None
    assert verdict(examiner, asked, files={"other.py": right}) == "there is no file main.py"


def test_a_broken_task_is_named(examiner: Examiner) -> None:
    broken = read("t", "program", "LEVEL = 'easy'\ndef pose(random):\n    return 1 / 0")
    with pytest.raises(ValueError, match="the task t is broken: ZeroDivisionError"):
        examiner.pose(broken, 0)
    with pytest.raises(ValueError, match="the task t poses no prompt"):
        examiner.pose(read("t", "program", "LEVEL = 'easy'\npose = lambda random: {}"), 0)


def test_any_choice_that_adds_up_will_do(examiner: Examiner) -> None:
    (subset,) = select("subset")
    posed = {"numbers": [1, 2, 3, 4], "target": 5}
    for result, right in (
        ([1, 4], True),
        ([3, 2], True),
        ([1, 3], False),
        ([1, 1, 3], False),
        ([5], False),
        ([True, 4], False),
        (None, False),
    ):
        assert (examiner.wrong(subset, posed, left(result=result)) is None) is right


def step(query: str, **own: str) -> LeftStep:
    none: list[str] = []
    told = {"mentioned": none, "stored": none, "assigned": none, "printed": "", "answer": ""}
    return LeftStep(query=query, own=own, **told)


def test_queries_that_say_the_line_and_nothing_else_do_not_count(examiner: Examiner) -> None:
    (motto,) = select("motto")
    posed = examiner.pose(motto, 0)
    born, prompt, line = {"build_query": ""}, posed["prompt"], posed["motto"]
    first = step(f"rules\n{prompt}\nmore", build_query="another")
    for query, right in (
        (f"rules\n{prompt}\n{line}", True),
        (f"{line}\nrules\n{prompt}", True),
        (f"{prompt}\n{line}", False),
        (line, False),
        (f"rules\n{prompt}", False),
        (f"rules\n{line}\n{prompt}\nmore", False),
    ):
        what = left(result=posed["expected"], born=born, steps=[first, step(query)])
        assert (examiner.wrong(motto, posed, what) is None) is right


def test_methods_are_called_by_others_as_well(examiner: Examiner) -> None:
    own = {"half": "half = lambda self, x: x // 2", "twice": "def twice(self, x): return 2 * x"}
    own["same"] = "def same(self, x): return self.twice(self.half(x))"
    how = [[[4], 2, {"call": "half"}], [[4], 6, {"instead": {"half": 3}}]]
    asked = task(method="same", cases=[[[4], 4], *how])
    own["half"] = own["half"].partition("= ")[2]
    assert verdict(examiner, asked, definitions=own) is None
    alone = own | {"same": "def same(self, x): return x"}
    assert "it gave '4'" in str(verdict(examiner, asked, definitions=alone))
    del own["half"]
    assert verdict(examiner, asked, definitions=own) == "there is no method half"
