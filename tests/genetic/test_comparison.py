"""When two outputs count as the same."""

import pytest

from genetic.translate.comparison import comparison


@pytest.mark.parametrize(
    ("mode", "expected", "actual", "same"),
    [
        ("exact", b"a\n", b"a\n", True),
        ("exact", b"a\n", b"a", False),
        ("trailing-space", b"a \nb\n", b"a\nb \n\n", True),
        ("trailing-space", b"a\r\nb", b"a\nb", True),
        ("trailing-space", b"a  b", b"a b", False),
        ("trailing-space", b" a", b"a", False),
        ("numbers", b"x = 1.0\n", b"x = 1", True),
        ("numbers", b"0.30000000000000004", b"0.3", True),
        ("numbers", b"1000000000", b"1000000999", True),
        ("numbers", b"1000000000", b"1000001001", False),
        ("numbers", b"0.000001", b"0.000002", True),
        ("numbers=0", b"1.50 -2 .5", b"1.5 -2.0 0.5", True),
        ("numbers=0", b"1.50", b"1.51", False),
        ("numbers=0.01", b"1 2", b"1 2.015", True),
        ("numbers=0.01", b"1 2", b"1 2.03", False),
        ("numbers", b"1 2", b"1 2 3", False),
        ("numbers", b"1,2", b"1;2", False),
        ("numbers", b"1e3", b"1000", True),
        ("numbers", b"v1.2.3 x1", b"v1.2.4 x1", False),
        ("numbers", b"x1", b"x1.0", False),
        ("numbers", b"nan", b"0", False),
        ("numbers", b"1e999", b"1e999", True),
        ("numbers", b"1e999", b"-1e999", False),
        ("numbers", b"1" * 400, b"2" * 400, False),
        ("numbers", b"1" * 400, b"1" * 400, True),
        ("numbers", b"5", b"1e999", False),
        ("numbers", b"1" * 10**6 + b"x", b"1" * 10**6 + b"y", False),
        ("numbers", b"It is 5.", b"It is 5.0", True),
        ("numbers", b"\xff 1", b"\xff 1.0", True),
    ],
)
def test_modes(mode, expected, actual, same):
    assert comparison(mode).same(expected, actual) is same


@pytest.mark.parametrize("mode", [f"numbers={each}" for each in ("x", "-1", "1", "nan", "")])
def test_a_tolerance_is_a_small_number(mode):
    with pytest.raises(ValueError, match=f"{mode}: the tolerance must be a number from 0"):
        comparison(mode)


@pytest.mark.parametrize("mode", ["", "loose", "exact=1", "number"])
def test_an_unknown_mode_lists_those_that_are_known(mode):
    with pytest.raises(ValueError, match="known: exact, trailing-space, numbers"):
        comparison(mode)
