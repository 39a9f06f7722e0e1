"""Trying a candidate: what breaks under it is not its fault."""

from collections.abc import Sequence

import pytest

from genetic.translate import evaluate as module
from genetic.translate.evaluate import Trial, evaluate
from sandbox.limits import Limits
from sandbox.programs import Run, Status
from sandbox.session import SandboxError

INPUTS = (b"a", b"b", b"c")


class Scripted:
    """A language whose one program echoes its input, and ends as a script says."""

    warnings = ""

    def __init__(self, *statuses: Status) -> None:
        self.statuses = list(statuses)
        self.seen: list[bytes] = []

    def compile(self, source: str) -> "Scripted":
        return self

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        self.seen += inputs
        return [Run(self.statuses.pop(0), each, b"", 1, "it broke") for each in inputs]


def trial(**options) -> Trial:
    return Trial(target="c", inputs=INPUTS, expected=INPUTS, limits=Limits(), **options)


def tried(monkeypatch: pytest.MonkeyPatch, program: Scripted, **options):
    monkeypatch.setattr(module, "target", lambda name: program)
    return evaluate("source", trial(**options))


@pytest.mark.parametrize(
    ("first", "seen"), [(0, b"abca"), (1, b"aabc"), (2, b"abac")], ids=["all", "one", "two"]
)
def test_a_run_whose_worker_broke_is_repeated(
    monkeypatch: pytest.MonkeyPatch, first: int, seen: bytes
) -> None:
    tried_first = first or len(INPUTS)
    program = Scripted("worker", *["ok"] * (tried_first - 1), *["ok"] * 3)
    found = tried(monkeypatch, program, first=first)
    assert [(run.status, run.stdout) for run in found.runs] == [("ok", each) for each in INPUTS]
    assert b"".join(program.seen) == seen


def test_what_breaks_twice_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SandboxError, match=r"breaks \(it broke\).* resume the search"):
        tried(monkeypatch, Scripted("ok", "worker", "ok", "worker"))


def test_the_stress_run_is_repeated_too(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Scripted("ok", "ok", "ok", "worker", "ok")
    assert tried(monkeypatch, program, stress=(b"s", b"s")).stress == "ok"


def test_other_ends_are_the_candidate_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tried(monkeypatch, Scripted("ok", "trap", "fuel"))
    assert [run.status for run in found.runs] == ["ok", "trap", "fuel"]
