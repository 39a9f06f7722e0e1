"""Fuzzing guided by coverage, for some seconds; with ``-m slow`` for ten minutes."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed: pip install atheris (it is built for some Pythons only)",
)


def fuzz(program: str, seconds: int, folder: Path) -> None:
    command = [sys.executable, "-m", f"tests.fuzz.{program}", f"-max_total_time={seconds}"]
    command += ["-timeout=20", "-rss_limit_mb=4096", f"-artifact_prefix={folder}/"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=seconds + 120
    )
    found = [(each.name, each.read_bytes()[:2000]) for each in folder.iterdir()]
    assert done.returncode == 0, f"{found}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert "Done " in done.stderr


@pytest.mark.parametrize("program", ["fuzz_judge", "fuzz_messages"])
def test_some_seconds_of_fuzzing_find_nothing(program: str, tmp_path: Path) -> None:
    fuzz(program, 4, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize("program", ["fuzz_judge", "fuzz_messages"])
def test_five_minutes_of_fuzzing_find_nothing(program: str, tmp_path: Path) -> None:
    fuzz(program, 300, tmp_path)


def test_a_fault_is_found(tmp_path: Path) -> None:
    """The fuzzer sees through a check that always fails: no news is good news."""
    program = (
        "import atheris, sys\n"
        "def one_input(data):\n    assert data[:1] != b'x', 'found'\n"
        f"atheris.Setup([sys.argv[0], '-runs=100000', '-artifact_prefix={tmp_path}/'], one_input)\n"
        "atheris.Fuzz()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert done.returncode != 0
    assert list(tmp_path.iterdir())
