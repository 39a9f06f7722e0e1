import time

import pytest
from markupsafe import Markup

from autoagent.view.scale import Scale
from autoagent.view.texts import code, cut, diff, shown


def test_what_cannot_be_seen_is_spelt_out() -> None:
    assert shown("a\x1b[2J\u202eb\u200b\U000e0041\ud800\t\n") == (
        "a\\x1b[2J\\u202eb\\u200b\\U000e0041\\ud800\t\n"
    )
    assert shown("é 漢 🦊") == "é 漢 🦊"
    assert shown(Markup("<b>")) == "<b>"
    assert shown(3) == 3


def test_programs_are_escaped_word_by_word() -> None:
    text = code("def f():\n    return '<script>' # \u202e\n")
    assert text.striptags() == "def f(): return '<script>' # \\u202e"
    assert "<script>" not in text
    assert '<b class="k">def</b>' in text
    assert code("<b>", "no such language") == "&lt;b&gt;"


@pytest.mark.parametrize(("language", "blank"), [("c", "\n"), ("python", "\n ")])
def test_a_program_that_is_all_but_empty_is_coloured_at_once(language: str, blank: str) -> None:
    text = "x" + blank * 9_000 + "<b>1"
    begun = time.process_time()
    shown_text = code(text, language)
    assert time.process_time() - begun < 1
    assert shown_text == f'x{blank * 9_000}&lt;b&gt;<b class="n">1</b>'


def test_a_diff_tells_what_is_new_and_what_is_gone() -> None:
    assert diff("@@ -1 +1 @@\n-<a>\n+b\n c") == (
        "<i>@@ -1 +1 @@</i>\n<del>-&lt;a&gt;</del>\n<ins>+b</ins>\n c"
    )


def test_long_texts_and_endless_lines_are_cut() -> None:
    assert cut("abc", 10) == "abc"
    assert cut("abcdef", 3) == "abc\n[…]"
    assert len(cut("x" * 10**7)) < 2_020


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3, 17), (5, 5), (0, 1e-9), (1e300, 1.7e308), (-1.7e308, 1.7e308)]
)
def test_a_scale_has_a_place_for_all_values_and_a_few_ticks(low: float, high: float) -> None:
    scale = Scale.over([low, high], 100, 0)
    assert all(0 <= scale(value) <= 100 for value in (low, high, low / 2 + high / 2, 0))
    assert scale(high) <= scale(low)
    assert 1 <= len(scale.ticks()) <= 8
