"""Evaluations with a scripted model: what is counted, and what is no pass."""

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from autoagent.journal import Journal
from genetic.coder.config import Config
from genetic.coder.dataset import Pair
from genetic.coder.evaluation import Evaluation, Row
from genetic.coder.run import CoderRun
from genetic.coder.settings import CoderSettings
from tests.genetic.coder.test_coder import Scripted

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
PAIR = Pair(name="level_0/f", input="def f():\n", output="    return 1\n", tests="assert f() == 1")


def row(folder: Path, answer: str, *analyzers: str, pair: Pair = PAIR) -> Row:
    settings = CoderSettings(analyzers=analyzers, style="chat", max_iter=1)
    evaluation = Evaluation(
        Config(dataset="d", settings=settings), [pair], folder, llms=[Scripted([answer])]
    )
    with closing(evaluation._run):
        return evaluation.complete(pair, 0)


def test_who_ends_the_program_does_not_do_its_tests(tmp_path: Path) -> None:
    ended = row(tmp_path, "```python\n    return 2\n\nimport os\nos._exit(0)\n```", "tests")
    assert not ended["passing"]
    assert (ended["runs"], ended["tests"], ended["first_tests"]) == (True, False, False)


def test_ratings_are_paid_for(tmp_path: Path) -> None:
    rated = row(tmp_path, "```python\n    return 1\n```", "llm_score")
    assert (rated["calls"], rated["tokens_in"], rated["tokens_out"]) == (2, 6, 4)


def test_a_pair_that_was_another_is_not_taken_for_it(tmp_path: Path) -> None:
    row(tmp_path, "```python\n    return 1\n```")
    with pytest.raises(ValueError, match="level_0/f was another pair when .* was begun"):
        row(tmp_path, "", pair=replace(PAIR, tests="assert f() == 2"))


def test_what_is_taken_up_again_has_cost_as_much(db: Path) -> None:
    settings = CoderSettings(analyzers=("llm_score",), style="chat", max_iter=1)
    answers = ["```python\n    return 1\n```"]
    first = CoderRun(settings, journal=Journal(db), llms=[Scripted(answers)])
    done = first.complete(PAIR.input, "k")
    first._journal.close()
    silent = Scripted([])
    again = CoderRun(settings, journal=Journal(db), llms=[silent], run=first.run_id)
    assert replace(again.complete(PAIR.input, "k"), seconds=0) == replace(done, seconds=0)


def test_what_a_strangers_record_says_of_a_program_is_found_out_again(db: Path) -> None:
    settings = CoderSettings(analyzers=("tests",), style="chat", max_iter=1)
    wrong = Scripted(["```python\n    retrun 1\n```"])
    first = CoderRun(settings, journal=Journal(db), llms=[wrong])
    with closing(first), closing(first._journal):
        assert not first.complete(PAIR.input, "k").passing
    with closing(sqlite3.connect(db)) as tampered:
        ((data,),) = tampered.execute("SELECT data FROM events WHERE kind = 'analysis'")
        forged = data.replace('"passed": false', '"passed": true')
        assert forged != data
        tampered.execute("UPDATE events SET data = ? WHERE kind = 'analysis'", [forged])
        tampered.commit()
    again = CoderRun(settings, journal=Journal(db), llms=[Scripted([])], run=first.run_id)
    with closing(again):
        assert not again.complete(PAIR.input, "k").passing
