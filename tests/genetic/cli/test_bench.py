"""`autoagent bench translation` through the real command line, and Inspect's own runner."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from autoagent.files import claimed
from autoagent.journal import Journal
from genetic.translate.plan import Plan
from genetic.translate.tasks import load_tasks
from tests.autoagent.cli.inside import inside
from tests.commands import autoagent, lines, refused
from tests.genetic.cli.conftest import Talker
from tests.genetic.cli.test_translate import NO_NEWLINE, RIGHT, competent

SOLUTION = Path(__file__).parents[1] / "solutions" / "digits.c"
QUICK = ["--measure", "length", "--population", "2", "--generations", "2"]

Talk = Callable[[Callable[[str], str]], Talker]


def working(query: str) -> str:
    """Translate as a program that is bred does, or as an agent with a skill does."""
    if "attempt" not in query:
        return competent(query)
    if "An engine breeds" in query:
        return "```python\nprint(self.use('translate'))\n```"
    code = RIGHT if "must end with a newline" in query else NO_NEWLINE
    return f"```python\nprint(self.use('attempt', program=r'''{code}'''))\n```"


def bench(folder: Path, *arguments: str) -> list[str]:
    files = ["--out", str(folder / "out"), "--db", str(folder / "journal.db")]
    return ["bench", "translation", *QUICK, *files, "--json", *arguments]


def test_all_modes_are_measured_and_nothing_is_done_twice(talker: Talk, tmp_path: Path) -> None:
    server = talker(working)
    command = ["--mode", "all", "--tasks", "digits", "--fuzz", "5", *server.options]
    *rows, last = lines(autoagent(*bench(tmp_path, *command)))
    engine, best_of_n, agent, skill = rows
    assert [row["mode"] for row in rows] == ["engine", "best-of-n", "agent", "skill"]
    assert engine["hidden"]["exact"] == engine["hidden"]["tests"] == 6
    assert (engine["cause"], engine["calls"]) == ("correct", 3)
    assert best_of_n["hidden"]["exact"] == 0
    assert best_of_n["calls"] <= engine["calls"]
    assert agent["hidden"]["exact"] == 6
    assert agent["calls"] == 2
    assert (skill["calls"], skill["learning"]) == (3, 0)  # its own question, and two of the engine
    # The first draft of best-of-n is the engine's.
    assert len(server.queries) == sum(row["calls"] for row in rows) - 1
    assert last["summary"]["modes"]["engine"]["hidden"]["value"] == 1.0

    (task,) = load_tasks("digits")
    long = [data.decode().strip() for data in task.hidden if len(data) > 4]
    assert len(long) >= 4
    assert not [query for query in server.queries for text in long if text in query]
    with closing(Journal(tmp_path / "journal.db")) as journal:
        for row in (engine, best_of_n):
            plan = Plan.read(journal, row["run"]).task
            assert not {test.input for test in (*plan.tests, *plan.further)} & set(task.hidden)

    out = tmp_path / "out"
    assert (out / "fitness.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert len(json.loads((out / "report.json").read_text())["outcomes"]) == 4
    assert "| digits | easy | engine | 6 / 6 |" in (out / "report.md").read_text()

    asked = len(server.queries)
    assert lines(autoagent(*bench(tmp_path, *command))) == [*rows, last]
    assert len(server.queries) == asked


def test_strategies_translate_files_to_machine_code(talker: Talk, tmp_path: Path) -> None:
    source = (Path(__file__).parents[3] / "examples" / "translate" / "sum.js").read_text()
    pair = {"kind": "translation", "level": 1, "number": 3, "source": source}
    (tmp_path / "p.jsonl").write_text(json.dumps(pair | {"inputs": ["1\n5\n", "2\n1 2\n"]}) + "\n")
    server = talker(competent)
    command = ["--pairs", str(tmp_path / "p.jsonl"), "--abi", "native", "--fuzz", "0"]
    command += ["--mode", "mending", "--mode", "best-of-n", "--calls", "2", *server.options]
    *rows, last = lines(autoagent(*bench(tmp_path, *command)))
    assert [(row["mode"], row["task"]) for row in rows] == [
        ("best-of-n", "forged-1-3"),
        ("mending", "forged-1-3"),
    ]
    assert (last["summary"]["target"], last["summary"]["repeats"]) == ("c-native", 1)
    assert "64-bit Linux" in server.queries[0]
    assert "mending" in last["summary"]["over_best_of_n"]


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_finished(talker: Talk, tmp_path: Path) -> None:
    answer, waits = threading.Event(), threading.Event()

    def slow(query: str) -> str:
        if "character" in query:
            waits.set()
            answer.wait()
        return competent(query)

    server = talker(slow)
    arguments = ["--mode", "best-of-n", "--calls", "2", "--tasks", "digits,add_*", *server.options]
    command = [sys.executable, "-m", "autoagent", *bench(tmp_path, *arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not waits.wait(0.1):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while b"suspending" not in process.stderr.readline():
        assert process.poll() is None
    answer.set()
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stderr.decode()
    assert b"interrupted; the same command goes on" in stderr
    row, summary = map(json.loads, stdout.splitlines())
    assert row["task"] == "add_two"
    assert summary["summary"]["modes"]["best-of-n"]["tasks"] == 1
    assert "add_two" in (tmp_path / "out" / "report.md").read_text()

    asked = len(server.queries)
    first, second, _ = lines(autoagent(*bench(tmp_path, *arguments)))
    assert first == row
    assert (second["task"], second["calls"]) == ("digits", 2)
    assert len(server.queries) == asked + 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tasks", "nothing*"], ["no task is named 'nothing*'", "digits"]),
        (["--mode", "magic"], ["magic", "best-of-n"]),
        (["--out", "/proc/nowhere"], ["nothing can be written to /proc/nowhere"]),
        (["--llm", "recorded:last"], ["a benchmark needs a model"]),
        (["--measure", "judged"], ["--measure judged", "leave it out"]),
        (["--set", "speed=9"], ["no setting 'speed'"]),
        (["--calls", "0"], ["calls must be at least"]),
        (["--pairs", "/dev/null"], ["/dev/null cannot be read", "ordinary"]),
        (["--programs", "docs"], ["docs holds no programs", "NAME.js"]),
        (["--abi", "x86"], ["--abi x86", "native"]),
    ],
)
def test_bad_input_is_refused(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    command = ["bench", "translation", "--measure", "length", "--out", tmp_path / "out"]
    done = inside(*command, "--db", tmp_path / "j.db", *arguments)
    assert done.exit_code == 2, done.output
    for word in words:
        assert word in done.stderr


@pytest.mark.slow
def test_inspect_scores_answers_on_the_hidden_inputs(tmp_path: Path) -> None:
    inspect_ai = pytest.importorskip("inspect_ai")
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    def said(text: str) -> ModelOutput:
        output = ModelOutput.from_content("mockllm/model", text)
        # What is not given would be counted with a tokenizer from the network.
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    answers = (f"Here it is:\n```c\n{SOLUTION.read_text()}```", "I would rather not.")
    for text, expected in zip(answers, (1.0, 0.0), strict=True):
        (log,) = inspect_ai.eval(
            "autoagent/translation",
            task_args={"tasks": "digits"},
            model=get_model("mockllm/model", custom_outputs=[said(text)], memoize=False),
            log_dir=str(tmp_path),
            display="none",
        )
        assert log.status == "success", log.error
        scores = {score.name: score.metrics for score in log.results.scores}
        assert scores["exact"]["mean"].value == expected
        assert scores["solved"]["accuracy"].value == expected
        (task,) = load_tasks("digits")
        assert task.source in log.samples[0].input


def test_a_folder_is_filled_by_one_at_a_time(talker: Talk, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with claimed(tmp_path / "out"):
        refused(
            autoagent(*bench(tmp_path, "--tasks", "digits", *talker(working).options)),
            "written by another process",
        )
