"""The folder of a run, whatever became of it meanwhile."""

import resource
from pathlib import Path

import pytest
import torch

from rl.run_folder import CheckpointError, RunFolder

RECORD = {"lr": 0.1, "epochs": 2}


def begun(path: Path) -> RunFolder:
    folder = RunFolder(path, settings="run.json", checkpoint="state.pt", result="model")
    folder.create()
    folder.begin(RECORD)
    folder.keep(RECORD, {"steps": 3})
    return folder


def test_a_run_goes_on_with_what_it_was_begun_with(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    folder.require(RECORD | {"epochs": 9})
    with pytest.raises(ValueError, match=r"own settings, but lr was 0.1, is 0.2"):
        folder.require(RECORD | {"lr": 0.2})
    folder.begin(RECORD | {"lr": 0.2})
    with pytest.raises(CheckpointError, match=r"run.json says other things .* lr was 0.1, is 0.2"):
        folder.record()


def test_a_checkpoint_that_does_not_tell_of_the_run_is_taken(tmp_path: Path) -> None:
    """Those of fine-tunings begun before did not."""
    folder = begun(tmp_path)
    torch.save({"steps": 4}, tmp_path / "state.pt")
    folder.require(RECORD)
    states = []
    folder.restore(states.append)
    assert states == [{"steps": 4}]


def test_what_a_killed_program_left_is_removed_when_the_run_goes_on(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    (tmp_path / ".0123456789abcdef.new").write_bytes(b"half a checkpoint")
    folder.begin(RECORD)
    assert {path.name for path in tmp_path.iterdir()} == {"run.json", "state.pt"}


def test_a_full_disk_is_told_and_the_last_checkpoint_stays(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    _, most = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, most))
    try:
        with pytest.raises(OSError, match="too large"):
            folder.keep(RECORD, {"steps": torch.zeros(9999)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    states = []
    folder.restore(states.append)
    assert states == [{"record": RECORD, "steps": 3}]
    assert {path.name for path in tmp_path.iterdir()} == {"run.json", "state.pt"}


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("kept")
    folder = begun(tmp_path / "run")
    (tmp_path / "run" / ".model.new").symlink_to(elsewhere)
    (tmp_path / "run" / ".model.old").symlink_to(elsewhere)

    def write(made: Path) -> None:
        (made / "weights").write_text("ours")

    folder.publish(write)
    folder.publish(write)
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"run.json", "state.pt", "model"}
    assert (tmp_path / "run" / "model" / "weights").read_text() == "ours"
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]
