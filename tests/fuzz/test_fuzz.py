"""Fuzzing guided by coverage, for some inputs; `python -m tests.fuzz` goes on for longer."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.__main__ import TARGETS, fuzzed
from tests.fuzz.targets import CORPUS

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed: pip install atheris (it is built for some Pythons only)",
)


SLOW = {"results", "weights"}
"""Targets whose imports take longer than a test should; CI fuzzes them for a minute."""


@pytest.mark.parametrize(
    "target",
    [pytest.param(each, marks=pytest.mark.slow if each in SLOW else ()) for each in TARGETS],
)
def test_a_little_fuzzing_finds_nothing(target: str, tmp_path: Path) -> None:
    done = fuzzed(target, 240, tmp_path, seed=1, runs=250)
    assert not done.failed, f"{[each.read_bytes()[:2000] for each in done.faults]}\n{done.said}"


def test_every_target_is_fuzzed_and_every_corpus_used() -> None:
    programs = Path(__file__).parent.glob("fuzz_*.py")
    assert sorted(path.stem.removeprefix("fuzz_") for path in programs) == sorted(TARGETS)
    assert {folder.name for folder in CORPUS.iterdir()} <= {*TARGETS}


def test_a_fault_is_found(tmp_path: Path) -> None:
    """The fuzzer sees through a check that always fails: no news is good news."""
    program = (
        "import atheris, sys\n"
        "def one_input(data):\n    assert data[:1] != b'x', 'found'\n"
        f"atheris.Setup([sys.argv[0], '-runs=100000', '-artifact_prefix={tmp_path}/'], one_input)\n"
        "atheris.Fuzz()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=240)
    assert done.returncode != 0
    assert list(tmp_path.iterdir())
