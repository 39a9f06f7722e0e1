"""Programs that executors judge: the same comes of them wherever they are, and however many."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from functools import partial

import pytest

from autoagent.journal import Journal
from genetic.elm import ElitesRun, Judged
from genetic.elm.bugfix import open_quadratic
from genetic.elm.judging import Pool, judged, share_of, side_by_side
from genetic.executors import open_executor
from tests.genetic.elm.conftest import OpeningSums, Sums, plan


@pytest.mark.parametrize(("executor", "workers"), [("local", 1), ("local", 3), ("process", 2)])
def test_an_archive_does_not_depend_on_where_programs_are_judged(
    journal: Journal, executor: str, workers: int
) -> None:
    alone = ElitesRun(plan(), Sums(), journal=journal)
    alone.run(lambda batch: None)
    with closing(open_executor(executor, workers)) as opened:
        judge = side_by_side(opened, partial(judged, opening=OpeningSums()), 3)
        search = ElitesRun(plan(), Sums(), journal=journal, judge=judge)
        search.run(lambda batch: None)
    assert search.archive.elites == alone.archive.elites


def test_programs_are_judged_in_parts_that_share_a_guest_and_in_their_order() -> None:
    parts: list[int] = []

    def judge(programs: Sequence[str]) -> list[Judged]:
        parts.append(len(programs))
        return [Judged(fault=each) for each in programs]

    names = [str(number) for number in range(10)]
    with closing(open_executor("local", 4)) as executor:
        found = side_by_side(executor, judge, 4)(names)
    assert [each.fault for each in found] == names
    assert sorted(parts) == [2, 4, 4]


def test_each_thread_has_a_domain_of_its_own() -> None:
    used: list[int] = []
    all_there = threading.Barrier(2, timeout=30)

    class Waiting(Sums):
        def judge(self, programs: Sequence[str]) -> list[Judged]:
            used.append(id(self))
            all_there.wait()
            return super().judge(programs)

    class Opening:
        def open(self) -> Sums:
            return Waiting()

    first = Waiting()
    with (
        closing(Pool(Opening(), first)) as pool,
        closing(open_executor("local", 2)) as executor,
    ):
        side_by_side(executor, pool.judge, 1)(["total = 1\n"] * 4)
    assert len(used) == 4
    assert len(set(used)) == 2
    assert id(first) in used


def test_a_domain_says_how_many_share_a_guest() -> None:
    with closing(open_quadratic(None, 5)) as domain:
        assert share_of(domain, 64) == 5
    assert share_of(Sums(), 64) == 64
