"""Which code is clean under a static checker, many pieces at once."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ruff import find_ruff_bin

RULES = "E7,E9,F,B,PLE"
UNKNOWABLE = "F821,F401,F811,B018"
"""Names that other code defines, imports for later, what is defined anew, and bare expressions are
ordinary in a life that goes on from step to step."""
PATIENCE = 60.0


def clean(codes: Sequence[str]) -> list[bool]:
    """Tell for each piece of code whether ruff finds nothing wrong with it.

    Args:
        codes: Pieces that parse; what does not is not clean.

    Raises:
        RuntimeError: The checker does not work here.
    """
    if not codes:
        return []
    with tempfile.TemporaryDirectory() as folder:
        for number, code in enumerate(codes):
            text = code.encode("utf-8", "replace")
            (Path(folder) / f"{number}.py").write_bytes(text)
        command = [find_ruff_bin(), "check", "--isolated", "--no-cache", "--exit-zero"]
        command += ["--select", RULES, "--ignore", UNKNOWABLE, "--output-format", "json", folder]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        if done.returncode:
            raise RuntimeError(f"ruff does not work here: {done.stderr.strip()[:500]}")
        faulty = {Path(fault["filename"]).stem for fault in json.loads(done.stdout)}
    return [str(number) not in faulty for number in range(len(codes))]
