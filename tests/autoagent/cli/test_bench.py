"""`autoagent bench tasks` through the real command line."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autoagent.events import analyses
from autoagent.journal import Journal
from autoagent.llm import Message
from autoagent.tasks.reference.model import answer
from autoagent.tasks.reference.seen import Seen
from tests.autoagent.cli.inside import inside
from tests.commands import autoagent, lines


def bench(folder: Path, *arguments: str | Path) -> list[str | Path]:
    files = ["--out", folder / "out", "--db", folder / "journal.db"]
    return ["bench", "tasks", "--llm", "reference", *files, "--json", *arguments]


def test_sides_are_compared_and_nothing_is_done_twice(tmp_path: Path) -> None:
    command = ["--tasks", "digit_sum,riddle", "--genome", "capable", "--genome", "small"]
    *rows, last = lines(autoagent(*bench(tmp_path, *command)))
    assert [(row["task"], row["genome"]) for row in rows] == [
        ("digit_sum", "capable"),
        ("digit_sum", "small"),
        ("riddle", "capable"),
        ("riddle", "small"),
    ]
    assert rows[0]["solved"]
    assert rows[0]["cause"] == "finished"
    side = last["summary"]["sides"]["reference/capable"]
    assert side["all"]["solved"]["value"] == 1.0
    assert side["all"]["solved"]["low"] < 0.5
    assert side["compute"]["lives"] == 1
    assert last["summary"]["leads"]["reference/small"]["tasks"] == 2

    out = tmp_path / "out"
    assert (out / "solved.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert len(json.loads((out / "report.json").read_text())["outcomes"]) == 4
    assert (
        "| digit_sum | compute | easy | reference/capable | 0 | yes |"
        in (out / "report.md").read_text()
    )

    assert lines(autoagent(*bench(tmp_path, *command))) == [*rows, last]
    assert len(lines(autoagent("runs", "--db", tmp_path / "journal.db", "--json"))) == 4


def test_outcomes_of_an_earlier_version_are_told_and_not_used(tmp_path: Path) -> None:
    kept = tmp_path / "out" / "outcomes"
    kept.mkdir(parents=True)
    (kept / "digit_sum.0123456789ab.json").write_text('{"conditions": {"model": "reference"}}')
    (kept / "damaged.json").write_text("{")
    done = inside(*bench(tmp_path, "--tasks", "digit_sum"))
    assert done.exit_code == 0, done.output
    assert "they are of an earlier version, 1 of them" in done.stderr
    assert len(list(kept.iterdir())) == 3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_lives_whose_answers_are_analysed_are_others(tmp_path: Path) -> None:
    command = ["--tasks", "digit_sum", "--genome", "small"]
    (plain, _) = lines(autoagent(*bench(tmp_path, *command)))
    (row, last) = lines(autoagent(*bench(tmp_path, *command, "--analyze", "ruff")))
    assert row["run"] != plain["run"]
    assert row["solved"]
    assert row["tokens"] == plain["tokens"]
    assert last["summary"]["analyze"] == "ruff"
    with closing(Journal(tmp_path / "journal.db", read_only=True)) as journal:
        assert len(list(analyses(journal, row["run"]))) == row["steps"]
        assert not list(analyses(journal, plain["run"]))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--analyze", "runs"], ["the analyzer 'runs' is for whole programs"]),
        (["--tasks", "nothing*"], ["no task is named 'nothing*'", "digit_sum"]),
        (["--genome", "nowhere.py"], ["there is no genome 'nowhere.py'"]),
        (["--out", "/proc/nowhere"], ["nothing can be written to /proc/nowhere"]),
        (["--llm", "recorded:last"], ["a benchmark needs a model"]),
        (["--llm", "magic"], ["unknown model 'magic'", "reference"]),
        (["--draws", "0"], ["--draws"]),
    ],
)
def test_bad_input_is_refused(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    done = inside(*bench(tmp_path, *arguments))
    assert done.exit_code == 2, done.output
    for word in words:
        assert word in done.stderr


@pytest.mark.slow
def test_what_a_life_made_of_itself_solves_what_the_first_genome_could_not(tmp_path: Path) -> None:
    """The small genome shows 300 characters of what was printed; the riddle has more."""
    hurried = ["--tasks", "riddle", "--steps", "2"]
    first, _ = lines(autoagent(*bench(tmp_path, *hurried, "--genome", "small")))
    assert not first["solved"]
    assert first["cause"] == "budget"

    better = tmp_path / "better.py"
    saved = ["genome", first["run"], "--db", tmp_path / "journal.db", "--out", better]
    assert autoagent(*saved).returncode == 0
    assert "whole_query" in better.read_text()

    second, _ = lines(autoagent(*bench(tmp_path, *hurried, "--genome", better)))
    assert second["solved"]
    assert (second["genome"], second["steps"]) == ("better.py", 2)

    asked = ["run", "Greet me", "--llm", "reference", "--genome", better, "--json"]
    *_, last = [
        json.loads(line)
        for line in autoagent(*asked, "--db", tmp_path / "journal.db").stdout.splitlines()
    ]
    assert last["summary"]["cause"] == "gave_up"


def test_inspect_has_its_model_live_and_judges_what_is_left(tmp_path: Path) -> None:
    inspect_ai = pytest.importorskip("inspect_ai")
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    def answered(messages: list[Any], *_: object) -> ModelOutput:
        query = [Message(role=each.role, content=each.text) for each in messages]
        output = ModelOutput.from_content(
            "mockllm/model", f"```python\n{answer(Seen.of(query))}\n```"
        )
        # What is not given would be counted with a tokenizer from the network.
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    (log,) = inspect_ai.eval(
        "autoagent/tasks",
        task_args={"tasks": "repair,roman,csv_total", "db": str(tmp_path / "journal.db")},
        model=get_model("mockllm/model", custom_outputs=answered, memoize=False),
        log_dir=str(tmp_path),
        display="none",
    )
    assert log.status == "success", log.error
    (scored, *_) = log.results.scores
    assert scored.metrics["solved"].value == 1.0
    steps = {each.id: next(iter(each.scores.values())).metadata["steps"] for each in log.samples}
    assert steps == {"repair": 3, "roman": 2, "csv_total": 2}
