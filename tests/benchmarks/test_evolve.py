"""Candidates per second: the program that measures them, on a short search."""

import sys

import pytest

from benchmarks import evolve


@pytest.mark.slow
def test_a_search_is_the_same_twice_and_after_it_was_killed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["evolve", "--calls", "8", "--seeds", "2"])
    evolve.main()
    *_, head, _, ours = capsys.readouterr().out.splitlines()
    told = dict(
        zip(*([each.strip() for each in line.split("|")] for line in (head, ours)), strict=True)
    )
    assert (told["same twice"], told["same resumed"]) == ("2 of 2", "2 of 2")
    least, most = map(int, told["asked"].split(" to "))
    assert 8 <= least <= most <= 10, "two were on their way"
