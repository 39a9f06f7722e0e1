import pytest

from autoagent.llm import PYTHON, Frame, code_frame


def test_python_is_asked_for_as_ever() -> None:
    assert (
        Frame(
            system=(
                "You write Python 3 code. Answer with one code block that starts with ```python "
                "and ends with ```. Write nothing else."
            ),
            opening="```python\n",
            closing="```",
        )
        == PYTHON
    )


def test_another_language_has_its_own_fence() -> None:
    frame = code_frame("C", "c")
    assert frame.system == (
        "You write C code. Answer with one code block that starts with ```c and ends with ```. "
        "Write nothing else."
    )
    assert (frame.opening, frame.closing, frame.grammar) == ("```c\n", "```", None)


@pytest.mark.parametrize("around", [{"opening": "a"}, {"closing": "b"}])
def test_a_grammar_holds_the_whole_answer(around: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a grammar holds the whole answer"):
        Frame(system="s", grammar="root ::= [a-z]", **around)
