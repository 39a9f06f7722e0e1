"""Code that keeps the value of its last statement."""

import pytest

from autoagent.showing import showing


@pytest.mark.parametrize(
    ("code", "shown", "name"),
    [
        ("x = 1\nx", "x = 1\n_ = x", "_"),
        ("x = 1\r2", "x = 1\n_ = 2", "_"),
        ("x = 1\r\ny = 2\r3\r", "x = 1\ny = 2\n_ = 3\n", "_"),
        ("é = 1; é", "é = 1; _ = é", "_"),
        ("x = 3", "x = 3", "x"),
        ("x, y = 3, 4", "x, y = 3, 4", ""),
        ("x = = 1", "x = = 1", ""),
        ("", "", ""),
    ],
)
def test_the_last_value_is_stored_under_a_name(code: str, shown: str, name: str) -> None:
    assert showing(code) == (shown, name)
