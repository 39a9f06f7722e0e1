"""What `autoagent evaluate` says to wrong input, before anything has lived."""

from pathlib import Path

import pytest

from tests.cli.inside import inside


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["edits:random", "nobody"], "unknown policy 'nobody'; use one of: random, smollm2"),
        (["edits:random", "edits:random"], "edits:random is given twice"),
        (["edits:random", "--episodes", "0"], "--episodes"),
        (["edits:random", "--hazards", "flood"], "unknown hazard 'flood'; known: none, hunger"),
        (["edits:random", "--difficulty", "-1"], "difficulty must be 0 or more"),
        (["edits:random", "--prompt", " "], "a --prompt says nothing"),
        (["edits:random", "--sandbox", "moat"], "unknown wall 'moat'"),
        (["edits:/nowhere"], "there is no /nowhere"),
        (["tiny", "--temperature", "0"], "temperature must be above 0"),
        (["tiny", "--max-tokens", "0"], "max_tokens is 0"),
    ],
)
def test_wrong_input_is_named_and_exits_with_2(arguments: list[str], words: str) -> None:
    told = inside("evaluate", *arguments)
    assert told.exit_code == 2
    assert words in told.output
    assert not [line for line in told.output.splitlines() if "survived" in line]


def test_a_folder_that_cannot_be_written_is_noticed_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for out, words in (("", "not an empty folder"), ("file/sub", "cannot be written")):
        told = inside("evaluate", "edits:random", "-o", tmp_path / out)
        assert told.exit_code == 2
        assert words in told.output
