import pytest

from autoagent.ui.words import counted, ended


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 steps"),
        (1, "1 step"),
        (1.0, "1 step"),
        (2_500_000, "2,500,000 steps"),
        (0.5, "0.5 steps"),
    ],
)
def test_one_thing_is_no_plural(count: float, told: str) -> None:
    assert counted(count, "steps") == told


def test_a_cause_is_told_once() -> None:
    assert ended("paused", "paused") == ended("paused", "") == "paused"
    assert ended("budget", "all is used") == "budget: all is used"
