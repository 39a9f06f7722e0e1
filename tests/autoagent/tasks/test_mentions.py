"""Names that code mentions and stores to."""

import pytest

from autoagent.tasks.mentions import mentioned, stored


@pytest.mark.parametrize(
    ("code", "all_of_them", "given_values"),
    [
        ("print(self.count)  # self.total = 1", ["count", "print", "self"], []),
        ("self.count += 1", ["count", "self"], ["count"]),
        ("def f(x):\n    y = x", ["f", "x", "y"], ["f", "y"]),
        ("import os.path\nfrom re import sub as s", ["os", "s"], ["os", "s"]),
        ("del self.count", ["count", "self"], ["count"]),
        ("print('count = 1')", ["print"], []),
        ("exec('count = n')", ["count", "exec", "n"], ["count", "n"]),
        ("setattr(self, 'count', 1)", ["count", "self", "setattr"], ["count"]),
        ("no python", [], []),
        ("(" * 100_000, [], []),
    ],
)
def test_names_are_found_where_code_has_them(
    code: str, all_of_them: list[str], given_values: list[str]
) -> None:
    assert mentioned(code) == all_of_them
    assert stored(code) == given_values
