"""Programs that measure what others measure, too, do so under the same conditions."""

import re
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
TORCH = re.compile(r"^(?:import|from) (?:torch|rl|stable_baselines3)\b", re.MULTILINE)
WAITS = 'os.environ.setdefault("OMP_WAIT_POLICY", "passive")'
PROGRAMS = {
    str(path.relative_to(BENCHMARKS)): path.read_text()
    for path in sorted(BENCHMARKS.rglob("*.py"))
    if "__main__" in path.name or "__main__" in path.read_text()
}


@pytest.mark.parametrize("name", [name for name, text in PROGRAMS.items() if TORCH.search(text)])
def test_idle_threads_wait_as_those_of_the_command_line_do(name: str) -> None:
    """It must be said before torch is imported."""
    before, _ = TORCH.split(PROGRAMS[name], maxsplit=1)
    assert WAITS in before
