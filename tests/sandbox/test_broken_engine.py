"""The wall behind the wall: what somebody can reach who has broken the engine of a worker."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.jail.bare import Bare
from sandbox.jail.zygote import Zygote
from sandbox.limits import Limits
from sandbox.programs.wasm_runner import WORKER
from sandbox.programs.wasm_runner import enclosed as enclosed_for_programs
from sandbox.session import End
from sandbox.wasm.build import COMPILED, cached_build
from sandbox.wasm.inside import frames
from sandbox.wasm.wall import RUNTIME, enclosed, wait_until_loaded
from sandbox.wasm.worker import Worker, longest_text, memory_mb
from tests.sandbox.guests import EVALUATOR
from tests.walls import needed

if sys.platform != "linux":
    pytest.skip("workers are jailed on Linux alone", allow_module_level=True)

seccomp = needed("process", "pyseccomp")

BROKEN = Path(__file__).with_name("broken_engine.py")
ROOM_MB = memory_mb(Limits(), 1)
SECRET = "whoever reads this is out"

Told = Callable[[str], str]


def number(name: str) -> int:
    return int(seccomp.resolve_syscall(seccomp.Arch.NATIVE, name))


@pytest.fixture(scope="module")
def load() -> list[str]:
    compiled = cached_build(EVALUATOR).files / COMPILED
    return [frames.__file__, str(RUNTIME), str(compiled)]


@pytest.fixture(scope="module", params=["components", "modules"])
def kind(request: pytest.FixtureRequest) -> str:
    """What the worker executes: guests that are compiled before, or programs as they come."""
    return str(request.param)


@pytest.fixture(scope="module")
def zygote(kind: str, load: list[str]) -> Iterator[Zygote]:
    programs = [frames.__file__, str(WORKER)]
    of_programs = enclosed_for_programs(BROKEN, programs)
    zygote = Zygote(of_programs if kind == "modules" else enclosed(BROKEN, load))
    assert not zygote.missing, "what is tried here needs every layer"
    yield zygote
    zygote.close()


@pytest.fixture
def process(zygote: Zygote) -> Iterator[Any]:
    process = zygote.start_guest(ROOM_MB)
    yield process
    process.close()


def told_by(process: Any) -> Told:
    process.channel.settimeout(120)
    stream = process.channel.makefile("rwb")

    def told(code: str) -> str:
        frames.give_order(stream, {"code": code})
        word = frames.hear_word(stream, longest_text(Limits()))
        return word.text if word else process.autopsy().detail

    return told


@pytest.fixture
def told(process: Any) -> Told:
    """Whoever has broken the engine of a jailed worker."""
    return told_by(process)


@pytest.fixture(scope="module")
def unjailed(load: list[str]) -> Iterator[Told]:
    """The same where there is no jail, to see that what is tried would be reached."""
    process = Bare(enclosed(BROKEN, load), "a test", wait_until_loaded).start_guest(ROOM_MB)
    yield told_by(process)
    process.close()


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What there is on the host to be reached."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "program").write_text("#!/bin/sh\n")
    (tmp_path / "program").chmod(0o755)
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(f"\0autoagent-{os.getpid()}")
    unix.listen()
    with unix, socket.create_server(("127.0.0.1", 0)) as listener:
        yield {
            "folder": str(tmp_path),
            "tcp": listener.getsockname(),
            "unix": unix.getsockname(),
            "host": os.getpid(),
        }


ATTEMPTS = {
    "a file": "open('{folder}/secret').read()",
    "a new file": "open('{folder}/new', 'w')",
    "a folder": "os.listdir('{folder}')",
    "the root": "os.listdir('/') or 1 / 0",
    "what is above the root": "os.listdir('..') or 1 / 0",
    "itself in the system's words": "os.readlink('/proc/self/exe')",
    "a file by openat2": f"call({number('openat2')}, -100, b'{{folder}}', bytes(24), 24)",
    "who owns a file": "os.stat('{folder}/secret')",
    "memory with a name": "os.memfd_create('any')",
    "TCP": "socket.create_connection({tcp}, 5)",
    "an abstract socket": "socket.socket(socket.AF_UNIX).connect({unix!r})",
    "a pair of sockets": "socket.socketpair()",
    "the host, by signal": "os.kill({host}, 0)",
    "anybody, by signal": "os.kill(-1, 0) if {host} else 0",
    "the host's memory": f"call({number('process_vm_readv')}, {{host}}, None, 0, None, 0, 0)",
    "a handle of the host": "os.pidfd_open({host})",
    "a child": "os.waitpid(os.fork() or os._exit(0), 0)",
    "a program": "subprocess.run(['{folder}/program'])",
    "another name for itself": f"call({number('prctl')}, 15, b'other')",
    "a namespace": f"call({number('unshare')}, 0)",
    "new code": "mmap.mmap(-1, 4096, prot=mmap.PROT_EXEC | mmap.PROT_READ)",
    "code of its own": "mmap.mmap(-1, 4096, prot=7)",
    "shared memory": "mmap.mmap(-1, 4096, flags=mmap.MAP_SHARED)",
    "more than its memory": "len(bytearray(2 * 10**9))",
}
"""What is tried, as Python; each is refused by an error."""


@pytest.mark.parametrize("what", ATTEMPTS)
def test_nothing_is_reached(kind: str, told: Told, surroundings: dict[str, Any], what: str) -> None:
    if what == "new code" and kind == "modules":
        pytest.skip("who loads programs as they come has to execute them")
    assert told(ATTEMPTS[what].format(**surroundings)).startswith("refused ")


@pytest.mark.parametrize("what", [each for each in ATTEMPTS if "anybody" not in each])
def test_all_would_be_reached_without_the_jail(
    unjailed: Told, surroundings: dict[str, Any], what: str
) -> None:
    assert unjailed(ATTEMPTS[what].format(**surroundings)).startswith("reached ")


def test_no_secret_of_the_host_is_in_its_environment(
    load: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    zygote = Zygote(enclosed(BROKEN, load))
    try:
        told = told_by(zygote.start_guest(ROOM_MB))
        # Python itself adds the locale.
        assert told("os.environ.keys() - {'PYTHONHASHSEED', 'LC_CTYPE'}") == "reached set()"
    finally:
        zygote.close()


def test_no_code_can_be_written_to(told: Told, process: Any) -> None:
    rights = [
        line.split()[1] for line in Path(f"/proc/{process.pid}/maps").read_text().splitlines()
    ]
    assert any("x" in each for each in rights)
    assert not [each for each in rights if "w" in each and "x" in each]
    code = "ctypes.cast(libc.getpid, ctypes.c_void_p).value"
    page = f"ctypes.c_void_p({code} & ~4095)"
    assert told(f"call({number('mprotect')}, {page}, 4096, 7)").startswith("refused Permission")
    assert signal.strsignal(signal.SIGSEGV) in told(f"ctypes.memset({code}, 0xC3, 1)")


def test_what_it_holds_is_its_channel_and_what_it_executes(
    kind: str, told: Told, process: Any
) -> None:
    links = [os.readlink(each) for each in sorted(Path(f"/proc/{process.pid}/fd").iterdir())]
    assert [each.partition(":")[0] for each in links[:4]] == [*["/dev/null"] * 3, "socket"]
    assert [Path(each).name for each in links[4:]] == [COMPILED] * (kind == "components")
    for attempt in ("os.write(4, b'x')", "os.ftruncate(4, 0)", "os.fchmod(4, 0o777)"):
        assert told(attempt).startswith("refused ")


def test_a_worker_that_is_broken_ends_alone(zygote: Zygote) -> None:
    first, second = zygote.start_guest(ROOM_MB), zygote.start_guest(ROOM_MB)
    try:
        told = told_by(second)
        for victim in (first.pid, zygote.pid, -1):
            assert told(f"os.kill({victim}, 9)").startswith("refused ")
        assert "the process died of" in told("os.abort()")
        assert told_by(first)("1") == "reached 1"
    finally:
        first.close()
        second.close()


HEAD = frames.HEAD.pack


class Forged:
    """A worker's process that is nothing but the other end of its channel."""

    pid = 0

    def __init__(self) -> None:
        self.channel, self.theirs = socket.socketpair()

    def kill(self) -> None:
        self.theirs.close()

    def autopsy(self) -> End:
        return End("worker", "it was ended", None)

    def close(self) -> None:
        self.channel.close()


@pytest.mark.parametrize(
    "said",
    [
        HEAD(1, 0, 7, 1 << 31) + b"message",
        HEAD(1, 0, 1 << 15, 0),
        HEAD(1, 0, 7, 1) + b"message\xff",
        HEAD(1, 0, 2, 0) + b"\xff\xfe",
        HEAD(1, 0, 5, 0) + b"fatal",
        HEAD(1, 0, 7, 9) + b"failureany words",
        b"[" * 100_000,
    ],
)
def test_what_no_worker_says_ends_it(said: bytes) -> None:
    process = Forged()
    worker = Worker(process, Limits(), 2)
    inbox = worker.admit(1)
    process.theirs.sendall(said)
    end = inbox.get(timeout=60)
    assert isinstance(end, End)
    assert end.cause == "worker"
    assert "says what no worker says" in end.detail
    assert not worker.alive
    process.theirs.close()


def test_half_a_word_is_none() -> None:
    process = Forged()
    worker = Worker(process, Limits(), 2)
    inbox = worker.admit(1)
    process.theirs.sendall(HEAD(1, 0, 7, 100) + b"message and")
    process.theirs.close()
    assert inbox.get(timeout=60) == End("worker", "the worker process died: it was ended", None)


def test_words_for_lives_that_are_not_its_own_reach_nobody() -> None:
    process = Forged()
    worker = Worker(process, Limits(), 2)
    inbox = worker.admit(1)
    process.theirs.sendall(HEAD(2, 0, 7, 2) + b"messagehi" + HEAD(1, 5, 7, 2) + b"messageho")
    heard = inbox.get(timeout=60)
    assert (heard.fuel, inbox.empty()) == (5, True)
    process.theirs.close()
