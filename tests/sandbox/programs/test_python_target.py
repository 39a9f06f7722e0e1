"""Python as a target: programs behind the WebAssembly wall, counted in fuel."""

import pytest

from sandbox.limits import Limits
from sandbox.programs import Language
from sandbox.programs.python import execute
from sandbox.wasm import WasmSandbox
from tests.sandbox.guests import EVALUATOR
from tests.sandbox.programs.conftest import QUICK, compiled, errors, ran

CAT = "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())"


@pytest.mark.parametrize("stdin", [b"", b"text\n", bytes(range(256))])
def test_echo(python_target: Language, stdin: bytes) -> None:
    run = ran(python_target, CAT, stdin)
    assert (run.status, run.stdout, run.stderr) == ("ok", stdin, b"")


def test_text_streams(python_target: Language) -> None:
    assert ran(python_target, "print(input()[::-1])", "äb\n".encode()).stdout == "bä\n".encode()


def test_fuel_is_exact(python_target: Language) -> None:
    first, second = compiled(python_target, CAT).run([b"a", b"a"], Limits(**QUICK))
    assert first == second
    assert first.fuel


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("raise SystemExit(3)", "exit"),
        ("raise SystemExit", "ok"),
        ("raise SystemExit('why')", "exit"),
        ("1 / 0", "exit"),
        ("raise KeyboardInterrupt", "exit"),
        ("def f(): f()\nf()", "exit"),
        ("while True: pass", "fuel"),
        ("while True: print('flood')", "output"),
        ("while True:\n  try: print('flood', flush=True)\n  except BaseException: break", "output"),
        ("x = bytearray(1 << 30)", "memory"),
        ("import socket\nsocket.socket()", "exit"),
        ("open('/etc/passwd')", "exit"),
        ("import os\nos.abort()", "trap"),
    ],
)
def test_ends(python_target: Language, source: str, status: str) -> None:
    run = ran(python_target, source, fuel=3 * 10**9)
    assert run.status == status
    assert len(run.stdout) <= QUICK["output_bytes"]


def test_a_traceback_shows_the_program_only(python_target: Language) -> None:
    run = ran(python_target, "def f():\n  1 / 0\nf()")
    assert b"ZeroDivisionError" in run.stderr
    assert run.stderr.count(b"File ") == 2 == run.stderr.count(b'File "program.py"')


def test_a_broken_syntax_is_an_error(python_target: Language) -> None:
    assert "SyntaxError" in errors(python_target, "def (:;")


def test_a_forged_last_word_is_only_the_programs_own(python_target: Language) -> None:
    source = "import runner\nrunner.execute = lambda *_: ('ok', 5)\nrunner.left = None"
    assert ran(python_target, source).status == "ok"
    source = "import json\njson.dumps = lambda *_: '[' * 100_000"
    assert ran(python_target, source, output_bytes=1 << 20).status == "trap"


def test_a_program_has_nobody_to_speak_to(python_target: Language) -> None:
    run = ran(python_target, "import wit_world\nwit_world.host('x')")
    assert run.status == "exit"
    assert b"has no attribute 'host'" in run.stderr


def test_a_message_is_a_trap() -> None:
    wall = WasmSandbox(EVALUATOR)
    try:
        run = execute(wall, {}, Limits(**QUICK))
    finally:
        wall.close()
    assert (run.status, run.stdout) == ("trap", b"")
    assert "before its end" in run.detail


def test_programs_do_not_meet(python_target: Language) -> None:
    source = "import json\nprint(hasattr(json, 'mark'))\njson.mark = 1"
    runs = compiled(python_target, source).run([b"", b""], Limits(**QUICK))
    assert [run.stdout for run in runs] == [b"False\n", b"False\n"]
