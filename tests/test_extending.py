"""What other packages add, used through the real command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.installed import environment, install

MOAT = """
from sandbox.wasm import WasmSandbox

class Moat(WasmSandbox):
    name = "moat"

def moat(guest, options, progress):
    return Moat(guest, progress=progress)
"""


def told(folder: Path, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    """Run a command with what is installed there; return exit code, output and error."""
    done = subprocess.run(
        [sys.executable, "-m", "autoagent", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=environment(folder),
    )
    return done.returncode, done.stdout, done.stderr


def test_a_life_is_lived_and_verified_behind_a_wall_of_another_package(tmp_path: Path) -> None:
    points = {"moat": "moat:moat", "ditch": "moat:nothing", "hole": "moat:__name__"}
    install(tmp_path, "castle", {"autoagent.walls": points}, moat=MOAT)
    db = ("--db", str(tmp_path / "db"))
    life = ("run", "Speak", "--llm", "human", "--steps", "1", "--json", *db)
    code, said, error = told(tmp_path, *life, "--sandbox", "moat", stdin="print(6 * 7)\n.\n")
    assert code == 0, error
    assert json.loads(said.splitlines()[0])["stdout"] == "42\n"
    verify = ("replay", "last", "--verify", *db)
    code, said, error = told(tmp_path, *verify)
    assert code == 0, error
    code, said, error = told(tmp_path / "elsewhere", *verify)
    assert (code, said) == (2, "")
    assert "unknown wall 'moat'" in error
    for name, reason in {
        "ditch": "has no attribute 'nothing'",
        "hole": "'hole' of castle 1.0 is none: moat:__name__ cannot be called",
        "lake": "unknown wall 'lake'; known: ditch, docker, hole, moat, process, wasm",
    }.items():
        code, said, error = told(tmp_path, *life, "--sandbox", name)
        assert (code, said) == (2, "")
        assert error.startswith("error: ")
        assert reason in error
        assert error.count("\n") == 1


def test_a_wall_that_two_packages_offer_is_neither_s(tmp_path: Path) -> None:
    install(tmp_path, "castle", {"autoagent.walls": {"wasm": "moat:moat"}}, moat=MOAT)
    (tmp_path / "code.py").write_text("print(1)")
    code, said, error = told(tmp_path, "exec", str(tmp_path / "code.py"))
    assert (code, said) == (2, "")
    assert error.startswith("error: the wall 'wasm' is offered by ")
    assert "castle 1.0" in error
