import os
import re
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path

import pytest


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize("room", ["sandbox", "env", "genetic", "rl"])
def test_a_file_beside_a_script_that_hides_a_package_is_named(tmp_path: Path, room: str) -> None:
    hiding = tmp_path / f"{room}.py"
    hiding.write_text("print('mine')\n")
    (tmp_path / "script.py").write_text("import autoagent\n")
    done = python(tmp_path, "script.py")
    assert done.returncode == 1
    assert f"{hiding} hides the package {room!r}" in done.stderr
    assert "mine" not in done.stdout
    assert python(tmp_path, "-P", "script.py").returncode == 0


def test_a_folder_of_that_name_that_is_no_package_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "script.py").write_text("import autoagent, env.survival\nprint('well')\n")
    assert python(tmp_path, "script.py").stdout == "well\n"


def test_the_command_does_not_import_from_the_current_folder(tmp_path: Path) -> None:
    for name in ("sandbox", "env", "typer", "rich"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of the current folder')\n")
    done = python(tmp_path, "-m", "autoagent", "runs", "--db", str(tmp_path / "none.db"))
    assert done.returncode == 2
    assert done.stderr.startswith("error: there is no journal")


def test_the_extra_all_is_all_of_this_distribution_and_nobody_elses() -> None:
    about = metadata("autoagent-runtime")
    needs: dict[str, set[str]] = {extra: set() for extra in about.get_all("Provides-Extra") or []}
    for line in about.get_all("Requires-Dist") or []:
        requirement, _, condition = line.partition(" ; ")
        if named := re.search(r"extra == '([^']+)'", condition):
            needs[named[1]].add(requirement)
    everything = needs.pop("all")
    assert everything == set().union(*needs.values())
    assert not [each for each in everything if each.startswith("autoagent")]
