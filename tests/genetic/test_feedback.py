"""What is told of a wrong output."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genetic.translate.feedback import outline, quote

STATUS = st.sampled_from(["ok", "trap", "fuel", "output", "hang"])
SECRET = st.text(string.ascii_uppercase + string.digits, min_size=9, max_size=400)
SECRETS = st.lists(SECRET, min_size=1, max_size=20).map("\n".join)


@given(SECRETS, SECRETS, SECRETS | st.just(""), STATUS)
def test_an_outline_quotes_no_line(given_text, expected, actual, status):
    told = outline(given_text, expected, actual, status)
    assert not any(
        line in told for line in f"{given_text}\n{expected}\n{actual}".split("\n") if line
    )


@given(st.text(), st.text(), st.text(), STATUS)
def test_there_is_something_to_say_of_any_texts(given_text, expected, actual, status):
    assert outline(given_text, expected, actual, status)
    told = quote(given_text, expected, actual, status)
    assert given_text in told
    assert expected in told
    assert actual in told


@pytest.mark.parametrize(
    ("expected", "actual", "said"),
    [
        ("a b\n", "a  b\n", "only its white space is wrong"),
        ("Abc\n", "aBC\n", "upper and lower case are mixed up"),
        ("abc\n", "cab\n", "it has the right characters in a wrong order"),
        ("abcde\n", "abc\n", "its last 2 characters are missing"),
        ("abc\n", "abcde\n", "it has 2 characters too many at its end"),
        ("abcd\n", "abxd\n", "some of its characters are wrong (75% is right)"),
        ("1\n2\n3\n", "1\n2\n", "prints 2 lines where 3 are expected"),
        ("1\n2\n3\n", "1\n9\n3\n", "Line 2 is the first that differs"),
        ("1\n", "1", "The output must end with a newline."),
        ("1", "1\n", "The output must not end with a newline."),
        ("1\n", "", "it prints nothing, but it should print something"),
    ],
)
def test_an_outline_says_what_differs(expected, actual, said):
    assert said in outline("?", expected, actual, "ok")


def test_how_a_program_ended_is_told_unless_it_ended_well():
    for describe in (outline, quote):
        assert "ended with: fuel" in describe("?", "1", "2", "fuel")
        assert "ended" not in describe("?", "1", "2", "ok")


def test_a_huge_output_is_told_of_at_once():
    assert outline("", "a" * 10**6, "b" * 10**6, "ok")
    assert outline("", "ab\n" * 10**6, "ba\n" * 10**6, "ok")
