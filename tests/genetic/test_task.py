"""What a source program must be, to be translated: run by the real node."""

import time
from dataclasses import replace

import pytest

from genetic.translate.task import SourceError, Task, observe
from genetic.translate.task import Test as Case
from sandbox.limits import Limits
from sandbox.session import SandboxError
from tests.walls import missing

READ = "const text = require('fs').readFileSync(0, 'utf8');"
UPPER = READ + "process.stdout.write(text.toUpperCase());"
INPUTS = {"one": b"a\n", "two": b"bc"}


def observed(source, inputs=INPUTS, language="javascript", **given):
    try:
        return observe(source, language, inputs, **given)
    except SandboxError as error:
        missing("process", error)  # sources run in the jail


def test_what_it_prints_is_what_is_expected():
    task = observed(UPPER, stress=b"x" * 1000)
    assert task.tests == (Case("one", b"a\n", b"A\n"), Case("two", b"bc", b"BC"))
    assert task.stress == Case("stress", b"x" * 1000, b"X" * 1000)
    assert (task.source, task.language) == (UPPER, "javascript")


def test_the_error_of_a_source_is_found_in_much_emptiness():
    source = "process.stderr.write('\\n'.repeat(500_000)); throw new Error('lost')"
    begun = time.process_time()
    with pytest.raises(SourceError, match="line 1: Error: lost"):
        observed(source)
    assert time.process_time() - begun < 5


def test_an_input_may_be_called_as_the_larger_one_is():
    task = observed(UPPER, {"stress": b"a\n", "two": b"bc"}, stress=b"x" * 9)
    assert task.tests == (Case("stress", b"a\n", b"A\n"), Case("two", b"bc", b"BC"))
    assert task.stress == Case("stress", b"x" * 9, b"X" * 9)


def test_a_python_source_is_run_as_well():
    source = "import sys\nprint(sys.stdin.read().strip()[::-1])"
    assert observed(source, {"a": b"abc"}, "python").tests[0].expected == b"cba\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("const = 1", "the source does not compile: .*SyntaxError"),
        (READ, "prints nothing for any input.*standard output"),
        ("console.log(' ')", "prints nothing for any input"),
        (
            READ + "if (text == 'bc') throw Error('no b'); console.log(1)",
            "fails on input two .*no b",
        ),
        ("process.exit(3)", r"fails on input one \(exit\)"),
        ("console.log(process.hrtime.bigint())", "not deterministic: on input one it printed"),
        ("console.log(Math.random())", "not deterministic: on input one it printed"),
        ("for (;;);", r"fails on input one \((fuel|hang)\): .*have it end"),
        ("setTimeout(() => {}, 1e9)", r"\(hang\): no end within 10 s; have it end"),
        ("for (;;) console.log('flood')", r"\(output\): more than 65,536 bytes of output"),
        ("const a = []; for (;;) a.push(new Array(1e6).fill(0.5))", r"\(memory\): .* 64 MB"),
        ("\n\nnull.x", r"\(exit\): line 3: TypeError: Cannot read .*; leave that input out"),
        (
            "const fs = require('fs');\nfs.readFileSync('input.txt')",
            "line 2: Error: ENOENT: .*'input.txt'; it has no files but its standard input",
        ),
        (
            "import fs from 'fs';\n\nfs.writeFileSync('x', '')",
            "line 3: Error: E.*'x'; it has no files but its standard input",
        ),
        ("\nrequire('lodash')", "Cannot find module 'lodash'; only what the language itself"),
        ("import _ from 'lodash'", "Cannot find package 'lodash'.*; only what the language itself"),
        ("fetch('http://[::1]')", "fetch failed; it has no network"),
        ("require('net').connect(9, '127.0.0.1')", "connect EPERM .*; it has no network"),
        (
            "\nrequire('child_process').execSync('ls')",
            "line 2: Error: spawnSync .*EPERM; it has no",
        ),
        ("throw 'words'", "words.*; leave that input out"),
        ("let x = ;", "the source does not compile: line 1: SyntaxError: Unexpected token"),
        ("#include <stdio.h>", "the source does not compile: line 1: SyntaxError"),
        ("\0\x01\x02", "the source does not compile: line 1: SyntaxError"),
    ],
    ids=str,
)
def test_a_source_that_is_no_model_is_refused(source, message):
    limits = Limits(fuel=10**11, memory_mb=64, wall_seconds=60, output_bytes=1 << 16)
    if "hang" in message:
        limits = replace(limits, fuel=10**10, wall_seconds=10)
    with pytest.raises(SourceError, match=f"(?s){message}"):
        observed(source, limits=limits)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f():\n    return None.x\nf()", "line 2: AttributeError: .*; leave that input out"),
        ("open('x')", "line 1: FileNotFoundError: .*; it has no files but its standard input"),
        ("import numpy", "line 1: ModuleNotFoundError: .*; only what the language itself"),
        ("import subprocess\nsubprocess.run(['ls'])", "line .*: PermissionError: .*no network"),
        ("x = ", "the source does not compile: line 1: SyntaxError: invalid syntax"),
    ],
    ids=str,
)
def test_a_python_source_that_is_no_model_is_refused(source, message):
    with pytest.raises(SourceError, match=f"(?s){message}"):
        observed(source, language="python")


def test_inputs_may_be_any_bytes():
    binary = bytes(range(256))
    source = "process.stdout.write(require('fs').readFileSync(0))"
    assert observed(source, {"binary": binary}).tests == (Case("binary", binary, binary),)


def test_a_long_complaint_is_shortened():
    with pytest.raises(SourceError) as error:
        observed(f"throw Error('{'long ' * 1000}')")
    assert len(str(error.value)) < 600


def test_a_source_may_print_nothing_for_some_inputs():
    task = observed(READ + "if (text == 'bc') console.log(text)")
    assert [test.expected for test in task.tests] == [b"", b"bc\n"]


def test_without_an_input_there_is_nothing_to_test():
    with pytest.raises(SourceError, match="give at least one"):
        observe(UPPER, "javascript", {})
    with pytest.raises(SourceError, match="give at least one"):
        Task(source="", language="javascript", tests=())


def test_an_unknown_language_is_named():
    with pytest.raises(ValueError, match="cobol"):
        observe(UPPER, "cobol", INPUTS)
