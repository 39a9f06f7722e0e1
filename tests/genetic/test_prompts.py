"""Templates: what may be in them, and how they are filled in."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoagent.llm import code_frame
from genetic.search.text import MARKER, cut
from genetic.translate.prompts import FOOTER, KNOWN, LONGEST_TEMPLATE, Prompts

NAMES = [field.name for field in fields(Prompts)]
VALUES = {name: f"<{name}>" for name in KNOWN}


@given(
    st.dictionaries(st.sampled_from(KNOWN), st.text()),
    st.sampled_from(NAMES),
    st.integers(min_value=0, max_value=2**40),
)
def test_any_values_fill_any_template_and_fit(values, name, room):
    assert len(Prompts().fill(name, values, room)) <= room + len(MARKER)


@given(st.text(max_size=300), st.integers(0, 400))
def test_a_cut_text_keeps_both_ends(text, limit):
    short = cut(text, limit)
    assert short == text if len(text) <= limit else len(short) == limit + len(MARKER)
    tail = limit // 2
    assert short.startswith(text[: limit - tail])
    assert not tail or short.endswith(text[-tail:])


def test_what_is_filled_in_is_not_a_template():
    filled = Prompts().fill("mend_output", VALUES | {"feedback": "$source $$ ${program"}, 9999)
    assert "$source $$ ${program" in filled


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_open(name):
    filled = Prompts().fill(name, VALUES, 9999)
    assert "$" not in filled
    assert not {"translate", "mend_output"} & {name} or "<source>" in filled


def test_every_request_for_a_program_ends_with_the_footer():
    for name in NAMES:
        if name.startswith(("translate", "mend")):
            assert Prompts().fill(name, {}, 9999).endswith(FOOTER)
            assert Prompts(footer="Be quick.").fill(name, {}, 9999).endswith("Be quick.")


def test_outputs_are_cut_until_the_prompt_fits_and_programs_are_not():
    values = VALUES | {"program": "p" * 2000, "feedback": "f" * 50_000}
    lengths = [len(Prompts().fill("mend_output", values, room)) for room in (60_000, 4000, 2600)]
    assert sorted(lengths, reverse=True) == lengths
    assert lengths[1] <= 4000
    assert lengths[2] <= 2600
    assert "p" * 2000 in Prompts().fill("mend_output", values, 2600)
    # What is too long even so is cut as a whole: no prompt is beyond all bounds.
    assert len(Prompts().fill("mend_output", values, 500)) < 600


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"translate": "costs 5 $"}, "prompt translate has a \\$ without a name; write \\$\\$"),
        ({"explain": "$secret"}, "prompt explain asks for \\$secret; known are: \\$from_language"),
        ({"footer": "x" * (LONGEST_TEMPLATE + 1)}, f"prompt footer .* at most {LONGEST_TEMPLATE}"),
        ({"mend": "x"}, "no prompt is called 'mend'; known: translate, mend_errors"),
        ({"mend_mixed": 3}, "prompt mend_mixed must be a text"),
    ],
)
def test_a_wrong_template_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        Prompts.of(given)


def test_templates_may_be_exchanged_one_by_one():
    prompts = Prompts.of({"translate": "Do $source for $$5"})
    assert prompts.fill("translate", {"source": "it"}, 99) == "Do it for $5"
    assert prompts.explain == Prompts().explain


def test_prompts_may_say_what_stands_around_a_question() -> None:
    usual = code_frame("C", "c")
    assert Prompts().frame("C", "c") == usual
    own = Prompts(system="Translate.", opening="#include <stdio.h>\n").frame("C", "c")
    assert own.system == "Translate."
    assert own.opening == "```c\n#include <stdio.h>\n"
    assert own.closing == usual.closing
