from hypothesis import given
from hypothesis import strategies as st

from autoagent.llm.framing.frame import PROSE
from autoagent.llm.framing.prompt import MARKER, messages, shorten


def test_by_default_a_model_is_asked_for_python() -> None:
    system = (
        "You write Python 3 code. Answer with one code block that starts with ```python "
        "and ends with ```. Write nothing else."
    )
    assert messages("Count to ten.") == [
        {"role": "system", "content": system},
        {"role": "user", "content": "Count to ten."},
    ]


def test_another_frame_has_another_system_message() -> None:
    assert messages("Why?", PROSE) == [
        {"role": "system", "content": PROSE.system},
        {"role": "user", "content": "Why?"},
    ]


def test_a_text_that_fits_is_left_alone() -> None:
    text = "abc"
    assert shorten(text, 3, len) is text


def test_the_middle_is_cut_out() -> None:
    text = "a" * 500 + "b" * 500
    assert shorten(text, 100 + len(MARKER), len) == "a" * 50 + MARKER + "b" * 50


@given(st.text(max_size=300), st.integers(min_value=len(MARKER), max_value=200))
def test_what_is_left_fits(text: str, budget: int) -> None:
    short = shorten(text, budget, len)
    assert len(short) <= budget
    assert short == text or MARKER in short


def test_a_long_text_is_counted_in_part_only() -> None:
    counted: list[int] = []

    def count(text: str) -> int:
        counted.append(len(text))
        return len(text)

    shorten("x" * 10_000_000, 1000, count)
    assert max(counted) < 100_000
