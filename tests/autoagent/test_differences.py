"""What is new in a text: as difflib tells it, or all of it where that would take for ever."""

from __future__ import annotations

import time

import pytest

from autoagent.differences import difference


def test_what_is_new_is_told_line_by_line() -> None:
    assert difference("a\nb\nc\n", "a\nx\nc\n") == "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c"
    assert difference("a", "a") == ""


def test_a_change_in_a_long_text_is_told_by_its_lines() -> None:
    lines = [f"line {n}" for n in range(100_000)]
    told = difference("\n".join(lines), "\n".join([*lines[:-10], "new", *lines[-9:]]))
    assert "-line 99990\n+new\n line 99991" in told
    assert len(told.splitlines()) == 9


def test_a_long_beginning_in_common_makes_no_text_hard_to_compare() -> None:
    """By it, difflib takes no line below for one of many."""
    same = "\n".join("a" * 50_000)
    before, after = (
        "\n".join([same, *(line for n in range(400) for line in ("x", f"{own}{n}"))])
        for own in "ab"
    )
    assert difference(before, after).startswith("@@ -1,50800 +1,50800 @@")


@pytest.mark.parametrize("kinds", [20_000, 110])
def test_texts_made_to_be_hard_to_compare_are_told_whole_at_once(kinds: int) -> None:
    """Every second line is in both, and nothing else is."""
    before, after = (
        "\n".join(line for n in range(20_000) for line in (f"x{n % kinds}", f"{own}{n}"))
        for own in "ab"
    )
    begun = time.process_time()
    told = difference(before, after).splitlines()
    assert time.process_time() - begun < 5
    assert told[0] == "@@ -1,40000 +1,40000 @@"
    assert told[1:40_001] == [f"-{line}" for line in before.splitlines()]
    assert told[40_001:] == [f"+{line}" for line in after.splitlines()]
