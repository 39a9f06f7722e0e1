"""Which code is clean under a static checker, many pieces at once."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ruff import find_ruff_bin

from autoagent.analyzers.ruff import ruff_command

RULES = "E7,E9,F,B,PLE"
UNKNOWABLE = "F821,F401,F811,B018"
"""Names that other code defines, imports for later, what is defined anew, and bare expressions are
ordinary in a life that goes on from step to step."""
PATIENCE = 60.0


def clean(codes: Sequence[str]) -> list[bool]:
    """Tell for each piece of code whether ruff finds nothing wrong with it.

    Args:
        codes: Pieces of code. What ruff cannot parse is not clean, and neither is what makes it
            fail or never end, such as a thousand operators in a row. What a piece says about
            itself (``# noqa``) counts for nothing.

    Raises:
        RuntimeError: The checker does not work here.
    """
    try:
        faulty = _faulty(codes)
    except RuntimeError:
        if len(codes) > 1:
            middle = len(codes) // 2
            return clean(codes[:middle]) + clean(codes[middle:])
        _faulty([""])  # where this fails too, it is not the code's fault
        return [False]
    return [number not in faulty for number in range(len(codes))]


def _faulty(codes: Sequence[str]) -> set[int]:
    """Return the numbers of the pieces in which ruff finds something."""
    with tempfile.TemporaryDirectory() as folder:
        for number, code in enumerate(codes):
            text = code.encode("utf-8", "replace")
            (Path(folder) / f"{number}.py").write_bytes(text)
        command = [*ruff_command(find_ruff_bin(), RULES, UNKNOWABLE), folder]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"ruff does not end within {PATIENCE:g} seconds") from None
        if done.returncode:
            raise RuntimeError(f"ruff does not work here: {done.stderr.strip()[:500]}")
        return {int(Path(fault["filename"]).stem) for fault in json.loads(done.stdout)}
