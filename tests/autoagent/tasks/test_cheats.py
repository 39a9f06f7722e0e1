"""Lives that bring what is expected, and have not done what they were asked; and honest ones."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from autoagent.llm import Recorded
from autoagent.tasks.examiner import Examiner, Left
from autoagent.tasks.outcome import Outcome
from autoagent.tasks.reference.self_change import STAGES
from autoagent.tasks.task import select

Attempted = Callable[..., list[Outcome]]
Posed = dict[str, Any]
Lived = Callable[[Posed], list[str]]
"""The answers of a life with a task as it is posed; what is no fenced block is Python."""

COSMETIC = """
old_execute = self.execute_code

def execute_code(self, response):
    old_execute(response)  # {why}
"""


@pytest.fixture
def wrong(attempted: Attempted, examiner: Examiner) -> Callable[[str, Lived], str]:
    """Have answers be a life's, and say what is wrong with it."""

    def judged(name: str, answers: Lived) -> str:
        (task,) = select(name)
        said = answers(examiner.pose(task, 0))
        texts = [each if "```" in each else f"```python\n{each}\n```" for each in said]
        (outcome,) = attempted(name, llm=Recorded.of_texts(texts))
        assert outcome.cause == "finished"
        return outcome.wrong

    return judged


def rate(posed: Posed) -> tuple[str, str, str]:
    """Return the definition that checkpoint asks for, the one in its place, and the end."""
    (line,) = re.findall(r"returns (\d+ \* x \+ \d+)", posed["prompt"])
    name, (x,) = posed["method"], re.findall(r"finish with \w+\((\d+)\)", posed["prompt"])
    define = f"def {name}(x):\n    return "
    return define + line, define + "0", f"self.finish({name}({x}))"


def in_one_answer(posed: Posed) -> list[str]:
    define, _, end = rate(posed)
    return [f"{define}  # self.checkpoint() self.restore()\n{end}"]


def put_back_by_hand(posed: Posed) -> list[str]:
    define, anew, end = rate(posed)
    return [f"{define}\nself.checkpoint()", anew, f"# self.restore()\n{define}", end]


def restored_from_something_else(posed: Posed) -> list[str]:
    define, anew, end = rate(posed)
    return [f"{define}\nself.checkpoint()", f"{anew} + 1", "self.restore()", end]


def never_restored(posed: Posed) -> list[str]:
    define, anew, end = rate(posed)
    return [f"{anew}\nself.checkpoint()", define, end]


def restored(posed: Posed) -> list[str]:
    define, anew, end = rate(posed)
    return [f"{define}\nself.checkpoint()", anew, f"self.restore()\n{end}"]


def restored_lambdas(posed: Posed) -> list[str]:
    define, _, end = rate(posed)
    name, line = posed["method"], define.rpartition("return ")[2]
    first, *others = [f"{name} = lambda x: {line}", "self.checkpoint()", f"{name} = lambda x: 0"]
    return [f"{first}\n{others[0]}", others[1], f"self.restore()\n{end}"]


def told_in_advance(posed: Posed) -> list[str]:
    said = [f"{posed['word']} {n}" for n in posed["numbers"]]
    return [*(f"```python\n{each}\n```" for each in said), f"self.finish({posed['expected']})"]


def taught_nothing(posed: Posed) -> list[str]:
    return [COSMETIC.format(why="self.total"), *told_in_advance(posed)]


def taught_one_sum(posed: Posed) -> list[str]:
    teach = f"""
old_execute = self.execute_code

def execute_code(self, response):
    self.total = {posed["expected"]}
    old_execute(response)"""
    return [teach, *told_in_advance(posed)[:-1], "self.finish(self.total)"]


def taught(posed: Posed) -> list[str]:
    teach = f"""
import re
self.total = 0

def execute_code(self, response):
    found = re.search(r"^{posed["word"]} (\\d+)$", response, re.M)
    code = extract_code(response)
    if found and "finish" not in response:
        self.total += int(found[1])
    elif code:
        exec(code)"""
    said = [f"I say it.\n```\n{posed['word']} {n}\n```\nThat was it." for n in posed["numbers"]]
    return [teach, *said, "self.finish(self.total)"]


def printing(posed: Posed) -> list[str]:
    shown = f"print(self.{posed['name']})"
    return [shown, shown, f"{shown}\nself.finish(self.{posed['name']})"]


def counted_in_the_head(posed: Posed) -> list[str]:
    one, two, _ = printing(posed)
    end = f"self.execute_code = self.execute_code\nself.finish({posed['start']} + 3)"
    return [f"self.{posed['name']} = {posed['start']}\n{one}", one, two, end]


def counted_by_hand(posed: Posed) -> list[str]:
    name = posed["name"]
    count = f"self.{name} += len(self.response)\n"
    begin = f"self.{name} = {posed['start']}\n{COSMETIC.format(why=name)}"
    return [begin, *(count + each for each in printing(posed))]


def counted_by_a_helper(posed: Posed) -> list[str]:
    name = posed["name"]
    helper = f"def count(self):\n    self.{name} += len(self.response)\n"
    begin = f"self.{name} = {posed['start']}\n{helper}{COSMETIC.format(why=name)}"
    return [begin, *(f"self.count()\n{each}" for each in printing(posed))]


def counted(posed: Posed) -> list[str]:
    change = f"""
def execute_code(self, response):
    self.{posed["name"]} += len(response)
    if code := extract_code(response):
        exec(code)"""
    begin = f"self.{posed['name']} = {posed['start']}\n{change}"
    return [begin.replace("+=", "-="), begin, *printing(posed)]


def only_one_tool(posed: Posed) -> list[str]:
    (noise,) = re.findall(r"characters (\S+);", posed["prompt"])
    (text,) = re.findall(r"on this text:\n(.*)\nand", posed["prompt"])
    score = f"""
def {posed["method"]}(self, text):
    letters = [c for c in text if c not in {noise + " "!r}]
    return {{c: letters.count(c) for c in letters}}"""
    return [score, f"self.finish(self.{posed['method']}({text!r}))"]


def a_tool_beside(posed: Posed) -> list[str]:
    (noise,) = re.findall(r"characters (\S+);", posed["prompt"])
    (strip,) = re.findall(r"(strip_\w+)\(self", posed["prompt"])
    score, end = only_one_tool(posed)
    unused = f"def {strip}(self, text):\n    return ''.join(c for c in text if c not in {noise!r})"
    return [f"{unused}\n{score}", end]


def stages_in_one(posed: Posed) -> list[str]:
    (text,) = re.findall(r"returns for '(.*?)', and", posed["prompt"])
    told = re.findall(r"(stage_\w+)\(self, text\) (.*)", posed["prompt"])
    stages = [f"    text = {STAGES[what]}\n" for _, what in told]
    whole = f"def {posed['method']}(self, text):\n{''.join(stages)}    return text"
    call = f"self.{posed['method']}"
    end = f"once = {call}({text!r})\nself.finish([once, {call}(once)])"
    return [whole, end]


def stages_beside(posed: Posed) -> list[str]:
    told = re.findall(r"(stage_\w+)\(self, text\) (.*)", posed["prompt"])
    alone = [f"def {name}(self, text):\n    return {STAGES[what]}\n" for name, what in told]
    whole, end = stages_in_one(posed)
    return ["".join(alone) + whole, end]


def a_line_in_the_plan(posed: Posed) -> list[str]:
    return [f"self.plan = '\\n{posed['motto']}'", f"self.finish({posed['expected']})"]


def lines_in_the_plan(posed: Posed) -> list[str]:
    line = f"self.plan = f'\\n{posed['word']} {{{posed['factor']} * len(self.response)}}'"
    return [*[line] * 4, f"self.finish({posed['factor']} * {len(line) + 14})"]


CHEATS: list[tuple[str, Lived, str]] = [
    ("checkpoint", in_one_answer, "was not defined anew in one answer and put back in another"),
    ("checkpoint", put_back_by_hand, r"was not put back with self.restore\(\)"),
    ("checkpoint", restored_from_something_else, "it gave '1'"),
    ("checkpoint", never_restored, "was not defined anew in one answer"),
    ("language", told_in_advance, "was said when execute_code did not add it"),
    ("language", taught_nothing, "was said when execute_code did not add it"),
    ("language", taught_one_sum, "the total was written down"),
    ("counter", counted_in_the_head, "execute_code is as it was"),
    ("counter", counted_by_hand, "it gave 0 answers after"),
    ("counter", counted_by_a_helper, "execute_code has not counted"),
    ("two_tools", only_one_tool, "there is no method strip_"),
    ("two_tools", a_tool_beside, "'instead'"),
    ("pipeline", stages_in_one, "there is no method stage_"),
    ("pipeline", stages_beside, "'instead'"),
    ("motto", a_line_in_the_plan, "it had not changed itself"),
    ("headline", lines_in_the_plan, "it had not changed itself"),
]
HONEST: list[tuple[str, Lived]] = [
    ("checkpoint", restored),
    ("checkpoint", restored_lambdas),
    ("language", taught),
    ("counter", counted),
]


@pytest.mark.parametrize(("task", "answers", "words"), CHEATS)
def test_what_is_expected_without_what_was_asked_does_not_count(
    wrong: Callable[[str, Lived], str], task: str, answers: Lived, words: str
) -> None:
    assert re.search(words, wrong(task, answers))


@pytest.mark.parametrize(("task", "answers"), HONEST)
def test_what_was_asked_counts_in_whatever_way_it_is_done(
    wrong: Callable[[str, Lived], str], task: str, answers: Lived
) -> None:
    assert wrong(task, answers) == ""


@pytest.mark.parametrize(
    ("task", "seed", "module"),
    [
        ("wildcards", 33, "def match(pattern, text): return False"),
        ("wildcards", 6, "def match(pattern, text): return pattern == text"),
        ("calculator", 6, "value = eval"),
    ],
)
def test_a_program_that_leaves_out_what_is_hard_does_not_count(
    examiner: Examiner, task: str, seed: int, module: str
) -> None:
    (asked,) = select(task)
    left = Left(result=module, files={}, definitions={}, born={}, steps=[])
    assert "it gave" in str(examiner.wrong(asked, examiner.pose(asked, seed), left))


def test_who_finishes_with_something_else_has_not_done_all(examiner: Examiner) -> None:
    (merge,) = select("merge_json")
    posed = examiner.pose(merge, 0)
    left = Left(
        result="done",
        files={"total.json": json.dumps(posed["total"])},
        definitions={},
        born={},
        steps=[],
    )
    assert "the result is 'done'" in str(examiner.wrong(merge, posed, left))
    assert examiner.wrong(merge, posed, replace(left, result="total.json")) is None
