"""Tasks of a benchmark from files."""

import json
from pathlib import Path

import pytest

from genetic.bench.given import forged, mixed, own

EXAMPLES = Path(__file__).parents[2] / "examples" / "translate"
PAIR = {"kind": "translation", "level": 2, "number": 7, "source": "s", "inputs": ["1", "2", "3"]}


def pairs(path: Path, *found: object) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in found))
    return path


def test_each_forged_pair_is_a_task_whose_second_half_is_hidden(tmp_path: Path) -> None:
    (task,) = forged(pairs(tmp_path / "p.jsonl", PAIR, PAIR | {"kind": "mend"}))
    assert (task.name, task.level, task.source) == ("forged-2-7", "generated 2", "s")
    assert (task.inputs, task.hidden, task.stress) == ((b"1", b"2"), (b"3",), None)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "holds no pairs"),
        ([PAIR | {"kind": "mend"}], "holds no pairs"),
        ([[1]], "line 1 of .* is no pair"),
        ([PAIR, PAIR | {"level": "x"}], "line 2 of .* is no pair"),
        ([PAIR | {"inputs": ["1"]}], "line 1 of .* has 1 inputs for forged-2-7"),
        ([PAIR, PAIR | {"inputs": ["1", "\ud800"]}], "line 2 of .* half of a character"),
        ([PAIR, PAIR | {"source": "\ud800"}], "line 2 of .* half of a character"),
    ],
)
def test_a_file_that_holds_something_else_is_refused(
    tmp_path: Path, found: list[object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        forged(pairs(tmp_path / "p.jsonl", *found))


def test_programs_of_ones_own_are_found_with_their_inputs(tmp_path: Path) -> None:
    tasks = {task.name: task for task in own(EXAMPLES)}
    assert set(tasks) == {"factorials", "gcd", "minmax", "parity", "sum", "vowels"}
    gcd = tasks["gcd"]
    given = [(EXAMPLES / "gcd" / f"{n}.txt").read_bytes() for n in range(1, 5)]
    assert [*gcd.inputs, *gcd.hidden] == given
    assert (len(gcd.inputs), gcd.level) == (2, "given")
    with pytest.raises(ValueError, match="holds no programs"):
        own(tmp_path)
    (tmp_path / "a.js").write_text("1")
    with pytest.raises(ValueError, match="has 0 inputs for a"):
        own(tmp_path)


@pytest.mark.parametrize("place", ["a.js", "a/2"])
def test_what_leads_out_of_a_folder_is_shown_to_nobody(tmp_path: Path, place: str) -> None:
    home = tmp_path / "home"
    (home / "a").mkdir(parents=True)
    (tmp_path / "secret").write_text("my key")
    for name in ("a.js", "a/1", "a/2", "a/.hidden"):
        (home / name).write_text(name)
    (task,) = own(home)
    assert [*task.inputs, *task.hidden] == [b"a/1", b"a/2"]
    (home / place).unlink()
    (home / place).symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match=f"{place} is a link that leads out of its folder"):
        own(home)


def test_kinds_of_tasks_take_turns(tmp_path: Path) -> None:
    first, second = (
        forged(pairs(tmp_path / "p.jsonl", *(PAIR | {"number": n} for n in numbers)))
        for numbers in ((1, 2, 3), (8, 9))
    )
    assert [task.name[-1] for task in mixed([first, second])] == ["1", "8", "2", "9", "3"]
    with pytest.raises(ValueError, match="two tasks are called forged-2-1"):
        mixed([first, first])
