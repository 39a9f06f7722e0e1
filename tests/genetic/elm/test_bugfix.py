"""Functions with bugs, and how often one change repairs them."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from genetic.elm import open_domain
from genetic.elm.bugfix import PARITY, PROBLEMS, QUADRATIC, Problem, repaired
from genetic.elm.bugfix.looker import Looker
from genetic.elm.operators import Tokens


@pytest.fixture(scope="module", params=[PARITY, QUADRATIC], ids=lambda problem: problem.name)
def looker(request: pytest.FixtureRequest) -> Iterator[tuple[Problem, Looker]]:
    with closing(Looker(request.param, together=64)) as looker:
        yield request.param, looker


def test_each_bug_makes_a_function_wrong(looker: tuple[Problem, Looker]) -> None:
    problem, look = looker
    broken = [problem.broken(bugs) for bugs in range(1, len(problem.bugs) + 1)]
    assert len({problem.source, *broken}) == len(broken) + 1
    right, *wrong = look.right([problem.source, *broken])
    assert right == len(problem.inputs)
    assert all(each < right for each in wrong if isinstance(each, int))


def test_what_a_function_returns_is_not_believed(looker: tuple[Problem, Looker]) -> None:
    problem, look = looker
    head = problem.source.partition(":")[0]
    answers = [f"{head}: return {value}" for value in ("'1'", "1.0", "[1]", "10 ** 99", "None")]
    assert look.right(answers) == [0] * 5


def test_repairs_are_counted_alike_every_time(looker: tuple[Problem, Looker]) -> None:
    problem, look = looker
    found = repaired(problem, 1, Tokens(1, lines=0.0), look, samples=400, seed=3)
    assert found == repaired(problem, 1, Tokens(1, lines=0.0), look, samples=400, seed=3)
    assert 0 < found.repaired < found.valid < found.samples == 400
    assert found.distinct < 400
    low, high = found.estimate.low, found.estimate.high
    assert low is not None
    assert high is not None
    assert low < found.repaired / 400 < high


@pytest.mark.parametrize("bugs", [0, 6])
def test_bugs_that_there_are_not_are_refused(bugs: int) -> None:
    with pytest.raises(ValueError, match=f"parity has 1 to 5 bugs, not {bugs}"):
        PROBLEMS["parity"].broken(bugs)


def test_a_broken_function_is_a_domain() -> None:
    with closing(open_domain("parity:2", together=16)) as domain:
        broken, right, none = domain.judge([*domain.seeds.values(), PARITY.source, "x"])
    assert broken.measures[1] == 0
    assert (right.objective, right.measures[1]) == (1.0, 2)
    assert broken.objective < 1
    assert none.fault
    with pytest.raises(ValueError, match="'many' is no number of bugs"):
        open_domain("quadratic:many", together=1)
