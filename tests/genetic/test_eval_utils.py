"""What objectives are made of: real jails, and a scripted model that rates."""

from __future__ import annotations

import runpy
import sys
import time
from pathlib import Path

import pytest

from autoagent.asker import Asker
from genetic.eval_utils import Rubric, score_line, script_run, script_variables
from sandbox.session import SandboxError
from tests.genetic.fakes import Model
from tests.walls import missing

EXAMPLES = Path(__file__).parents[2] / "examples" / "optimize"


def test_variables_of_a_script_come_out_as_data() -> None:
    script = "import os\na, b = 6 * 7, {'k': [1.5, None]}\nc = os.environ.get('PATH')"
    try:
        assert script_variables(script, ["a", "b", "c"]) == {
            "a": 42, "b": {"k": [1.5, None]}, "c": None,
        }  # fmt: skip
    except SandboxError as error:
        missing("process", error)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("a = object()", "not JSON serializable"),
        ("b = 1", "KeyError: 'a'"),
        ("while True: pass", "than 2 seconds"),
        ("a = 'x' * 30_000", "is no JSON; leave less"),
    ],
)
def test_a_script_that_leaves_nothing_is_named(script: str, message: str) -> None:
    try:
        with pytest.raises(ValueError, match=message):
            script_variables(script, ["a"], seconds=2 if "while" in script else 60)
    except SandboxError as error:
        missing("process", error)


def test_a_script_runs_as_a_process() -> None:
    try:
        run = script_run("print(input()[::-1])", b"abc")
        with pytest.raises(ValueError, match="SyntaxError"):
            script_run("def")
    except SandboxError as error:
        missing("process", error)
    assert (run.status, run.stdout) == ("ok", b"cba\n")


def test_a_rubric_is_an_objective() -> None:
    model = Model(lambda query, rng: "Short, and true.\n**Score: 7.5**")
    score, words = Rubric("It is short.", Asker([model]))("Yes.")
    assert (score, words) == (7.5, "Short, and true.\n**Score: 7.5**")
    assert "It is short." in model.queries[0]
    assert "Yes." in model.queries[0]


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("Score: 7", 7),
        ("Score: -7", -7),
        ("Score: \u22127", -7),
        ("Score -7.5", -7.5),
        ("Score - 7", 7),
        ("Score: 1,000", 1000),
        ("Score: 1e-3.", 0.001),
        ("Score: 7/10", 7),
        ("Score: 7 (scale: 10)", 7),
        ("Score (0-10): 7", 7),
        ("Score out of 10: 7", 7),
        ("**Final Score**: -2", -2),
        ("The final score is 7.", 7),
        ("Score: 3\nNo:\n> **Score:** **+8**\n", 8),
    ],
)
def test_a_score_is_read_as_it_stands(answer: str, score: float) -> None:
    assert score_line(answer) == score


@pytest.mark.parametrize(
    "answer",
    ["", "It scores high.", "Score: none", "Score: 7-8", "Score: 7,5", "Score: - 7", "Scores: 7"],
)
def test_an_answer_without_a_score_is_named(answer: str) -> None:
    with pytest.raises(ValueError, match="gave no score"):
        score_line(answer)


def test_a_long_answer_without_a_score_is_read_at_once() -> None:
    begun = time.process_time()
    with pytest.raises(ValueError, match="gave no score"):
        score_line("Score: 1" + ",000" * 50_000 + ",0")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("name", ["two_numbers", "code_golf", "paperclips"])
def test_examples_have_a_score_to_begin_with(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERCLIP_SECONDS", "0.1")
    names = runpy.run_path(str(EXAMPLES / f"{name}.py"))
    try:
        score, words = names["f"](names["x0"])
    except SandboxError as error:
        missing("process", error)
    assert isinstance(score, int | float)
    assert words


PEEKING = """
import sys
class Peeking:
    def fit(self, images, labels):
        return self
    def predict(self, examples):
        known = sys._getframe(1).f_globals
        raise ValueError({name: len(each) for name, each in known.items() if name.isupper()})
classifier = Peeking()
"""


def test_an_answer_has_no_labels_of_what_it_is_judged_by(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.setenv("AUTO_ML_SECRET", "0")
    names = runpy.run_path(str(EXAMPLES / "auto_ml.py"))
    monkeypatch.setenv("AUTO_ML_SECRET", "1")
    others = runpy.run_path(str(EXAMPLES / "auto_ml.py"))
    try:
        score, words = names["f"](names["x0"])
        told = names["final"](names["x0"])
        with pytest.raises(ValueError, match="{'FIRST': 900, 'LABELS': 900, 'SECOND': 900}"):
            names["f"](PEEKING)
    except SandboxError as error:
        missing("process", error)
    finally:
        names["evaluator"].close()
        others["evaluator"].close()
    assert words == f"{score:.1%} are right"
    assert told.startswith("held out: 8")
    assert f"{score:.1%}" not in told
    assert names["share"](others["labels"], names["labels"]) < 0.5  # who has no secret has no data


def test_the_classifier_of_two_numbers_begins_as_the_one_of_the_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("sklearn")
    pytest.importorskip("cmaes")
    monkeypatch.setenv("AUTO_ML_SECRET", "0")
    monkeypatch.syspath_prepend(str(EXAMPLES))
    names = runpy.run_path(str(EXAMPLES / "auto_ml_numbers.py"))
    whole = sys.modules.pop("auto_ml")
    try:
        assert names["f"](names["code"]([0.0, 0.0])) == names["f"](whole.x0)
    except SandboxError as error:
        missing("process", error)
    finally:
        whole.evaluator.close()
