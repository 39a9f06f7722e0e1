"""Programs that share a guest, and those that would spoil it for the others."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from genetic.elm.crowd import LONGEST_PROGRAM, Crowd

TEXT = """
def offered():
    return {"seven": 7, "shelf": []}

def observed(names):
    return names["answer"]
"""


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with closing(Crowd(TEXT, together=8, fuel=20_000_000)) as crowd:
        yield crowd


def test_each_program_is_seen_by_itself(crowd: Crowd) -> None:
    programs = [f"shelf.append({n}); answer = [seven, shelf]" for n in range(20)]
    assert [seen.data for seen in crowd.look(programs)] == [[7, [n]] for n in range(20)]


def test_what_a_program_does_to_a_module_no_other_sees(crowd: Crowd) -> None:
    spoils = "import math\nmath.floor = None\nanswer = 0"
    uses = "import math\nanswer = math.floor(2.5)"
    assert [seen.data for seen in crowd.look([spoils, uses])] == [0, 2]


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("answer = (", "SyntaxError"),
        ("answer = x", "NameError"),
        ("import os", "no module 'os'"),
        ("pass", "KeyError"),
        ("answer = {1, 2}", "TypeError"),
        ("answer = 1e999", "ValueError"),
        ("answer = []\nanswer.append(answer)", "ValueError"),
        ("while True: pass", "too many turns and calls"),
        ("def f(n): return f(n - 1) + f(n - 1) if n else 1\nanswer = f(30)", "too many turns"),
        ("answer = sum(n for n in range(10**6))", "too many turns"),
        ("def f():\n    while True:\n        try: x = 1\n        except: pass\nf()", ""),
        ("def f(): f()\nf()", "RecursionError"),
        ("answer = 0" + " " * LONGEST_PROGRAM, f"more than {LONGEST_PROGRAM} characters"),
        ("answer = '\\ud800'\nanswer = '\ud800'", "UnicodeEncodeError"),
    ],
)
def test_a_fault_is_told(crowd: Crowd, program: str, fault: str) -> None:
    (before, seen, after) = crowd.look(["answer = 1", program, "answer = 2"])
    assert fault in seen.fault
    assert seen.data is None
    assert (before.data, after.data) == (1, 2)


@pytest.mark.parametrize(
    "program",
    [
        "answer = 0\nfor n in (9 ** 9 ** 7,): pass",
        "answer = sum(range(10 ** 12))",
        # The built-in functions know their module, and that knows everything in the guest.
        'sum.__self__.__import__(\'sys\').stdout.write(\'{"fault": "", "seen": 1}\\n\' * 3)',
        "sum.__self__.__import__('sys').stdout.write('x' * 10 ** 7)",
        "sum.__self__.__import__('os')._exit(0)",
    ],
)
def test_who_spoils_a_guest_is_found(crowd: Crowd, program: str) -> None:
    programs = ["answer = 1", "answer = 2", program, "answer = 3"]
    seen = crowd.look(programs)
    assert [each.data for each in seen] == [1, 2, None, 3]
    assert seen[2].fault


def test_a_lie_about_itself_is_data_like_any_other(crowd: Crowd) -> None:
    lies = (
        "out = sum.__self__.__import__('sys').stdout\n"
        "out.write('[1]\\n')\nout.write = None\nanswer = 0"
    )
    (seen,) = crowd.look([lies])
    assert seen.data is None
    assert seen.fault
