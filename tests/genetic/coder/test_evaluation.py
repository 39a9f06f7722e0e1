"""Evaluations with a scripted model: what is counted, and what is no pass."""

import sys
from contextlib import closing
from pathlib import Path

import pytest

from genetic.coder.config import Config
from genetic.coder.dataset import Pair
from genetic.coder.evaluation import Evaluation, Row
from genetic.coder.settings import CoderSettings
from tests.genetic.coder.test_coder import Scripted

PAIR = Pair(name="level_0/f", input="def f():\n", output="    return 1\n", tests="assert f() == 1")


def row(folder: Path, answer: str, *analyzers: str) -> Row:
    settings = CoderSettings(analyzers=analyzers, style="chat", max_iter=1)
    evaluation = Evaluation(
        Config(dataset="d", settings=settings), [PAIR], folder, llms=[Scripted([answer])]
    )
    with closing(evaluation._run):
        return evaluation.complete(PAIR, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_who_ends_the_program_does_not_do_its_tests(tmp_path: Path) -> None:
    ended = row(tmp_path, "```python\n    return 2\n\nimport os\nos._exit(0)\n```", "tests")
    assert not ended["passing"]
    assert (ended["runs"], ended["tests"], ended["first_tests"]) == (True, False, False)
