"""Evaluators in the jail: what they may return, what they may do, and what they cannot."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import psutil
import pytest

from sandbox.jail.inside import layers
from sandbox.limits import Limits
from sandbox.programs.evaluator import (
    CHILDREN,
    LONGEST_WORDS,
    MOST_METRICS,
    OVERWRITTEN,
    Evaluation,
    Evaluator,
    check_evaluator,
    imported,
    mounted,
    read_result,
)
from sandbox.programs.inside.evaluation import shaped
from sandbox.programs.jobs import LAUNCHER
from sandbox.programs.program import Run
from sandbox.session import SandboxError
from tests.waiting import gone, named, soon
from tests.walls import missing

Judge = Callable[..., Evaluation]
QUICK = Limits(fuel=10**11, memory_mb=128, wall_seconds=60, output_bytes=1 << 16)


@pytest.fixture
def judge() -> Iterator[Judge]:
    """Has an evaluator of this source judge a program."""
    opened: list[Evaluator] = []

    def judged(source: str, program: str = "", limits: Limits = QUICK) -> Evaluation:
        opened.append(Evaluator(source, limits=limits))
        try:
            return opened[-1].evaluate(program)
        except SandboxError as error:
            missing("process", error)

    yield judged
    for each in opened:
        each.close()


DOORS = {
    "read": "open('/etc/passwd')",
    "home": "os.listdir(os.path.expanduser('~root') + '/.ssh')",
    "library": "open(os.__file__, 'a')",
    "root": "open('/x', 'w')",
    "memory": "open('/proc/self/mem')",
    "parent": "open(f'/proc/{os.getppid()}/environ')",
    "shell": "subprocess.run(['/bin/sh', '-c', 'true'])",
    "own program": "made('/scratch/run')",
    "socket": "socket.socket()",
    "local socket": "socket.socket(socket.AF_UNIX)",
    "pair": "socket.socketpair()",
    "keeper": "killed(1)",
    "setuid": "os.setuid(0)",
    "chroot": "os.chroot('.')",
    "memfd": "os.memfd_create('x')",
    "uncounted": "mmap.mmap(-1, 4096)",
    "limit": "resource.setrlimit(7, (9999, 9999))",
    "lock": "fcntl.lockf(open(os.__file__), 5)",
    "trace": "libc(101, 0, 0, 0, 0)",
    "trace a child": "libc(101, 16, child(), 0, 0)",
    "a new user": "libc(272, 0x10000000)",
    "a child in new namespaces": "libc(56, 0x10000000 | 17, 0, 0, 0, 0)",
    "a child of the keeper": "libc(56, 0x8000 | 17, 0, 0, 0, 0)",
    "a handle": "os.pidfd_open(1)",
    "read another": "libc(310, 1, 0, 0, 0, 0, 0)",
    "mount": "libc(165, b'none', b'/scratch', b'tmpfs', 0, 0)",
    "device": "os.mknod('x', 0o666 | 0o020000, os.makedev(1, 5))",
    "package": "__import__('yaml')",
}
TRIES = """
import ctypes, fcntl, mmap, os, resource, signal, socket, stat, subprocess, sys, time
def libc(*arguments):
    call = ctypes.CDLL(None, use_errno=True).syscall
    result = call(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    if result == 0 and arguments[0] == 56:
        os._exit(0)
def child():
    process = os.fork()
    if not process:
        time.sleep(60)
    return process
def killed(process):
    # The first process of a namespace is sent no signal by those in it, though they may try.
    os.kill(process, signal.SIGKILL)
    time.sleep(0.3)
    if os.getppid() == process:
        raise PermissionError
def made(path):
    with open(path, "w") as file:
        file.write("#!" + sys.executable)
    os.chmod(path, 0o755)
    subprocess.run([path])
def open_doors(doors):
    for name, code in doors.items():
        try:
            exec(code, globals())
        except (OSError, ImportError, ValueError):
            continue
        yield name
"""


def test_doors_are_closed(judge: Judge) -> None:
    """To the evaluator, and to its children just so."""
    source = f"""{TRIES}
DOORS = {DOORS}
def evaluate(path):
    hears, tells = os.pipe()
    if not os.fork():
        os.write(tells, repr([*open_doors(DOORS)]).encode())
        os._exit(0)
    os.close(tells)
    return 1, {{"own": [*open_doors(DOORS)], "child's": os.read(hears, 9999).decode()}}
"""
    found = judge(source)
    assert found.words == {"own": "[]", "child's": "[]"}, found


ORIGINAL = {
    "a descriptor": "opened()",
    "its keeper's word": "keeper().control.send(b'=' + bytes(4))",
    "its files": "os.read(keeper().files['source'], 1)",
    "its requests": "socket.socket(fileno=3).send(b'{}')",
    "its memory": "libc(311, 1, 0, 0, 0, 0, 0)",
    "its memory as a file": "open('/proc/1/mem', 'r+b')",
    "its threads": "libc(101, 16, 1, 0, 0)",
    "everybody": "os.kill(-1, 9); killed(1)",
    "its user": "os.setresuid(0, 0, 0)",
    "its power": "libc(126, (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(1))",
    "its root": "libc(165, b'/', b'/scratch', None, 4096, None)",
    "its namespaces": "libc(308, 0, 0)",
}
KEEPER = """
def opened():
    found = []
    for number in range(3, 1024):
        try:
            found.append((stat.S_ISFIFO(os.fstat(number).st_mode), fcntl.fcntl(number, 3) & 3))
        except OSError:
            continue
    if found == [(True, os.O_WRONLY)]:  # the pipe for its own result
        raise PermissionError
def keeper():
    frame = sys._getframe()
    while "self" not in frame.f_locals or not hasattr(frame.f_locals["self"], "control"):
        frame = frame.f_back
    return frame.f_locals["self"]
"""


def test_a_program_reaches_nothing_of_the_process_that_it_is_a_copy_of(judge: Judge) -> None:
    """It finds objects of that in its own memory, and all that they led to is closed."""
    source = f"""{TRIES}{KEEPER}
def evaluate(path):
    kept = type(keeper()).__name__
    return 1, {{"kept": kept, "open": [*open_doors({ORIGINAL})]}}
"""
    assert judge(source).words == {"kept": "Keeper", "open": "[]"}


def test_nothing_of_a_program_is_left_for_the_next() -> None:
    source = """
import builtins, json, os, re, sys
def evaluate(path):
    left = [getattr(builtins, "left", 0), re.left if hasattr(re, "left") else 0]
    left += [os.environ.get("LEFT", 0), json.dumps(1), *sorted(os.listdir("/scratch"))]
    exec(open(path).read())
    return 1, {"left": left}
"""
    poison = """
builtins.left = re.left = os.environ["LEFT"] = "x"
json.dumps = lambda value: "x"
open("/scratch/left", "w").close()
sys.modules["__main__"].main = sys.modules["__main__"].shaped = None
del sys.modules["re"]
for name in list(sys.modules):
    if name in ("subprocess", "random", "traceback"):
        sys.modules[name] = None
"""
    evaluator = Evaluator(source, limits=QUICK)
    try:
        found = [evaluator.evaluate(each) for each in ("", poison, "")]
    except SandboxError as error:
        missing("process", error)
    finally:
        evaluator.close()
    assert found[0] == found[2]
    assert found[0].score == 1


def test_chance_is_another_for_each_program() -> None:
    source = """
import random
import numpy.random
def evaluate(path):
    return 1, {"own": random.random(), "numpy": numpy.random.rand()}
"""
    evaluator = Evaluator(source, packages=["numpy"], limits=Limits(memory_mb=512))
    try:
        one, other = evaluator.evaluate("1").words, evaluator.evaluate("2").words
    except SandboxError as error:
        missing("process", error)
    finally:
        evaluator.close()
    assert one["own"] != other["own"]
    assert one["numpy"] != other["numpy"]


def test_nothing_of_the_host_is_in_its_environment(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    found = judge("import os\ndef evaluate(path): return 1, dict(os.environ)")
    assert found.score == 1
    assert not {name for name in found.words if "KEY" in name or "AUTOAGENT" in name}
    assert found.words["HOME"] == "/"


OF_ONE_USER = """
import sys
sys.path += {folders!r}
import layers
layers.drop_privileges = lambda user: None
layers.landlock = lambda allowed: None
import launcher
launcher.main(*sys.argv[1:])
"""


def test_no_signal_ends_the_keeper_of_a_program_of_the_same_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As that of a user is who is not root, where Landlock knows of no signals."""
    folders = [str(LAUNCHER.parent), str(Path(layers.__file__).parent)]
    script = tmp_path / "launcher.py"
    script.write_text(OF_ONE_USER.format(folders=folders))
    monkeypatch.setattr("sandbox.programs.jobs.LAUNCHER", script)
    source = """
import os, signal, time
def evaluate(path):
    for each in sorted(signal.valid_signals() - {signal.SIGSTOP, signal.SIGKILL}):
        os.kill(1, each)
    time.sleep(0.2)
    return 1
"""
    with closing(Evaluator(source, limits=QUICK)) as evaluator:
        try:
            found = evaluator.evaluate("")
        except SandboxError as error:
            if "the process that keeps it was killed" in str(error):
                raise
            missing("process", error)
    assert found.score == 1, found


def test_children_and_threads_and_shared_memory_are_there(judge: Judge) -> None:
    source = """
import multiprocessing, subprocess, sys, tempfile, threading
def evaluate(path):
    said = subprocess.run([sys.executable, path], capture_output=True, text=True).stdout
    fork = multiprocessing.get_context("fork")
    queue = fork.Queue()
    child = fork.Process(target=lambda: queue.put(3))
    child.start()
    heard = []
    thread = threading.Thread(target=lambda: heard.append(queue.get()))
    thread.start()
    thread.join()
    child.join()
    with tempfile.TemporaryDirectory() as folder:
        open(folder + "/file", "w").close()
    return float(said), {"heard": heard}
"""
    assert judge(source, "print(6 * 7)") == Evaluation(
        score=42, metrics={"score": 42.0}, words={"heard": "[3]"}
    )


def test_there_are_no_more_children_than_allowed(judge: Judge) -> None:
    source = """
import os, time
def evaluate(path):
    children = 0
    try:
        while children < 100:
            if not os.fork():
                time.sleep(60)
            children += 1
    except BlockingIOError:
        pass
    return children
"""
    assert judge(source).score == CHILDREN


def test_a_fork_bomb_ends_with_its_time_and_harms_nobody(judge: Judge) -> None:
    source = """
import os
def evaluate(path):
    while True:
        try:
            os.fork()
        except OSError:
            pass
"""
    found = judge(source, limits=Limits(wall_seconds=1, memory_mb=64))
    assert (found.score, found.problem) == (None, "it took longer than 1 seconds")
    assert judge("def evaluate(path): return 1").score == 1


def test_shared_memory_counts_in_the_scratch_folder(judge: Judge) -> None:
    source = """
import mmap
def evaluate(path):
    files = int(open(path).read())
    for number in range(files):
        with open(f"/dev/shm/{number}", "wb+") as file:
            file.truncate(40 << 20)
            with mmap.mmap(file.fileno(), 40 << 20) as shared:
                for place in range(40):
                    shared[place << 20 : (place + 1) << 20] = b"x" * (1 << 20)
    return files
"""
    assert judge(source, "1").score == 1
    assert judge(source, "2").problem == "it died of Bus error"


def test_there_is_a_null_device(judge: Judge) -> None:
    source = """
import subprocess, sys
def evaluate(path):
    done = subprocess.run([sys.executable, "-c", "print(1)"], stdout=subprocess.DEVNULL)
    with open("/dev/null", "r+") as null:
        null.write("x")
        return 1, {"read": repr(null.read()), "status": str(done.returncode)}
"""
    assert judge(source).words == {"read": "''", "status": "0"}


class Result:
    """What an evaluator of OpenEvolve returns."""

    metrics: ClassVar = {"combined_score": 7}
    artifacts: ClassVar = {"a": "b"}


@pytest.mark.parametrize(
    ("returned", "score", "problem"),
    [
        (1, 1, ""),
        (True, 1, ""),
        ({"combined_score": 2, "other": 4}, 2, ""),
        ({"score": 3, "other": 4}, 3, ""),
        ({"a": 1, "b": 3, "c": "words"}, 2, ""),
        ((5, {"note": "n"}), 5, ""),
        ([5, "diagnostics"], 5, ""),
        (({"score": 6}, {"note": "n"}), 6, ""),
        (Result(), 7, ""),
        ({"metrics": {"combined_score": 8}, "artifacts": {"a": "b"}}, 8, ""),
        ({"combined_score": 9, "centres": np.zeros(2)}, 9, ""),
        (np.float32(0.5), 0.5, ""),
        ({f"m{n}": 1 for n in range(MOST_METRICS)} | {"combined_score": 5}, 5, ""),
        ({"score": 4, "other": 10**400}, 4, ""),
        (10**400, None, "evaluate returned inf as score; it must be finite"),
        (np.zeros(2), None, "evaluate returned ndarray: return a number, a dict or (score, words)"),
        (math.nan, None, "evaluate returned nan as score; it must be finite"),
        ({"score": math.inf}, None, "evaluate returned inf as score; it must be finite"),
        ({}, None, "evaluate returned no number"),
        (None, None, "evaluate returned NoneType: return a number, a dict or (score, words)"),
        ("1", None, "evaluate returned str: return a number, a dict or (score, words)"),
    ],
)
def test_a_result_of_any_shape_is_read_or_named(
    returned: object, score: float | None, problem: str
) -> None:
    found = read_result(Run("ok", b"", b"", None, ""), json.dumps(shaped(returned)).encode(), QUICK)
    assert (found.score, found.problem) == (score, problem)


def test_words_beside_a_result_are_added_to_its_own() -> None:
    found = {"metrics": {"combined_score": 7.0}, "words": {"a": "b", "diagnostics": "said"}}
    assert shaped((Result(), "said")) == found
    plain = SimpleNamespace(metrics={"score": 1}, artifacts="only words")
    assert shaped(plain) == {"metrics": {"score": 1.0}, "words": {"artifacts": "only words"}}


def test_metrics_and_artifacts_in_a_dictionary_are_as_those_of_an_object() -> None:
    returned = {"metrics": {"score": 1, "other": 2}, "artifacts": {"error": "no"}, "note": "n"}
    assert shaped(returned) == {
        "metrics": {"score": 1.0, "other": 2.0}, "words": {"note": "n", "error": "no"},
    }  # fmt: skip


@pytest.mark.parametrize(
    "forged", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"metrics": {"a": []}, "words": {}}']
)
def test_a_forged_result_is_no_error(forged: bytes) -> None:
    found = read_result(Run("ok", b"", b"", None, ""), forged, QUICK)
    assert (found.score, found.problem) == (None, OVERWRITTEN)


LEFT = "the program or the evaluator ended its process: exit status"
ENDS = {
    "1 / 0": "ZeroDivisionError: division by zero",
    "exit(3)": "it left with SystemExit(3) and no result",
    "os._exit(3)": f"{LEFT} 3",
    "os._exit(0)": f"{LEFT} 0 and no result",
    "os.closerange(3, 1024)": f"{LEFT} 1; OSError: [Errno 9] Bad file descriptor",
    "os.abort()": "it died of Aborted",
    "print('x' * 10**8)": "it printed more than 65,536 bytes",
    "forged('x' * (1 << 21))": "its result has more than 1,048,576 bytes",
    "forged('x' * (1 << 23))": "its result has more than 1,048,576 bytes",
}


FORGED = '{"metrics": {"score": 1e9}, "words": {}}'
LINGERING = f"""
import os, time
print(1, flush=True)
if os.fork() == 0:
    for number in range(3):
        os.close(number)
    while True:
        for number in range(3, 64):
            try:
                os.write(number, {FORGED.encode()!r})
            except OSError:
                pass
        for name in [name for name in os.listdir("/scratch") if name.endswith(".json")]:
            with open("/scratch/r", "w") as file:
                file.write({FORGED!r})
            os.replace("/scratch/r", "/scratch/" + name)
"""


@pytest.mark.parametrize("attempt", range(3))
def test_no_child_puts_another_result_in_its_place(judge: Judge, attempt: int) -> None:
    source = """
import subprocess, sys
def evaluate(path):
    run = subprocess.run([sys.executable, path], stdout=subprocess.PIPE, text=True)
    return float(run.stdout)
"""
    found = judge(source, LINGERING)
    assert (found.score, found.problem) == (1, "")


def test_a_copy_of_its_process_that_writes_a_result_spoils_it(judge: Judge) -> None:
    source = f"""
import os
def evaluate(path):
    if os.fork() == 0:
        for number in range(3, 64):
            try:
                os.write(number, {FORGED.encode()!r})
            except OSError:
                pass
        os._exit(0)
    os.wait()
    return 1
"""
    assert judge(source).problem == OVERWRITTEN


def test_a_forged_result_fills_no_journal() -> None:
    metrics = {f"m{number}": 1 for number in range(20_000)}
    words = {"long": "x" * 300_000} | {f"w{number}": "y" * 10 for number in range(20_000)}
    said = json.dumps({"metrics": metrics, "words": words}).encode()
    found = read_result(Run("ok", b"", b"", None, ""), said, Limits())
    assert len(found.metrics) == MOST_METRICS
    assert sum(map(len, found.words.values())) <= LONGEST_WORDS


def test_a_module_that_would_run_is_not_imported_beforehand() -> None:
    source = "import numpy, numpy.linalg.__main__\nfrom numpy import __main__, linalg\nimport os"
    assert imported(source, ["/packages/numpy"]) == [
        "numpy", "numpy.linalg",
    ]  # fmt: skip


def test_however_it_ends_that_is_named() -> None:
    source = """
import os
from openevolve.evaluation_result import EvaluationResult
def forged(text):
    (pipe,) = [number for number in range(3, 1024) if os.path.exists(number)]
    with open(pipe, "w") as file:
        file.write(text)
    os._exit(0)
def evaluate(path):
    return eval(open(path).read())
"""
    evaluator = Evaluator(source, limits=Limits(memory_mb=512, output_bytes=1 << 16))
    try:
        found = {program: evaluator.evaluate(program) for program in ENDS}
    except SandboxError as error:
        missing("process", error)
    finally:
        evaluator.close()
    assert {program: each.problem for program, each in found.items()} == ENDS
    assert not any(each.score for each in found.values())
    assert "ZeroDivisionError" in found["1 / 0"].words["traceback"]


@pytest.mark.parametrize(
    "source",
    [
        "def evaluate(path): pass",
        "from judges import evaluate",
        "from judges import *",
        "from judges import judged as evaluate",
        "if True:\n    evaluate = print",
        "exec(open('judge.py').read())",
    ],
)
def test_what_may_be_an_evaluator_is_not_refused(source: str) -> None:
    check_evaluator(source)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("x = evaluate(3)", "it has no function evaluate"),
        ("def evaluate(path: return", "it is no Python: line 1: invalid syntax"),
        ("x = '\0'", "it is no Python: "),
    ],
)
def test_what_cannot_be_an_evaluator_is_refused(source: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        check_evaluator(source)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = 1", "TypeError: the evaluator has no function evaluate(path)"),
        ("def evaluate(path: return", "SyntaxError: invalid syntax"),
    ],
)
def test_an_evaluator_that_is_none_is_named(judge: Judge, source: str, problem: str) -> None:
    found = judge(source)
    assert found.score is None
    assert problem in found.problem


def test_a_package_that_is_named_is_there_and_cannot_be_written() -> None:
    evaluator = Evaluator(
        """
import numpy
def evaluate(path):
    try:
        open(numpy.__file__, "a")
    except OSError as error:
        return numpy.float32(2.5), {"path": numpy.__file__, "error": error}
""",
        packages=["numpy"],
        limits=Limits(memory_mb=512),
    )
    try:
        found = evaluator.evaluate("")
    except SandboxError as error:
        missing("process", error)
    finally:
        evaluator.close()
    assert found.score == 2.5, found
    assert found.words["path"] == "/packages/numpy/__init__.py"


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="package 'nothing-such' is not installed here"):
        mounted(["nothing-such"])


def test_of_a_folder_that_packages_share_only_a_packages_own_is_mounted() -> None:
    found = mounted(["sentence-transformers"])
    assert "/packages/sentence_transformers" in found
    assert not {place for place in found if place.startswith("/packages/torch")}


@contextmanager
def broken(evaluator: Evaluator, times: int) -> Iterator[None]:
    """Kill who keeps an evaluation, so many times, once it runs."""
    evaluator.evaluate("")  # the launcher stands
    standing = set(processes_of(evaluator))

    def kill() -> None:
        for _ in range(times):
            assert soon(lambda: len(set(processes_of(evaluator)) - standing) >= 2)
            found = set(processes_of(evaluator)) - standing
            names = [named(each.pid) for each in found]
            for each in sorted(found, key=lambda process: process.pid):  # its keeper first
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            assert gone(filter(None, names))

    killer = threading.Thread(target=kill)
    killer.start()
    yield
    killer.join()


def processes_of(evaluator: Evaluator) -> list[psutil.Process]:
    launcher = evaluator._jobs.launcher()
    return psutil.Process(launcher).children(recursive=True) if launcher else []


SLOW = """
import time
def evaluate(path):
    time.sleep(float(open(path).read() or 0))
    return 7
"""


def test_where_the_jail_breaks_it_judges_once_more(judge: Judge) -> None:
    judge(SLOW)  # or this machine has no jail
    with closing(Evaluator(SLOW)) as evaluator, broken(evaluator, 1):
        assert evaluator.evaluate("2").score == 7


def test_a_jail_that_breaks_again_says_nothing_of_a_program(judge: Judge) -> None:
    judge(SLOW)
    words = r"what judges programs breaks \(the jail failed"
    with (
        closing(Evaluator(SLOW)) as evaluator,
        broken(evaluator, 2),
        pytest.raises(SandboxError, match=words),
    ):
        evaluator.evaluate("60")


def test_what_is_closed_while_it_judges_has_no_verdict(judge: Judge) -> None:
    judge(SLOW)
    evaluator = Evaluator(SLOW)
    closer = threading.Thread(
        target=lambda: soon(lambda: len(processes_of(evaluator)) > 2) and evaluator.close()
    )
    closer.start()
    with pytest.raises(SandboxError, match="was closed, and judges nothing"):
        evaluator.evaluate("60")
    closer.join()
    with pytest.raises(SandboxError, match="was closed, and judges nothing"):
        evaluator.evaluate("0")
    assert evaluator._jobs.launcher() is None
