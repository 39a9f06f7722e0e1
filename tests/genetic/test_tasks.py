"""The bundled tasks: each source runs, and a C program does the same within the limits."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from genetic.translate.contest import held
from genetic.translate.problem import Problem
from genetic.translate.tasks import LEVELS, BundledTask, load_tasks
from sandbox.limits import Limits
from sandbox.programs import Language, open_source, open_target
from tests.sandbox.programs.conftest import compiled, opened

SOLUTIONS = Path(__file__).parent / "solutions"
TASKS = load_tasks()
NAMED = {"digits", "sort_numbers", "add_two", "json_pretty", "json_strings"}


@pytest.fixture(scope="module")
def c() -> Iterator[Language]:
    yield from opened(lambda: open_target("c", print))


@pytest.fixture(scope="module")
def javascript() -> Iterator[Language]:
    yield from opened(lambda: open_source("javascript"))


def test_there_are_tasks_of_every_level() -> None:
    levels = Counter(task.level for task in TASKS)
    assert set(levels) == set(LEVELS)
    assert min(levels.values()) >= 8
    assert {task.name for task in TASKS} >= NAMED


def test_the_order_is_by_level_and_then_by_name() -> None:
    assert sorted(TASKS, key=lambda task: (LEVELS.index(task.level), task.name)) == TASKS


def test_a_pattern_selects_by_name() -> None:
    assert [task.name for task in load_tasks("json_*")] == ["json_strings", "json_pretty"]
    assert [task.name for task in load_tasks("digits")] == ["digits"]


def test_a_wrong_pattern_names_the_known_tasks() -> None:
    with pytest.raises(ValueError, match=r"no task is named 'digit'; known are: add_two, .*digits"):
        load_tasks("digit")


def test_every_task_has_a_solution() -> None:
    assert {file.stem for file in SOLUTIONS.iterdir()} == {task.name for task in TASKS}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_inputs(task: BundledTask) -> None:
    inputs = [*task.inputs, *task.hidden]
    assert len(set(inputs)) == len(inputs) >= 8
    assert abs(len(task.inputs) - len(task.hidden)) <= 1
    assert 0 < len(task.stress) <= 100 << 10
    assert task.stress not in inputs
    assert "\n" not in task.title


def test_a_search_sees_the_open_half_and_the_hidden_one_decides(javascript: Language) -> None:
    (task,) = load_tasks("add_two")
    problem = Problem.of(task)
    assert tuple(test.input for test in problem.open.tests) == task.inputs
    assert tuple(test.input for test in problem.hidden.tests) == task.hidden
    assert problem.open.stress is not None
    assert problem.open.stress.input == task.stress
    assert problem.hidden.stress is None


def test_contests_measure_no_larger_input(javascript: Language) -> None:
    (problem,) = held(("add_two",))
    assert (problem.name, problem.open.stress) == ("add_two", None)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_c_does_what_the_source_does(task: BundledTask, javascript: Language, c: Language) -> None:
    inputs = [*task.inputs, *task.hidden, task.stress]
    *expected, again = compiled(javascript, task.source).run([*inputs, task.stress], Limits())
    outputs = [run.stdout for run in expected]
    assert {(run.status, run.stderr) for run in expected} == {("ok", b"")}
    assert all(outputs)
    assert again.stdout == outputs[-1]
    assert len(set(outputs[: len(task.inputs)])) >= 3
    assert len(set(outputs[len(task.inputs) : -1])) >= 3

    solution = (SOLUTIONS / f"{task.name}.c").read_text("utf-8")
    runs = compiled(c, solution).run(inputs, Limits())
    for data, run, output in zip(inputs, runs, outputs, strict=True):
        assert (run.status, run.stdout) == ("ok", output), data[:200]
