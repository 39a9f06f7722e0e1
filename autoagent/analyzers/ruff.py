"""Certain mistakes, found by ruff: undefined names, comparisons that cannot be meant, ..."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autoagent.analyzers.findings import (
    FAILED,
    LONGEST_MESSAGE,
    MOST_FINDINGS,
    Analysis,
    Finding,
    Kind,
    Subject,
)
from autoagent.analyzers.tools import Tools
from sandbox.extras import pip_install
from sandbox.limits import Limits
from sandbox.programs.interpreted import ENVIRONMENT, shared_objects
from sandbox.programs.jobs import Job, JobRunner
from sandbox.session import SandboxError

RULES = "E9,F63,F7,F82,PLE"
PLACE, FILE = "/ruff", "program.py"
LIMITS = Limits(fuel=10**11, memory_mb=512, wall_seconds=20, output_bytes=1 << 20)
MAPPED_MB = 1024
THREADS = 4
SYNTAX = "invalid-syntax"


def ruff_command(program: str, rules: str, *ignored: str) -> list[str]:
    """Return the command that checks what is named behind it, and writes JSON.

    No configuration is read, and what a text says about itself (``# noqa``) counts for nothing.
    """
    command = [program, "check", "--isolated", "--no-cache", "--exit-zero", "--ignore-noqa"]
    command += ["--select", rules, "--output-format", "json"]
    return command + [part for each in ignored for part in ("--ignore", each)]


def ruff_files() -> dict[str, Path]:
    """Return what ruff consists of, by path in the jail.

    Raises:
        SandboxError: It is not installed.
    """
    if find_spec("ruff") is None:
        raise SandboxError(f"ruff is not installed; install it with: {pip_install('coder')}")
    from ruff import find_ruff_bin

    program = Path(find_ruff_bin())
    return {PLACE: program, **shared_objects(program)}


class Ruff:
    """Passes a completion in which ruff finds no mistake; the score is less by one for each.

    Args:
        tools: What analyzers share; ruff runs in a jail of its own.

    Raises:
        SandboxError: ruff is not installed, or there is no jail here.
    """

    name = "ruff"
    kind: Kind = "critical"

    def __init__(self, tools: Tools) -> None:
        files = ruff_files()
        self.version = version("ruff")
        environment = {**ENVIRONMENT, "RAYON_NUM_THREADS": "1"}
        self._jobs = tools.closing(JobRunner(files, environment))

    def analyze(self, subject: Subject, earlier: Mapping[str, Analysis]) -> Analysis:
        """Look for mistakes (see `Analyzer.analyze`)."""
        return Analysis.faults(self, subject, self._findings(subject))

    def _findings(self, subject: Subject) -> tuple[Finding, ...]:
        job = Job(
            source=FILE,
            commands=[[*ruff_command(PLACE, RULES), FILE]],
            threads=THREADS,
            mapped_mb=MAPPED_MB,
        )
        text = subject.text.encode(errors="replace")
        run, _ = self._jobs.run(job, text, b"", LIMITS)
        try:
            if run.status != "ok":
                raise ValueError(run.detail)
            found = [_finding(each) for each in json.loads(run.stdout)]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            return (Finding(code=FAILED, message=f"ruff cannot check it: {error}"[:500]),)
        own = [each for each in found if each.line >= subject.first_line or each.code == SYNTAX]
        return tuple(own[:MOST_FINDINGS])


def _finding(told: Any) -> Finding:
    """Return a fault that ruff told of.

    Raises:
        ValueError: It is none, or a `KeyError` or a `TypeError` says so.
    """
    code, message = told["code"] or SYNTAX, told["message"]
    starts, ends = told["location"], told["end_location"]
    numbers = [each[name] for each in (starts, ends) for name in ("row", "column")]
    if not all(type(each) is int and 0 <= each < 1 << 31 for each in numbers):
        raise ValueError("it said what is no place")
    if not isinstance(code, str) or not isinstance(message, str):
        raise ValueError("it said what is no fault")
    line, column, end_line, end_column = numbers
    return Finding(
        code=code[:50],
        message=message[:LONGEST_MESSAGE],
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
    )
