import pytest

from rl.schedule import Schedule


def test_it_goes_in_equal_steps_and_stays() -> None:
    schedule = Schedule(1.0, 0.0, 5)
    assert [schedule.at(update) for update in range(1, 8)] == [1, 0.75, 0.5, 0.25, 0, 0, 0]
    assert [Schedule(0.3).at(update) for update in (1, 9)] == [0.3, 0.3]


@pytest.mark.parametrize("over", [1, 2])
def test_it_may_be_short(over: int) -> None:
    assert Schedule(1.0, 3.0, over).at(over) == 3.0
