"""A stranger's text is parsed in silence, and not at all where that would take too much."""

import ast
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.nesting import MAX_SOURCE, MAX_WORDS
from sandbox.parsing import parse, statements


def test_statements_are_those_of_the_text() -> None:
    found = statements("x = 1\nprint(x)")
    assert found is not None
    assert [type(each) for each in found] == [ast.Assign, ast.Expr]
    assert statements("") == []


@pytest.mark.parametrize(
    "source",
    [
        "x = = 1",
        "\x00",
        "'\ud800'",
        "(" * 100_000,
        "#" * (MAX_SOURCE + 1),
        "x\n" * MAX_WORDS,
        "x = f'" + "{x}" * 80_000 + "'",
    ],
    ids=["syntax", "NUL", "surrogate", "nesting", "characters", "words", "fields"],
)
def test_what_is_no_python_or_too_much_has_none(source: str) -> None:
    assert statements(source) is None


def test_doubtful_code_is_parsed_in_silence(recwarn: pytest.WarningsRecorder) -> None:
    assert statements("x = '\\d'") is not None
    assert not recwarn.list


class Rubbish:
    """A circle that lets other threads go on when it is collected."""

    def __init__(self) -> None:
        self.circle = self

    def __del__(self) -> None:
        time.sleep(0.002)


def test_threads_may_parse_at_once() -> None:
    text = "x = " + "[" * 20 + "1" + "]" * 20 + "\n"

    def parsed(_: int) -> int:
        Rubbish()  # it is collected while the tree is made
        return len(parse(text * 200).body)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(parsed, range(64))) == {200}
