"""`autoagent forge`, as people meet it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from autoagent.cli.app import app


def test_pairs_are_forged_into_a_file(tmp_path: Path) -> None:
    out = tmp_path / "pairs.jsonl"
    done = CliRunner().invoke(app, ["forge", "--pairs", "2", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["summary"]["pairs"] == 2
    assert len(out.read_text().splitlines()) == 2


def test_a_level_that_does_not_exist_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["forge", "--level", "3", "--out", str(tmp_path / "p.jsonl")])
    assert done.exit_code == 2
    assert "there is no level 3; there are 1 and 2" in done.stderr
    assert "Traceback" not in done.output


def test_a_model_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    out = tmp_path / "p.jsonl"
    model = ["--drafts", "openai:m", "--base-url", "http://127.0.0.1:9/v1", "--api-key", "none"]
    done = CliRunner().invoke(app, ["forge", "--pairs", "1", "--out", str(out), *model])
    assert done.exit_code == 3, done.output
    assert "127.0.0.1:9" in done.stderr
    assert "the same command goes on" in done.stderr


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["forge", "--pairs", "1", "--out", str(tmp_path / "no" / "p")])
    assert done.exit_code == 2
    assert "no/p cannot be written; name a file in a folder that exists" in done.stderr
