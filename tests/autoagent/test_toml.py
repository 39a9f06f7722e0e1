"""TOML of strangers."""

import pytest

from autoagent import toml


def test_what_is_made_to_take_long_is_refused() -> None:
    assert toml.parsed("a.b = '1.5'\n[c]\nd = 2.5") == {"a": {"b": "1.5"}, "c": {"d": 2.5}}
    with pytest.raises(ValueError, match="line 2 has more than 250 dots"):
        toml.parsed("x = 1\na" + ".a" * 100_000 + " = 1")
    with pytest.raises(ValueError, match="nested too deeply"):
        toml.parsed("a = " + "[" * 100_000)
    with pytest.raises(ValueError, match="end of document"):
        toml.parsed("a =")
