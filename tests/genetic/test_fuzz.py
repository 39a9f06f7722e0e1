"""Further inputs made of those that there are, and the source's word on them."""

import re
from itertools import islice

import pytest

from genetic.cli.programs import widely
from genetic.translate.fuzz import fuzzed
from genetic.translate.problem import Problem
from genetic.translate.shape import Shape
from genetic.translate.task import Task, observe
from genetic.translate.task import Test as Case
from genetic.translate.tasks import load_tasks
from genetic.translate.widen import TRIED_FIRST, Widened, candidates, widened
from sandbox.session import SandboxError
from tests.walls import missing

LISTS = [b"3\n1 2 3\n", b"2\n10 20\n", b"1\n7\n"]
ROWS = [b"2\na 1\nb 2\n", b"1\nc 3\n", b"3\na 1\na 2\nd 9\n"]


def made(inputs: list[bytes], count: int = 200, seed: int = 1) -> list[bytes]:
    return list(islice(fuzzed(inputs, seed), count))


def test_they_follow_from_the_seed_and_no_two_are_the_same():
    assert made(LISTS) == made(LISTS)
    assert made(LISTS) != made(LISTS, seed=2)
    assert len({*made(LISTS), *LISTS}) == 200 + len(LISTS)


def lines_of(data: bytes) -> list[str]:
    return data.decode().removesuffix("\n").split("\n")


def test_a_count_of_tokens_is_kept():
    for first, second in map(lines_of, made(LISTS)):
        assert int(first) == len(second.split())


def test_a_count_of_lines_is_kept():
    lined = [lines_of(data) for data in made(ROWS)]
    assert all(int(lines[0]) == len(lines) - 1 for lines in lined)
    assert {len(lines) for lines in lined} >= {2, 3, 4, 5}


@pytest.mark.parametrize(
    ("inputs", "usual"),
    [
        ([b"1 2 3\n", b"10 20\n"], r"\d+( \d+)*\n"),
        ([b"3,4\n1,2,3\n"], r"(\d+(,\d+)*\n)+"),
        ([b"12 18\n", b"7 5\n", b"9 9\n"], r"\d+ \d+\n"),
        ([b"a 1\nb -2\n", b"c 3\n"], r"([^\W\d]+ -?\d+\n)+"),
        ([b"7\n1 -2\n", b"8\n-3\n"], r"\d+\n(-?\d+( -?\d+)*\n)*"),
    ],
    ids=["blanks", "marks", "words of a line", "rows", "signs"],
)
def test_lines_go_on_as_lines_do(inputs, usual):
    found = [data.decode() for data in made(inputs)]
    assert len(found) > 100
    assert [text for text in found if not re.fullmatch(usual, text)] == []


def test_what_is_no_count_is_left_alone():
    shape = Shape.of([["5", "1 2"], ["2", "1 2"]])
    assert not shape.counts_tokens
    assert not shape.counts_lines
    assert shape.recounted(["7", "1 2 3"]) == ["7", "1 2 3"]


def test_what_was_given_is_of_its_own_shape():
    for inputs in (LISTS, ROWS):
        lined = [lines_of(data) for data in inputs]
        assert all(Shape.of(lined).holds(lines) for lines in lined)


def test_edges_of_numbers_are_among_them():
    assert {b"0", b"1", b"1001"} <= set(made([b"1000", b"5"]))


def test_text_stays_text_and_bytes_may_be_any():
    assert all(data.decode() for data in made(["né 1\n".encode(), b"two 22\n"]) if data)
    assert made([b"\xff\xfe 12\n", b"\x00 7"])


@pytest.mark.parametrize("task", load_tasks(), ids=lambda task: task.name)
def test_every_bundled_task_has_further_inputs(task):
    for seed in range(5):
        found = list(islice(candidates(task.inputs, seed, task.hidden), 200))
        assert found
        assert not set(found) & {*task.inputs, *task.hidden}


@pytest.mark.parametrize("given", [b"9" * 16, b"-" + b"8" * 4000, b"1" * 400 + b".5"])
def test_numbers_of_many_digits_stay_such(given):
    found = made([given + b"\n"])
    assert len(found) > 100
    assert all(re.fullmatch(rb"(-?\d+(\.\d+)?\n?)*", data) for data in found)


@pytest.mark.parametrize("inputs", [[b""], [b"\n"], [b"x" * 100_000], [b"=", b"=="], [b"\xc2\xb2"]])
def test_few_and_strange_inputs_come_to_an_end(inputs):
    assert len(made(inputs, 3000)) <= 3000


def task_of(source: str, *inputs: bytes) -> Task:
    try:
        return observe(source, "javascript", {str(n): data for n, data in enumerate(inputs)})
    except SandboxError as error:
        missing("process", error)


SUM = """
const numbers = require("fs").readFileSync(0, "utf8").trim().split(/\\s+/).map(Number);
if (numbers.length > 4) throw Error("too many");
console.log(numbers.reduce((a, b) => a + b, 0));
"""


def test_the_source_decides_and_what_it_fails_on_is_counted():
    task, unused, _ = widened(task_of(SUM, b"1 2\n", b"3 4 5\n"), 30, seed=1)
    assert len(task.further) == 30
    assert unused > 0
    for test in task.further:
        numbers = test.input.split()
        assert len(numbers) <= 4
        assert test.expected != b"NaN\n"
        assert float(test.expected) == pytest.approx(sum(map(float, numbers)))


FLAKY = """
const text = require("fs").readFileSync(0, "utf8");
console.log(text.length > 2 ? Math.random() : text.length);
"""


def test_what_prints_one_thing_and_then_another_is_not_used():
    task, unused, _ = widened(task_of(FLAKY, b"1\n", b"2\n"), 20, seed=1)
    assert unused > 0
    assert task.further
    assert all(len(test.input) <= 2 for test in task.further)


def test_hidden_inputs_are_none_of_them():
    (collatz,) = load_tasks("collatz")
    try:
        problem = Problem.of(collatz, stress=False)
    except SandboxError as error:
        missing("process", error)
    assert b"2\n" in {test.input for test in widened(problem.open, 8, seed=11).task.further}
    further = {test.input for test in problem.widened(8, seed=11).open.further}
    assert len(further) == 8
    assert not further & set(collatz.hidden)


def test_none_are_made_if_none_are_wanted():
    task = task_of(SUM, b"1 2\n")
    assert widened(task, 0, seed=1) == Widened(task)


def test_where_the_source_fails_on_nearly_all_few_are_tried() -> None:
    """So one that hangs does not cost a time limit for each input, whatever the machine."""
    only = "if (require('fs').readFileSync(0, 'utf8') !== '1 2\\n') throw 1; console.log(3);"
    assert widened(task_of(only, b"1 2\n"), 200, seed=1)[1:] == (TRIED_FIRST, False)


def test_it_is_known_if_time_ran_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genetic.translate.widen.LONGEST_SECONDS", 0.0)
    told: list[int] = []
    task, unused, hurried = widened(task_of(SUM, b"1 2\n"), 30, seed=1, made=told.append)
    assert (len(task.further) + unused, hurried) == (1, True)
    assert told == list(range(1, len(task.further) + 1))


def test_people_are_told_that_further_inputs_are_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object, **__: object) -> None:
        said.append(capsys.readouterr().err)
        raise KeyboardInterrupt

    said: list[str] = []
    monkeypatch.setattr("genetic.cli.programs.widened", stopped)
    with pytest.raises(KeyboardInterrupt):
        widely(Task(source="", language="javascript", tests=(Case("", b"1", b"1"),)), 30, seed=1)
    assert "making up to 30 further inputs of yours (--fuzz 0 makes none)" in said[0]
    assert "nothing was asked" in capsys.readouterr().err
