import random

from hypothesis import given
from hypothesis import strategies as st

from genetic.text import cross_lines, mutate_characters

LINES = st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1))


@given(LINES, LINES, st.integers())
def test_each_line_comes_from_a_parent_to_the_end_of_the_longer(ours, theirs, seed):
    child = cross_lines("\n".join(ours), "\n".join(theirs), random.Random(seed)).splitlines()
    assert len(child) == max(len(ours), len(theirs))
    for number, line in enumerate(child):
        assert line in {*ours[number : number + 1], *theirs[number : number + 1]}


def test_the_bias_is_the_share_of_the_fitter():
    ours, theirs = "ours\n" * 2000, "theirs\n" * 2000

    def share(bias):
        lines = cross_lines(ours, theirs, random.Random(0), bias).splitlines()
        return lines.count("ours") / len(lines)

    assert share(1.0) == 1
    assert share(0.0) == 0
    assert 0.6 < share(0.65) < 0.7


@given(st.text(), st.integers())
def test_mutation_keeps_the_length_and_can_be_switched_off(text, seed):
    assert mutate_characters(text, random.Random(seed), 0.0) == text
    mutated = mutate_characters(text, random.Random(seed), 1.0)
    assert len(mutated) == len(text)
    assert mutated.isprintable()


def test_the_rate_is_the_share_of_characters_that_change():
    text = "\n" * 20_000
    changed = sum(c != "\n" for c in mutate_characters(text, random.Random(0), 0.005))
    assert 60 < changed < 150
