"""The table of micro-tasks, and what is drawn from it."""

from typing import Any

import numpy as np
import pytest

from env.microtasks import FAMILIES, Course, Family, Split, solution
from env.microtasks.families import LEVELS, families
from env.microtasks.microtask import Function, MicroTask, draw_task

EARLIER = "def rule_42(x):\n    return 3 * x if x % 2 == 0 else x - 5\n"


def earlier() -> tuple[str, Function]:
    return "rule_42", lambda x: 3 * x if x % 2 == 0 else x - 5


def drawn(family: Family, seed: int) -> MicroTask | None:
    return draw_task(family, np.random.default_rng(seed), earlier(), 0)


class Organism:
    """Knows the source of its function."""

    def source(self, name: str) -> str:
        return {"rule_42": EARLIER}[name]


def defined(code: str) -> dict[str, Any]:
    """Execute code as an organism does that has a function already."""
    names: dict[str, Any] = {"self": Organism(), "exec": lambda text: exec(text, names)}
    exec(EARLIER, names)
    exec(code, names)
    return names


def test_there_are_enough_of_each_level_and_some_are_held_out() -> None:
    assert len(FAMILIES) >= 60
    for level in LEVELS:
        training, test = families("training", level), families("test", level)
        assert len(training) > len(test) >= 6
        assert not {each.demand for each in training} & {each.demand for each in test}
        assert set(families("all", level)) == {*training, *test}
    for split in ("training", "test"):
        known = [each for each in FAMILIES if each.split == split]
        assert sum(each.is_opaque for each in known) >= 2
        assert sum(each.needs_earlier for each in known) >= 6
        assert sum(each.is_repair for each in known) >= 2


@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.demand[:60])
def test_what_the_solver_reads_does_what_is_expected(family: Family) -> None:
    tasks = [task for seed in range(12) if (task := drawn(family, seed)) is not None]
    assert tasks
    for task in tasks:
        code = solution(f"Write a function add_9(x) that returns x plus 9.\n\n{task.demand}")
        assert code is not None
        function = defined(code)[task.name]
        told = [f"{function(*arguments)!r:.200}" for arguments in task.inputs]
        assert tuple(told) == task.expected
        assert all(len(each) < 200 for each in task.expected)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.demand[:60])
def test_no_constant_solves_a_task(family: Family) -> None:
    for seed in range(12):
        task = drawn(family, seed)
        assert task is None or len(set(task.expected)) > 1


def test_what_a_constant_would_solve_is_no_task() -> None:
    even = ("rule_42", lambda x: 2 * x)
    remainder = next(each for each in FAMILIES if each.name == "remainder_{k}_{f}")
    found = [draw_task(remainder, np.random.default_rng(seed), even, 0) for seed in range(40)]
    assert None in found
    assert all(task is None or task.name != "remainder_2_rule_42" for task in found)


WRONG = {
    "above_{k}": ("x >= {k}", "x > 0", "x > {k} - 1"),
    "cap_{k}": ("x", "min(x, {k} + 1)"),
    "longer_than_{k}": ("len(text) >= {k}", "len(text) > {k} + 1"),
    "count_over_{k}": ("sum(y >= {k} for y in numbers)", "sum(y > 0 for y in numbers)"),
    "keep_under_{k}": ("[y for y in numbers if y <= {k}]", "numbers"),
    "words_over_{k}": ("[y for y in words if len(y) >= {k}]",),
    "vowels_plus_{k}": ("sum(y in 'aeio' for y in text) + {k}",),
    "sign_times_{k}": ("{k} if x > 0 else -{k}", "{k} if x >= 0 else -{k}"),
    "within_{k}": ("abs(a - b) <= {k}0", "a - b < {k}0", "abs(a - b) < {k}"),
    "bend_{i}": ("x + {k} if x >= {m} else {k} - x", "x + {k} if x > 0 else {k} - x"),
    "by_{f}": ("sorted(numbers)", "numbers"),
    "sooner_{f}": ("a < b", "rule_42(a) <= rule_42(b)"),
    "over_{k}_{f}": ("sum(y > {k} for y in numbers)",),
}
"""What is nearly right, by the name of the family: bounds that are off, or no bound at all, or no
use of the earlier function."""


@pytest.mark.parametrize("name", WRONG)
def test_what_is_nearly_right_is_wrong(name: str) -> None:
    [family] = [each for each in FAMILIES if each.name == name]
    for seed in range(60):
        task = drawn(family, seed)
        assert task is not None
        rng = np.random.default_rng(seed)
        numbers = {"k": int(rng.integers(2, 10)), "m": int(rng.integers(2, 10))}
        for wrong in WRONG[name]:
            names = dict([earlier()])
            function = eval(f"lambda {family.parameters}: {wrong.format(**numbers)}", names)
            told = tuple(f"{function(*arguments)!r:.200}" for arguments in task.inputs)
            assert told != task.expected


def test_inputs_do_not_begin_with_those_that_tell_most() -> None:
    """Nothing is known of a bound from where its inputs stand."""
    [family] = [each for each in FAMILIES if each.name == "above_{k}"]
    tasks = [task for seed in range(60) if (task := drawn(family, seed)) is not None]
    places = {place for task in tasks for place in range(8) if task.answer(*task.inputs[place])}
    assert places == set(range(8))


@pytest.mark.parametrize(
    ("name", "does"),
    [("by_{f}", lambda x: 3 * x + 1), ("sooner_{f}", lambda x: 3 * x + 1), ("{f}", abs)],
)
def test_what_asks_for_nothing_is_no_task(name: str, does: Function) -> None:
    """Sorting by a rising function is sorting, and without its sign a size is as it was."""
    for family in (each for each in FAMILIES if each.name == name):
        if not family.is_repair or "sign" in family.does or "-x" in family.does:
            found = [
                draw_task(family, np.random.default_rng(seed), ("rule_42", does), 0)
                for seed in range(20)
            ]
            assert found == [None] * 20


@pytest.mark.parametrize("split", ["training", "test"])
def test_no_repair_is_done_before_it_is_begun(split: Split) -> None:
    repairs = 0
    for seed in range(20):
        course, earlier = Course(split, seed), dict[str, Function]()
        for _ in range(40):
            task = course.pose()
            if task.family.is_repair:
                before = earlier[task.name]
                told = tuple(f"{before(*arguments)!r:.200}" for arguments in task.inputs)
                assert told != task.expected
                repairs += 1
            earlier[task.name] = task.answer
    assert repairs > 40


def test_a_query_without_a_task_has_no_solution() -> None:
    assert solution("Write small functions, each one new.") is None


@pytest.mark.parametrize("split", ["training", "test", "all"])
def test_a_course_goes_from_easy_to_hard_and_repeats_no_name(split: str) -> None:
    course = Course(split, seed=3)  # type: ignore[arg-type]
    tasks = [course.pose() for _ in range(300)]
    levels = [task.family.level for task in tasks]
    assert levels[:8] == [1] * 4 + [2] * 4
    assert set(levels[12:]) == {1, 2, 3}
    written = [task.name for task in tasks if not task.family.is_repair]
    assert len(set(written)) == len(written)
    posed: set[str] = set()
    for task in tasks:
        if task.family.needs_earlier:
            assert any(name in task.demand for name in posed)
        if task.family.is_repair:
            assert task.name in posed
        posed.add(task.name)
    if split != "all":
        assert {task.family.split for task in tasks} == {split}


def test_a_course_follows_from_its_seed() -> None:
    told = [[Course("all", seed).pose().demand for _ in range(1)] for seed in (1, 1, 2)]
    assert told[0] == told[1] != told[2]
