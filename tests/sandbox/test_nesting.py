"""Nesting is guessed from the text, never too little, and in one pass."""

import pytest

from sandbox.nesting import MAX_BRACKETS, MAX_FIELDS, MAX_WORDS, too_deep, too_much

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


FIELDS = "{x}" * 80_000


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        (f"x = f'{FIELDS}'", "words"),
        (f"f'''{FIELDS}'''", "words"),
        ("x = f'" + "{x}" * (MAX_FIELDS + 1) + "'", "fields"),
        ("x = f'" + "{x}" * MAX_FIELDS + "'", None),
        ("f'" + "{x:{y}}" * MAX_FIELDS + "'", "fields"),
        ("x = f'{" + "-" * 400 + "1}'", "nesting"),
        ("print(f'{a}, ' + b + f'- not so: {c} -')\n" * 300, None),
        ("x;" * MAX_WORDS, None),
        ("x;" * (MAX_WORDS + 1), "words"),
        ("x\n" * MAX_WORDS, "words"),
        ("'" + "a b " * MAX_WORDS + "'", None),
    ],
)
def test_what_a_parser_would_take_long_for_is_counted(source: str, bound: str | None) -> None:
    found = too_much(source)
    assert (found and found[0]) == bound


def test_any_length_may_be_looked_at_for_nesting() -> None:
    assert too_deep("[" + "1, " * MAX_WORDS + "]") is None
