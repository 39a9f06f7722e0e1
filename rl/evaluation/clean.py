"""Which code is clean under a static checker, many pieces at once, in the jail of programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from itertools import chain
from pathlib import PurePosixPath

from autoagent.analyzers.ruff import MAPPED_MB, PLACE, THREADS, ruff_command, ruff_files
from sandbox.limits import Limits
from sandbox.programs.interpreted import ENVIRONMENT
from sandbox.programs.jobs import Job, JobRunner
from sandbox.programs.python import MEMORY_MB, python_files, this_python

RULES = "E7,E9,F,B,PLE"
UNKNOWABLE = "F821,F401,F811,B018"
"""Names that other code defines, imports for later, what is defined anew, and bare expressions are
ordinary in a life that goes on from step to step."""
PATIENCE = 60.0
AT_ONCE = 256
SOURCE, FOLDER = "codes.json", "codes"
UNPACK = f"""
import json, os
os.mkdir({FOLDER!r})
with open({SOURCE!r}, "rb") as file:
    for number, code in enumerate(json.load(file)):
        with open(f"{FOLDER}/{{number}}.py", "wb") as piece:
            piece.write(code.encode("utf-8", "replace"))
"""
"""Makes files of codes, in the jail."""


def clean(codes: Sequence[str]) -> list[bool]:
    """Tell for each piece of code whether ruff finds nothing wrong with it.

    Args:
        codes: Pieces of code. What ruff cannot parse is not clean, and neither is what makes it
            fail or never end, such as a thousand operators in a row. What a piece says about
            itself (``# noqa``) counts for nothing.

    Raises:
        RuntimeError: The checker does not work here.
        SandboxError: There is no jail here.
    """
    with closing(JobRunner(python_files() | ruff_files(), ENVIRONMENT)) as jobs:
        batches = [codes[start : start + AT_ONCE] for start in range(0, len(codes), AT_ONCE)]
        return list(chain.from_iterable(_clean(jobs, batch) for batch in batches))


def _clean(jobs: JobRunner, codes: Sequence[str]) -> list[bool]:
    try:
        faulty = _faulty(jobs, codes)
    except RuntimeError:
        if len(codes) > 1:
            middle = len(codes) // 2
            return _clean(jobs, codes[:middle]) + _clean(jobs, codes[middle:])
        _faulty(jobs, [""])  # where this fails too, it is not the code's fault
        return [False]
    return [number not in faulty for number in range(len(codes))]


def _faulty(jobs: JobRunner, codes: Sequence[str]) -> set[int]:
    """Return the numbers of the pieces in which ruff finds something."""
    unpack = [str(this_python()), "-I", "-S", "-B", "-c", UNPACK]
    job = Job(
        source=SOURCE,
        commands=[unpack, [*ruff_command(PLACE, RULES, UNKNOWABLE), FOLDER]],
        threads=THREADS,
        memory_mb=MEMORY_MB,
        mapped_mb=MAPPED_MB,
        scratch_mb=64,
        scratch_files=2 * AT_ONCE,
    )
    limits = Limits(fuel=10**12, memory_mb=512, wall_seconds=PATIENCE, output_bytes=1 << 24)
    run, _ = jobs.run(job, json.dumps(codes).encode(), b"", limits)
    try:
        if run.status != "ok":
            raise ValueError(run.detail)
        told = [PurePosixPath(fault["filename"]) for fault in json.loads(run.stdout)]
        return {int(path.stem) for path in told}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RuntimeError(f"ruff does not work here: {error}"[:500]) from None
