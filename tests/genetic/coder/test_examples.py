"""Examples in docstrings as tests: those that were there, whatever was written behind them."""

import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from autoagent.analyzers import Tools
from genetic.coder.dataset import cut_pairs
from genetic.coder.examples import docstrings, examples_in, running

MEAN = '''def mean(numbers):
    """Return the mean.

    >>> mean([1, 2])
    1.5
    """
'''


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    if sys.platform != "linux":
        pytest.skip("the jail is made of Linux")
    with closing(Tools()) as tools:
        yield tools


@pytest.mark.parametrize(
    ("completion", "status"),
    [
        ("    return sum(numbers) / len(numbers)\n", "ok"),
        ("    return 7.0\n", "exit"),
        ("    return 7.0\n\n\ndef mean(numbers):\n    return 7.0\n", "exit"),
        ("    return 7.0\n\n\nmean.__doc__ = ''\n", "exit"),
        ("    return 7.0\n\n\n__name__ = 'other'\n", "exit"),
        (
            "    return sum(numbers) / 2\n\n\n"
            "def more():\n    '''Wrong.\n\n    >>> more()\n    1\n    '''\n",
            "ok",
        ),
    ],
)
def test_they_are_those_of_the_prefix(tools: Tools, completion: str, status: str) -> None:
    run = tools.test(MEAN + completion, examples_in(MEAN))
    assert run.status == status, run.stderr.decode()


def test_which_one_fails_is_told(tools: Tools) -> None:
    run = tools.test(f"{MEAN}    return 7.0\n", examples_in(MEAN))
    assert b"mean([1, 2])\nExpected:\n    1.5\nGot:\n    7.0" in run.stderr


def test_those_that_are_cut_out_are_the_hidden_tests() -> None:
    (pair,) = cut_pairs([("m", f"{MEAN}    return sum(numbers) / len(numbers)\n")], 1, 0)
    assert pair.tests == running(["Return the mean.\n\n>>> mean([1, 2])\n1.5"])


def test_docstrings_are_found_in_code_that_breaks_off() -> None:
    code = (
        '"""one"""\n# a\n\nclass A:\n\n    r"""two"""\n    x = ["three",\n\n    "four"]\n    y = ('
    )
    assert list(docstrings(code)) == ["one", "two"]
    assert list(docstrings('"""one"""\n"""two')) == ["one"]
    assert examples_in('x = ">>> 1"\n') == ""
    assert running([">>>wrong"]) == ""
