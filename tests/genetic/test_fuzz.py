"""Further inputs made of those that there are, and the source's word on them."""

from itertools import islice

import pytest

from genetic.translate.fuzz import Grammar, fuzzed
from genetic.translate.task import Task, observe
from genetic.translate.widen import widened
from sandbox.session import SandboxError
from tests.walls import missing

LISTS = [b"3\n1 2 3\n", b"2\n10 20\n", b"1\n7\n"]
ROWS = [b"2\na 1\nb 2\n", b"1\nc 3\n", b"3\na 1\na 2\nd 9\n"]


def made(inputs: list[bytes], count: int = 200, seed: int = 1) -> list[bytes]:
    return list(islice(fuzzed(inputs, seed), count))


def test_they_follow_from_the_seed_and_no_two_are_the_same():
    assert made(LISTS) == made(LISTS)
    assert made(LISTS) != made(LISTS, seed=2)
    assert len({*made(LISTS), *LISTS}) == 200 + len(LISTS)


def test_a_count_of_tokens_is_mostly_kept():
    kept = [
        lines[0].isdigit() and int(lines[0]) == len(lines[1].split())
        for data in made(LISTS)
        if len(lines := data.decode().split("\n")) > 1
    ]
    assert sum(kept) > 0.75 * len(kept)
    assert not all(kept)


def test_a_count_of_lines_is_mostly_kept():
    lined = [data.decode().removesuffix("\n").split("\n") for data in made(ROWS)]
    kept = [lines[0].isdigit() and int(lines[0]) == len(lines) - 1 for lines in lined]
    assert sum(kept) > 0.75 * len(kept)
    assert {len(lines) for lines in lined} >= {1, 2, 3, 4, 5}


def test_what_is_no_count_is_left_alone():
    grammar = Grammar.of(["5\n1 2\n", "2\n1 2\n"])
    assert not grammar.counts_tokens
    assert not grammar.counts_lines


def test_edges_of_numbers_are_among_them():
    assert {b"0", b"1", b"1001"} <= set(made([b"1000", b"5"]))


def test_text_stays_text_and_bytes_may_be_any():
    assert all(data.decode() for data in made(["né 1\n".encode(), b"two 22\n"]) if data)
    assert made([b"\xff\xfe 12\n", b"\x00 7"])


@pytest.mark.parametrize("inputs", [[b""], [b"\n"], [b"x" * 100_000], [b"=", b"=="]])
def test_few_and_strange_inputs_come_to_an_end(inputs):
    assert len(made(inputs, 3000)) <= 3000


def task_of(source: str, *inputs: bytes) -> Task:
    try:
        return observe(source, "javascript", {str(n): data for n, data in enumerate(inputs)})
    except SandboxError as error:
        missing("process", error)


SUM = """
const numbers = require("fs").readFileSync(0, "utf8").trim().split(/\\s+/).map(Number);
if (numbers.length > 4) throw Error("too many");
console.log(numbers.reduce((a, b) => a + b, 0));
"""


def test_the_source_decides_and_what_it_fails_on_is_counted():
    task, unused = widened(task_of(SUM, b"1 2\n", b"3 4 5\n"), 30, seed=1)
    assert len(task.further) == 30
    assert unused > 0
    for test in task.further:
        numbers = test.input.split()
        assert len(numbers) <= 4
        assert test.expected != b"NaN\n"
        assert float(test.expected) == pytest.approx(sum(map(float, numbers)))


def test_none_are_made_if_none_are_wanted():
    task = task_of(SUM, b"1 2\n")
    assert widened(task, 0, seed=1) == (task, 0)
