"""A wall that must stand and does not is a failure, whatever else a machine lacks."""

import pytest

from sandbox.session import SandboxError
from tests.walls import missing, must_stand, needed, standing


def test_a_wall_that_need_not_stand_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOAGENT_WALLS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no docker wall: no engine"):
        missing("docker", "no engine")
    with pytest.raises(pytest.fail.Exception, match="the wasm wall must stand here"):
        missing("wasm", "no reason will do")


@pytest.mark.parametrize("error", [SandboxError("broken"), ImportError("broken")])
def test_one_that_is_named_must_stand(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(name: str, **_: object) -> None:
        raise error

    monkeypatch.setattr("tests.walls.open_wall", broken)
    monkeypatch.setenv("AUTOAGENT_WALLS", "wasm,process")
    assert must_stand() == {"wasm", "process"}
    for name in ("wasm", "process"):
        with pytest.raises(pytest.fail.Exception, match="does not: broken"), standing(name):
            pass
    with pytest.raises(pytest.fail.Exception, match="No module named"):
        needed("process", "no_such_module")


def test_a_name_that_is_no_walls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOAGENT_WALLS", "wasm,proces")
    with pytest.raises(pytest.UsageError, match="names no wall with proces; known: wasm, process"):
        must_stand()
