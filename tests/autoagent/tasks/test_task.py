"""Which tasks there are, and what is no task."""

from collections import Counter

import pytest

from autoagent.tasks.examiner import Examiner
from autoagent.tasks.task import KINDS, LEVELS, bundled, read, select


def test_there_are_tasks_of_each_kind_and_level() -> None:
    tasks = bundled()
    assert len(tasks) >= 40
    assert len({task.name for task in tasks}) == len(tasks)
    kinds = Counter(task.kind for task in tasks)
    assert min(kinds[kind] for kind in KINDS) >= 10
    levels = Counter((task.kind, task.level) for task in tasks)
    assert min(levels[kind, level] for kind in KINDS for level in LEVELS) >= 2
    assert all(task.title for task in tasks)


def test_each_is_posed_anew_for_each_seed_and_alike_for_the_same(examiner: Examiner) -> None:
    for task in bundled():
        one, other = examiner.pose(task, 1), examiner.pose(task, 2)
        assert one == examiner.pose(task, 1), task.name
        assert {**one, "prompt": ""} != {**other, "prompt": ""}, task.name
        assert "self.finish" in one["prompt"] or "inish with" in one["prompt"], task.name


def test_tasks_are_chosen_by_name_kind_and_level() -> None:
    assert [task.name for task in select("roman, digit_*")] == ["digit_sum", "roman"]
    assert {task.kind for task in select("program")} == {"program"}
    assert {task.level for task in select("hard")} == {"hard"}
    with pytest.raises(ValueError, match="no task is named 'nothing'; known: compute"):
        select("nothing")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("LEVEL = 'easy", "is no Python"),
        ("LEVEL = 'absurd'", "LEVEL of the task t is 'absurd'; give easy, medium, hard"),
        ("x = 1", "LEVEL of the task t is None"),
    ],
)
def test_what_is_no_task_is_refused(source: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read("t", "program", source)
