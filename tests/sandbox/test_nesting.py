"""Nesting is guessed from the text, never too little, and in one pass."""

import pytest

from sandbox.nesting import MAX_BRACKETS, too_deep

DEEP = "(" * 150 + "1" + ")" * 150


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f"x = {DEEP}", 1),
        (f"\n\nx = {DEEP}", 3),
        (f'x = f"{{{DEEP}}}"', 1),
        (f"y = 1\nx = rf'''\n{{{DEEP}}}'''", 2),
        ("-" * 400 + "1", 1),
        ('x = "' + DEEP, None),
        (f'x = "{DEEP}"', None),
        (f"# {DEEP}", None),
        ("x = " + "(" * MAX_BRACKETS + ")" * MAX_BRACKETS, None),
        ("f'{{{x}}}'", None),
    ],
)
def test_brackets_count_where_they_are_code(source: str, line: int | None) -> None:
    assert too_deep(source) == line


@pytest.mark.parametrize("unit", ['"a\\', "'''", '"""a', "f'", 'rf"""', '"', 'a"\\\n', "\\"])
def test_strings_without_end_are_read_once(unit: str) -> None:
    """Read again from each quote, some of these would take an hour."""
    assert too_deep(unit * 50_000) is None
