"""Lists of numbers as models write them."""

from __future__ import annotations

import json

import pytest

from autoagent.llm.llamacpp.model import LlamaCpp
from genetic.listed import grammar, length
from genetic.optimize import FRAME, HistoryProposer
from genetic.search.room import Room


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[3, 4]", 2), ("[-1.5e-3]", 1), ("[]", 0), ("3", 0), ("[3, [4]]", 0), ("[true, 1]", 0),
        ("[1, 2", 0), ("weights: [1, 2]", 0), ("[" * 10_000, 0),
    ],
)  # fmt: skip
def test_only_a_list_of_numbers_has_a_length(text: str, numbers: int) -> None:
    assert length(text) == numbers


@pytest.mark.parametrize("size", [0, 101])
def test_what_is_no_list_or_a_long_one_is_held_to_nothing(size: int) -> None:
    assert grammar(size) is None
    assert HistoryProposer("t", "q", Room(300), size).frame == FRAME


def test_the_embedded_model_writes_as_many_numbers_as_there_were(smollm2: LlamaCpp) -> None:
    proposer = HistoryProposer("Make x small.", "Next?", Room(1000), 3)
    query = "Make x small.\n\nx:\n```\n[3, 4, 5]\n```\nscore: -50\n\nWhat is the next x to try?"
    for seed in range(4):
        said = smollm2.complete(
            query, seed=seed, temperature=0.7, max_tokens=200, frame=proposer.frame
        ).text
        block = said[said.index("```json\n") :].removeprefix("```json\n").removesuffix("\n```")
        assert len(json.loads(block)) == 3
