import gzip
import json
from pathlib import Path

import pytest

from genetic.coder.dataset import cut_pairs, load_pairs, select, write_pairs
from genetic.coder.examples import running
from genetic.coder.human_eval import read_tasks
from genetic.coder.pair_file import parted

FILE = """def half(n: int) -> int:
    \"\"\"Return half of it.

    >>> half(4)
    2
    \"\"\"
    # completion
    return n // 2


# tests
assert half(6) == 3
"""
TASK = {
    "task_id": "HumanEval/7",
    "prompt": 'def half(n: int) -> int:\n    """Return half of it."""\n',
    "canonical_solution": "    return n // 2\n",
    "test": "def check(candidate):\n    assert candidate(6) == 3\n",
    "entry_point": "half",
}


def test_a_pair_may_be_one_file(tmp_path: Path) -> None:
    place = tmp_path / "level_0" / "pairs"
    place.mkdir(parents=True)
    (place / "half.py").write_text(FILE)
    (place / "half_missing.py").write_text("x = 1\n")
    (place / "latin.py").write_bytes("# é\n".encode("latin-1"))
    (pair,), faults = load_pairs(tmp_path)
    assert pair.name == "level_0/half"
    assert pair.input.endswith('    """\n')
    assert pair.output == "    return n // 2\n"
    assert pair.tests == "assert half(6) == 3\n"
    assert pair.examples == running(["Return half of it.\n\n    >>> half(4)\n    2\n    "])
    assert faults == [
        "level_0/half_missing: it must have one line '# completion', between its halves",
        "level_0/latin: latin.py is not UTF-8 (byte 2)",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# completion\nx = 1\n", "nothing before"),
        ("x = 1\n# completion\n\n# tests\n", "nothing behind"),
        ("x = 1\n# completion\ny\n# completion\n", "one line"),
    ],
)
def test_a_missing_half_is_named(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parted(text)


def test_pairs_are_written_as_they_are_read(tmp_path: Path) -> None:
    place = tmp_path / "one" / "level_2" / "pairs"
    place.mkdir(parents=True)
    (place / "half.py").write_text(FILE)
    pairs, _ = load_pairs(tmp_path / "one")
    write_pairs(tmp_path / "two", pairs)
    examples = (tmp_path / "two" / "level_2" / "pairs" / "half" / "examples.txt").read_text()
    assert examples == pairs[0].examples != ""
    assert load_pairs(tmp_path / "two") == (pairs, [])


def test_the_second_pair_of_a_name_is_named_and_left_out(tmp_path: Path) -> None:
    place = tmp_path / "level_0" / "pairs"
    for name in ("half", "a.py"):
        (place / name).mkdir(parents=True)
        (place / name / "input.txt").write_text("x = ")
        (place / name / "output.txt").write_text("1\n")
    (place / "half.py").write_text(FILE)
    pairs, faults = load_pairs(tmp_path)
    assert [pair.name for pair in pairs] == ["level_0/a.py", "level_0/half"]
    assert faults == ["level_0/half: half.py is the second pair of that name; rename it"]


def test_pairs_that_are_cut_have_names_of_their_own(tmp_path: Path) -> None:
    function = 'def f():\n    """Return one."""\n    return 1\n'
    pairs = cut_pairs([("own", function * 3)], 9, 0)
    assert [pair.name for pair in pairs] == ["level_0/own.f", "level_0/own.f.2", "level_0/own.f.3"]
    write_pairs(tmp_path, pairs)
    assert load_pairs(tmp_path) == (pairs, [])


def test_pairs_are_chosen_by_name(tmp_path: Path) -> None:
    pairs, _ = read_tasks(written(tmp_path, *(TASK | {"task_id": f"t{n}"} for n in range(3))))
    assert [pair.name for pair in select(pairs, "*t0, level_0/t2")] == ["level_0/t0", "level_0/t2"]
    with pytest.raises(ValueError, match="no pair is called 'x'"):
        select(pairs, "x")


def written(folder: Path, *tasks: dict[str, str]) -> Path:
    path = folder / "tasks.jsonl"
    path.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    return path


def test_tasks_like_those_of_human_eval_are_pairs(tmp_path: Path) -> None:
    (pair,), faults = read_tasks(written(tmp_path, TASK))
    assert faults == []
    assert pair.name == "level_0/HumanEval.7"
    assert (pair.input, pair.output) == (TASK["prompt"], TASK["canonical_solution"])
    assert pair.tests == f"{TASK['test']}\n\ncheck(half)\n"
    assert pair.examples == ""


def test_they_may_be_packed(tmp_path: Path) -> None:
    plain = written(tmp_path, TASK)
    packed = tmp_path / "tasks.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_tasks(packed) == read_tasks(plain)
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(ValueError, match="cut short"):
        read_tasks(packed)
    packed.write_bytes(b"text")
    with pytest.raises(ValueError, match="cannot be unpacked"):
        read_tasks(packed)


def test_a_line_that_is_no_task_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    halved, unnamed = {**TASK, "canonical_solution": ""}, {**TASK, "entry_point": "a b"}
    path = written(tmp_path, halved, unnamed, TASK)
    path.write_bytes(path.read_bytes() + b'\n"text"\n{\n\xff\n')
    pairs, faults = read_tasks(path)
    assert len(pairs) == 1
    assert [fault.partition(", ")[2] for fault in faults] == [
        "line 1: canonical_solution is missing, or no text",
        "line 2: entry_point 'a b' is no name",
        "line 5: it is no object",
        "line 6: it is no JSON",
        "line 7: it is not UTF-8 (byte 0)",
    ]
