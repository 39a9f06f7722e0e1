from hypothesis import given
from hypothesis import strategies as st

from autoagent.llm.framing.stops import GrowingText


def test_a_stop_text_ends_the_answer_across_pieces() -> None:
    shown: list[str] = []
    growing = GrowingText(stop="END", on_text=shown.append)
    assert [growing.add(piece) for piece in ("ab E", "N", "D cd")] == [False, False, True]
    assert growing.end() == "ab "
    assert "".join(shown) == "ab "


def test_a_stop_text_in_the_opening_does_not_count() -> None:
    growing = GrowingText(stop="```", on_text=None, opening="```python\n")
    assert not growing.add("x = 1\n")
    assert growing.add("```")
    assert growing.end("```") == "```python\nx = 1\n```"


@given(
    st.lists(st.text("ab", max_size=4)),
    st.text("ab", max_size=3),
)
def test_pieces_change_nothing(pieces: list[str], stop: str) -> None:
    shown: list[str] = []
    growing = GrowingText(stop=stop, on_text=shown.append)
    any(growing.add(piece) for piece in pieces)
    text = growing.end()
    assert "".join(shown) == text
    assert "".join(pieces).startswith(text)
    assert not stop or stop not in text
