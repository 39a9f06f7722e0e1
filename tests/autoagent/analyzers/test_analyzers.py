import importlib
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from autoagent.analyzers import ANALYZERS, Analysis, Subject, Tools, analyzed, open_analyzers
from autoagent.analyzers.findings import MOST_FINDINGS
from autoagent.analyzers.jailed import TYPE_CHECKER, AnalysisFailed, Jailed
from autoagent.analyzers.mypy import type_errors
from sandbox.cache import digest
from sandbox.extensions import ExtensionError
from sandbox.session import SandboxError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the jail is made of Linux")

PREFIX = '''import os
def greet(name: str) -> str:
    """Say hello."""
'''


def found(tools: Tools, name: str, completion: str, prefix: str = PREFIX) -> Analysis:
    (analyzer,) = open_analyzers([name], tools)
    return analyzer.analyze(Subject(prefix=prefix, completion=completion), {})


def test_types_from_the_first_line_of_the_completion_on_count(tools: Tools) -> None:
    clean = found(tools, "mypy", '    return "Hello " + name\n')
    assert clean.passed
    assert clean.score == 0
    assert not clean.message
    wrong = found(tools, "mypy", "    return len(name)\n\ngreet()\n", prefix="1 + ''\n" + PREFIX)
    assert not wrong.passed
    assert wrong.stops
    assert wrong.score == -2
    assert [each.code for each in wrong.findings] == ["return-value", "call-arg"]
    assert [each.line for each in wrong.findings] == [5, 7]
    assert wrong.message.startswith("your completion:5: Incompatible return value type")
    assert Analysis.of(json.loads(json.dumps(wrong.as_dict()))) == wrong


def test_a_missing_return_of_the_function_that_is_gone_on_with_counts(tools: Tools) -> None:
    missing = found(tools, "mypy", "    name.upper()\n")
    assert [(each.line, each.code) for each in missing.findings] == [(2, "return")]
    assert found(tools, "mypy", "    ...\n").findings[0].code == "empty-body"
    another = "def g() -> int:\n    1\n\n" + PREFIX
    assert found(tools, "mypy", "    return name\n", prefix=another).passed


def test_an_error_of_syntax_counts_wherever_it_is(tools: Tools) -> None:
    assert found(tools, "mypy", "    pass\n", prefix="x = (\n").findings[0].code == "syntax"
    assert found(tools, "ruff", "    pass\n", prefix="x = (\n").findings[0].line == 2
    assert not found(tools, "ruff", "    )\n", prefix="x = (1\n").findings


def test_what_a_text_says_about_itself_counts_for_nothing(tools: Tools) -> None:
    hidden = "x: int = ''  # type: ignore\n# mypy: ignore-errors\nundefined  # noqa\n"
    assert found(tools, "mypy", hidden, prefix="").score == -2
    assert found(tools, "ruff", hidden, prefix="").score == -1


def test_no_configuration_and_no_strangers_module_is_looked_at(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = wicked\nignore_errors = True\n")
    (tmp_path / "ruff.toml").write_text('exclude = ["*"]\n')
    (tmp_path / "wicked.py").write_text(f"open({str(tmp_path / 'was here')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYPYPATH", str(tmp_path))
    text = "import wicked, numpy\nwicked.x.y\nx: int = ''\nundefined\n"
    assert [each.line for each in found(tools, "mypy", text, prefix="").findings] == [3, 4]
    assert found(tools, "ruff", text, prefix="").findings[0].line == 4
    assert found(tools, "signature", "import wicked\nwicked.f()\n", prefix="").findings == ()
    assert not (tmp_path / "was here").exists()


def test_what_mypy_names_is_told_with_its_signature(tools: Tools) -> None:
    pair = open_analyzers(["mypy", "signature"], tools)
    subject = Subject(prefix=PREFIX, completion="    return name\n\nos.getpid()\ngreet(1)\n")
    types, told = analyzed(pair, subject, coworker=True)
    assert types.score == -1
    assert told.message == "The signature of greet is: greet(name: str) -> str - Say hello."
    assert told.score == -1
    assert told.passed
    assert told.kind == "info"
    _, alone = analyzed(pair, subject, coworker=False)
    assert [each.code for each in alone.findings] == ["getpid", "greet"]


def test_names_that_do_not_exist_get_those_that_do(tools: Tools) -> None:
    completion = '    return name\n\nos.path.joyn("a")\nfrom os.path import getsise\n'
    told = found(tools, "hallucination", completion + "os.path.qqqqqqqq\n")
    assert told.score == pytest.approx(2 * 0.5 - 1)
    assert "there is no 'joyn'; there is join" in told.message
    assert "there is no 'getsise'; there is getsize" in told.message
    assert "there is no 'qqqqqqqq', and nothing like it" in told.message
    assert found(tools, "hallucination", "    return name\n").score == 0


def test_runs_and_tests(tools: Tools) -> None:
    runs, tests = open_analyzers(["runs", "tests"], tools)

    def passed(completion: str, examples: str = "") -> list[bool]:
        subject = Subject(prefix=PREFIX, completion=completion, examples=examples)
        return [each.analyze(subject, {}).passed for each in (runs, tests)]

    example = "assert greet('you') == 'you'"
    assert passed("    return name\n", example) == [True, True]
    assert passed("    return name\n", "assert greet('you') == 'me'") == [True, False]
    assert passed("    return name\n") == [True, True]
    assert passed("    return name\n\ngreet()\n", example) == [False, False]
    assert passed("    return (\n") == [False, False]
    told = runs.analyze(Subject(prefix="", completion="1 / 0\n"), {})
    assert told.score == -1
    assert "ZeroDivisionError" in told.message


ENDS = {
    "exits": "raise SystemExit(0)",
    "runs tests of its own": "import unittest\n\nif __name__ == '__main__':\n    unittest.main()",
    "leaves at once": "import os\nos._exit(0)",
    "exits when asked": "import sys\n\n\ndef greet(name=''):\n    sys.exit(0)",
    "leaves when asked": "import os\n\n\ndef greet(name=''):\n    os._exit(0)",
    "leaves at exit": "import atexit, os\natexit.register(os._exit, 0)",
    "leaves where errors are told": "import os, sys\nsys.excepthook = lambda *_: os._exit(0)",
    "leaves where tracebacks are printed": (
        "import os, traceback\ntraceback.print_exception = lambda *_: os._exit(0)"
    ),
    "leaves in a thread": (
        "import os, threading, time\nthreading.Thread(target=os._exit, args=[0]).start()\n"
        "time.sleep(5)"
    ),
    "replaces what tests use": "import builtins\nbuiltins.all = lambda found: True",
    "replaces what it prints with": (
        "import builtins, sys\nsys.stdout = sys.stderr = None\nbuiltins.print = exit"
    ),
    "echoes all there is": (
        "import os\nprint(open('/dev/stdin').read(), open(__file__).read(), flush=True)\n"
        "os._exit(0)"
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_program_that_ends_itself_or_its_error_has_passed_nothing(tools: Tools, end: str) -> None:
    (tests,) = open_analyzers(["tests"], tools)
    completion = f"    return 'me'\n\n\n{ENDS[end]}\n"
    example = "assert all([greet('you') == 'you'])"
    told = tests.analyze(Subject(prefix=PREFIX, completion=completion, examples=example), {})
    assert not told.passed
    assert told.message.startswith("an example fails: ")


def test_what_a_program_ends_itself_after_is_tested_all_the_same(tools: Tools) -> None:
    (tests,) = open_analyzers(["tests"], tools)
    completion = "    return name\n\n\nraise SystemExit(0)\n"
    example = "import sys\n\nassert (greet('you'), sys.stdin.read()) == ('you', '')"
    assert tests.analyze(Subject(prefix=PREFIX, completion=completion, examples=example), {}).passed
    told = tests.analyze(Subject(prefix="", completion="import os\nos._exit(0)\n"), {})
    assert "it ended before the last line of its tests was reached" in told.message


def test_an_example_that_fails_is_shown(tools: Tools) -> None:
    (tests,) = open_analyzers(["tests"], tools)
    example = "assert greet('you') == 'me'\n"
    told = tests.analyze(
        Subject(prefix=PREFIX, completion="    return name\n", examples=example), {}
    )
    assert "assert greet('you') == 'me'" in told.message
    assert "tested.py" not in told.message


def test_what_analysts_are_asked_does_not_depend_on_what_was_asked_before(tools: Tools) -> None:
    texts = [
        "class A:\n    x: int = 0\nA().y\n",
        "class A:\n    y: str = 1\n",
        "import typing\ntyping.List = 3\nx: typing.List[int] = ['']\n",
        "def f(:\n",
    ]
    cold = {}
    for text in texts:
        cold[text] = type_errors(tools.jailed, Subject(prefix="", completion=text))
        assert cold[text]
    for order in itertools.islice(itertools.permutations(texts), 0, None, 6):
        for text in order:
            assert type_errors(tools.jailed, Subject(prefix="", completion=text)) == cold[text]


def test_what_mypy_keeps_is_as_it_was_whoever_uses_it(tmp_path: Path) -> None:
    """Two installations may share it; before, the second made it useless to the first."""
    kept, other = tmp_path / "kept", tmp_path / "type_checker.py"
    kept.mkdir()
    subprocess.run([sys.executable, "-I", TYPE_CHECKER, kept], check=True)
    before = digest(kept)
    other.write_bytes(TYPE_CHECKER.read_bytes())
    os.utime(other, (1, 1))
    used = "import runpy, sys; runpy.run_path(sys.argv[1])['Checker'](sys.argv[2]).check('1 + 1')"
    subprocess.run([sys.executable, "-I", "-c", used, other, kept], check=True)
    assert digest(kept) == before


@pytest.mark.parametrize("name", ["mypy", "ruff"])
def test_what_is_wrong_before_the_completion_hides_nothing_in_it(tools: Tools, name: str) -> None:
    prefix = "".join(f"print(missing_{number})\n" for number in range(MOST_FINDINGS))
    (finding,) = found(tools, name, "print(new)\n", prefix=prefix).findings
    assert "new" in finding.message


def test_what_breaks_an_analyzer_is_a_finding_and_harms_no_other(tools: Tools) -> None:
    deep = "x = " + "-" * 50_000 + "1\n"
    for name in ("mypy", "ruff"):
        told = found(tools, name, deep, prefix="")
        assert told.score == -MOST_FINDINGS
        assert [each.code for each in told.findings] == ["analysis"]
        assert found(tools, name, "x = 1\n", prefix="").passed
    half = "x = '\ud800'\n"
    assert found(tools, "mypy", half, prefix="").passed


def test_an_analysis_takes_no_longer_than_it_may() -> None:
    jailed = Jailed(seconds=1e-3)
    try:
        with pytest.raises(AnalysisFailed, match=r"no end within 0\.001 s"):
            jailed.ask("types", "x = 1\n" * 2000)
    finally:
        jailed.close()


FEW_ADDRESSES = """
import resource

from autoagent.analyzers.jailed import Jailed

resource.setrlimit(resource.RLIMIT_AS, (1_500 << 20, 1_500 << 20))
jailed = Jailed(seconds=60)
(error,) = jailed.ask("types", "x: int = ''")
print(error["code"])
jailed.close()
"""


def test_whoever_has_few_addresses_has_analyzers_with_no_more() -> None:
    """Limits of a shell are lower than ours, and nobody in a jail may raise one."""
    command = [sys.executable, "-c", FEW_ADDRESSES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "assignment\n"), done.stderr


@pytest.mark.parametrize(
    "said",
    [b"", b"{\n", b"[]\n", b'{"answer": 3}\n', b'{"answer": [{}]}\n', b"x" * (1 << 21)],
)
def test_nothing_that_a_worker_says_is_trusted(
    said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Process:
        def __init__(self) -> None:
            self.channel, self.theirs = socket.socketpair()
            threading.Thread(target=self.answer).start()

        def answer(self) -> None:
            with self.theirs:
                self.theirs.recv(1 << 16)
                with suppress(OSError):
                    self.theirs.sendall(said)

        def close(self) -> None:
            self.channel.close()

    jailed = Jailed()
    monkeypatch.setattr(jailed._supply, "start_guest", lambda memory_mb: Process())
    with pytest.raises(AnalysisFailed):
        type_errors(jailed, Subject(prefix="", completion="x = 1\n"))


def test_elsewhere_than_on_linux_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    for name in ("mypy", "signature", "hallucination", "ruff"):
        with pytest.raises(SandboxError, match="Linux"):
            open_analyzers([name], Tools())


def test_which_analyzers_there_are() -> None:
    assert {"mypy", "signature", "hallucination", "ruff", "runs", "tests"} <= set(ANALYZERS)
    with pytest.raises(ExtensionError, match="unknown analyzer 'pylint'; known: halluc"):
        open_analyzers(["pylint"], Tools())
    with pytest.raises(ValueError, match="'runs' is named twice"):
        open_analyzers(["runs", "runs"], Tools())


@pytest.mark.parametrize("name", ["mypy", "signature", "hallucination", "ruff"])
def test_what_is_not_installed_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def missing(package: str) -> None:
        raise PackageNotFoundError(package)

    module = importlib.import_module(f"autoagent.analyzers.{name}")
    monkeypatch.setattr(module, "version", missing)
    for place in ("jailed", "ruff"):
        monkeypatch.setattr(f"autoagent.analyzers.{place}.find_spec", lambda package: None)
    with closing(Tools()) as bare, pytest.raises(SandboxError, match=r"not installed; .*\[coder\]"):
        open_analyzers([name], bare)
