"""Adapters whose libraries cannot be installed beside what ours are tested with.

Each is tested in a virtual environment of its own, in which all but the library, and what it wants
in another version, is found where these tests find it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
INSTALLING, TESTING = 600.0, 600.0
"""Seconds that each may take at most."""


@pytest.mark.slow
@pytest.mark.timeout(INSTALLING + TESTING)
@pytest.mark.parametrize("library", ["openenv==0.10.0", "verifiers==0.4.0"])
def test_an_adapter_in_an_environment_of_its_own(tmp_path: Path, library: str) -> None:
    name = library.partition("=")[0]
    venv.create(tmp_path, with_pip=True)
    python = tmp_path / "bin" / "python"
    ours = [path for path in sys.path if path.endswith("site-packages")]
    site = sysconfig.get_path("purelib", vars={"base": str(tmp_path)})
    Path(site, "zz-ours.pth").write_text("\n".join(ours))
    installing = [str(python), "-m", "pip", "install", "--quiet", "--retries", "10", library]
    subprocess.run(
        [*installing, "--constraint", HERE / f"{name}.txt"], check=True, timeout=INSTALLING
    )
    testing = [str(python), "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*testing, "-rs", str(HERE / f"test_{name}.py")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=TESTING,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout, done.stdout
