"""Edits that models write: what is found though it is inexact, and what is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoagent.edits import Edit, EditError, apply, read

TEXT = "def f(x):\n    y = x\n    return y\n\n\ndef g(x):\n    return 2 * x\n"


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE"


@pytest.mark.parametrize(
    "answer",
    [
        block("    y = x", "    y = -x"),
        f"I change it.\n```python\n{block('    y = x', '    y = -x')}\n```\nDone.",
        block("    y = x   ", "    y = -x"),
        block("y = x", "y = -x"),
        block("        y = x", "        y = -x"),
        "<<<<< SEARCH\n    y = x\n=====\n    y = -x\n>>>>>",
        "--- a\n+++ b\n@@ -1,3 +1,3 @@\n def f(x):\n-    y = x\n+    y = -x\n     return y\n```",
        "@@ ... @@\n-    y = x\n+    y = -x\n",
        block("    y = x", "    y = -x").replace("\n", "\r\n"),
    ],
)
def test_an_edit_is_found_though_it_is_inexact(answer: str) -> None:
    assert apply(TEXT, read(answer)) == TEXT.replace("y = x", "y = -x")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("no edit", "there is no edit"),
        (block("z = 1", "z = 2"), "edit 1 applies nowhere"),
        (block("def", "fed") + "\n" + block("    y = x", "    y = 1"), "edit 1 applies nowhere"),
        (block("", "x"), "edit 1 has an empty SEARCH"),
        ("<<<<<<< SEARCH\nx", "the block around line 1 has no ======="),
        ("<<<<<<< SEARCH\nx\n=======\ny", "the block around line 3 has no >>>>>>> REPLACE"),
    ],
)
def test_what_does_not_apply_is_told(answer: str, told: str) -> None:
    with pytest.raises(EditError, match=told):
        apply(TEXT, read(answer))


def test_what_applies_twice_is_told_unless_a_line_says_where() -> None:
    text = "a\nb\na\n"
    with pytest.raises(EditError, match="edit 1 applies in 2 places"):
        apply(text, read(block("a", "c")))
    assert apply(text, read("@@ -3,1 +3,1 @@\n-a\n+c")) == "a\nb\nc\n"


def test_edits_follow_one_another() -> None:
    assert apply("a\n", [Edit(("a",), ("b",)), Edit(("b",), ("c", "d"))]) == "c\nd\n"


LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), min_size=1)


@settings(max_examples=30, deadline=None)
@given(LINES, LINES, st.data())
def test_lines_that_stand_once_are_replaced_and_no_others(
    lines: list[str], new: list[str], data: st.DataObject
) -> None:
    numbered = [f"{number} {line}" for number, line in enumerate(lines)]
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start + 1, len(lines)))
    edit = Edit(tuple(numbered[start:end]), tuple(new))
    expected = [*numbered[:start], *new, *numbered[end:]]
    assert apply("\n".join(numbered), [edit]) == "\n".join(expected)


@settings(max_examples=50, deadline=None)
@given(st.text(), st.text())
def test_no_answer_is_an_error_of_another_kind(text: str, answer: str) -> None:
    for each in (answer, block(answer, text), f"@@\n{answer}"):
        try:
            apply(text, read(each))
        except EditError as error:
            assert str(error)  # noqa: PT017
