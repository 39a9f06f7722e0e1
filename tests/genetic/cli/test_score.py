"""`autoagent score` through the real command line, with real compilers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from genetic.cli.score import scored
from genetic.fitness import Fitness
from genetic.translate.judge import Judgement, Result
from genetic.translate.task import Task
from genetic.translate.task import Test as Case
from tests.commands import autoagent, lines, refused

ECHO = 'process.stdout.write(require("fs").readFileSync(0))'
CAT = "#include <stdio.h>\nint main(void) { int c; while ((c = getchar()) != EOF) putchar(c); }\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A source and three inputs, one of them not UTF-8, one empty."""
    (tmp_path / "inputs").mkdir()
    for name, data in {"a": b"one\n", "b": b"\xff\x00two", "c": b""}.items():
        (tmp_path / "inputs" / name).write_bytes(data)
    (tmp_path / "inputs" / ".hidden").write_bytes(b"no input")
    (tmp_path / "echo.js").write_text(ECHO)
    return tmp_path


def score(files: Path, candidate: str, *options: str | Path, suffix: str = ".c") -> dict[str, Any]:
    path = files / f"candidate{suffix}"
    path.write_text(candidate)
    given = options or ("--inputs", files / "inputs", "--measure", "length")
    (data,) = lines(autoagent("score", files / "echo.js", path, *given, "--json"))
    return data


@pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")
def test_machine_code_is_judged_with_what_is_found_in_it(files: Path) -> None:
    undefined = CAT.replace("int c;", "int c; long wide = 1L << 40; wide <<= 30;")
    given = ("--inputs", files / "inputs", "--measure", "length", "--abi", "native")
    wide, data = score(files, CAT), score(files, undefined, *given)
    assert (data["exact"], data["tests"]) == (3, 3)
    assert data["findings"] == [
        "program.c:2:52: runtime error: a shift by a negative or too large number, "
        "or of a negative one"
    ]
    assert "findings" not in wide
    assert 0 < data["fuel"] < 2 * wide["fuel"]


def test_an_input_may_be_called_as_further_ones_are() -> None:
    tests = (Case("further 0", b"long", b"1"), Case("b", b"", b"2"))
    task = Task(
        source="s", language="javascript", tests=tests, further=(Case("further 0", b"x", b"3"),)
    )

    def result(name: str, expected: bytes, *, exact: bool) -> Result:
        return Result(name, b"", exact, float(exact), expected, b"", "ok")

    # A judge begins with the shortest input.
    results = (
        result("b", b"2", exact=True),
        result("further 0", b"1", exact=True),
        result("further 0", b"3", exact=False),
    )
    rows = scored(task, Judgement(Fitness(0, tests=3), results=results))["results"]
    assert [(row["input"], row["expected"], row["exact"]) for row in rows] == [
        ("further 0", "1", True),
        ("b", "2", True),
        ("further 0", "3", False),
    ]


def test_a_right_program(files: Path) -> None:
    data = score(files, CAT)
    fuel = data.pop("fuel")
    assert fuel > 0
    results = data.pop("results")
    assert data == {
        "compile_errors": 0,
        "unique": 1.0,
        "passed": 3.0,
        "tests": 3,
        "exact": 3,
        "measures": ["length"],
    }
    assert [row["input"] for row in results] == ["a", "b", "c"]
    assert results[1] == {
        "input": "b",
        "exact": True,
        "similarity": 1.0,
        "expected": "\\xff\x00two",
        "actual": "\\xff\x00two",
        "status": "ok",
    }
    stress = files / "stress"
    stress.write_bytes(b"x" * 10_000)
    given = ("--inputs", files / "inputs", "--measure", "length", "--stress", stress)
    assert score(files, CAT, *given)["fuel"] > fuel


def test_a_program_that_does_not_compile(files: Path) -> None:
    data = score(files, "int main(void) { return isdigit(3); }")
    assert data["compile_errors"] > 100
    assert (data["unique"], data["passed"], data["exact"], data["fuel"]) == (0, 0, 0, 0)
    assert {row["status"] for row in data["results"]} == {"compile"}


def test_a_wrong_program_never_passes(files: Path) -> None:
    wrong = CAT.replace("putchar(c)", "putchar(c ^ (c == 't'))")
    data = score(files, wrong, "--inputs", files / "inputs")
    assert data["measures"] == ["length", "sentence"]
    assert data["exact"] == 2
    assert 2 < data["passed"] < 3


def test_right_output_with_a_wrong_end_is_not_exact(files: Path) -> None:
    data = score(files, CAT.replace("; }\n", "; return 1; }\n"))
    assert data["exact"] == 0
    assert data["results"][0]["status"] == "exit"
    assert data["passed"] < 3


def test_trailing_space_counts_unless_told_otherwise(files: Path) -> None:
    spaced = CAT.replace("; }\n", '; puts("  "); }\n')
    assert score(files, spaced)["exact"] == 0
    given = ("--inputs", files / "inputs", "--measure", "length", "--compare", "trailing-space")
    assert score(files, spaced, *given)["exact"] == 3


@pytest.mark.slow
def test_who_does_not_master_the_stress_input_is_not_fast(files: Path) -> None:
    """Before, giving up on it was measured by the other inputs."""
    quitter = CAT.replace("putchar(c);", "{ static int n; if (n++ > 100) return 1; putchar(c); }")
    stress = files / "stress"
    stress.write_bytes(b"x" * 10_000)
    options = ("--inputs", files / "inputs", "--measure", "length", "--stress", stress)
    data = score(files, quitter, *options)
    assert data["exact"] == 3
    assert (data["fuel"], data["stress"]) == (0, "exit")
    assert score(files, CAT, *options)["stress"] == "ok"


def test_python_as_a_target(files: Path) -> None:
    program = "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())\n"
    assert score(files, program, suffix=".py")["exact"] == 3


def test_a_program_without_input(files: Path) -> None:
    (files / "echo.js").write_text("console.log('hello')")
    given = ("--no-input", "--measure", "length")
    data = score(files, '#include <stdio.h>\nint main(void) { puts("hello"); }', *given)
    assert data["exact"] == data["tests"] == 1


def test_people_see_a_table(files: Path) -> None:
    (files / "c.c").write_text(CAT)
    shown = autoagent("score", files / "echo.js", files / "c.c", "--inputs", files / "inputs")
    assert shown.returncode == 0
    assert b"3 of 3 tests match" in shown.stdout


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("this is no program (", ["does not compile"]),
        ("process.exit(1)", ["fails on input a", "exit"]),
        ("", ["prints nothing"]),
        ("console.log(process.hrtime.bigint() + '')", ["not deterministic", "input a"]),
        ("while (true);", ["fails on input a"]),
        ("console.log(Math.random())", ["not deterministic", "input a"]),
    ],
)
def test_a_source_that_is_no_model(files: Path, source: str, words: list[str]) -> None:
    (files / "echo.js").write_text(source)
    (files / "c.c").write_text(CAT)
    done = autoagent("score", files / "echo.js", files / "c.c", "--inputs", files / "inputs")
    refused(done, *words)


def test_bad_input_is_named(files: Path) -> None:
    (files / "c.c").write_text(CAT)
    (files / "x.rs").write_text("fn main() {}")
    (files / "bytes.c").write_bytes(b"\xff")
    (files / "empty").mkdir()
    source, inputs = files / "echo.js", files / "inputs"
    refused(autoagent("score", source, files / "none.c", "--inputs", inputs), "none.c", "read")
    refused(autoagent("score", source, files / "x.rs", "--inputs", inputs), ".rs", ".c (C)")
    refused(autoagent("score", source, files / "bytes.c", "--inputs", inputs), "UTF-8")
    refused(autoagent("score", source, files / "c.c"), "--inputs", "--no-input")
    refused(autoagent("score", source, files / "c.c", "--inputs", files / "empty"), "no files")
    refused(autoagent("score", source, files / "c.c", "--inputs", source), "no folder")
    both = autoagent("score", source, files / "c.c", "--inputs", inputs, "--no-input")
    refused(both, "exclude each other")


def test_without_sentence_transformers_length_counts_and_it_says_so(files: Path) -> None:
    hidden = "import sys\nsys.modules['sentence_transformers'] = None\n"
    (files / "sitecustomize.py").write_text(hidden)
    (files / "c.c").write_text(CAT.replace("putchar(c)", "0"))
    command = ["score", files / "echo.js", files / "c.c", "--inputs", files / "inputs", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "autoagent", *command],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(files)},
    )
    assert b"length alone" in done.stderr
    assert json.loads(done.stdout)["measures"] == ["length"]
