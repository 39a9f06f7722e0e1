"""Who knows the best program so far, and whom it tells."""

from __future__ import annotations

from genetic.search.watcher import Best, Generation
from genetic.translate.candidate import Candidate
from tests.genetic.fakes import Heard, judge_of, lines

JUDGE = judge_of()
SOME, AS_MANY = lines(0, 1), lines(0, 1) + "\n"
"""Another program that does the same."""


def candidate(program: str) -> Candidate:
    return Candidate("0.0.0", 0, program, JUDGE.judge(program))


def complete(best: Candidate) -> Generation:
    return Generation(
        number=0,
        best=best,
        islands=(best,),
        births=1,
        judged=1,
        calls=1,
        asked=1,
        given_up=0,
        tokens=1,
        seconds=0.0,
        born=(best,),
    )


def test_only_what_is_better_is_preferred_and_told() -> None:
    heard = Heard()
    best = Best(heard)
    given = [candidate(program) for program in (lines(0), SOME, "!", AS_MANY)]
    for each in given:
        best.judged(each)
    assert heard.candidates == given
    assert heard.better_ones == given[:2]
    assert best.candidate is given[1]


def test_what_was_born_counts_though_something_else_was_faster() -> None:
    heard = Heard()
    best = Best(heard)
    fast, born = candidate(SOME), candidate(AS_MANY)
    best.judged(fast)
    best.generation(complete(born))
    assert heard.better_ones == [fast, born]
    assert best.candidate is born


def test_of_equal_ones_the_first_that_was_born_stays() -> None:
    heard = Heard()
    best = Best(heard)
    first, second = candidate(SOME), candidate(AS_MANY)
    best.generation(complete(first))
    best.generation(complete(second))
    assert best.candidate is first
    assert heard.better_ones == [first]


def test_what_is_known_from_before_is_kept_until_something_is_as_good() -> None:
    heard = Heard()
    known = candidate(SOME)
    best = Best(heard, known)
    worse, as_good = candidate(lines(0)), candidate(AS_MANY)
    best.judged(worse)
    best.generation(complete(worse))
    assert (best.candidate, heard.better_ones) == (known, [])
    best.generation(complete(as_good))
    assert (best.candidate, heard.better_ones) == (as_good, [as_good])
