"""The jailed-process wall: each door tried from inside, with and without the others closed."""

import gc
import os
import platform
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from autoagent.death import Cause
from autoagent.host import Idle
from autoagent.life import CodePolicy, Death, Heartbeat, Life
from sandbox.jail.inside.layers import unknown_to_landlock
from sandbox.jail.system_calls import FilterError
from sandbox.limits import Limits
from sandbox.native import lay_out
from sandbox.process import ProcessSandbox
from sandbox.session import Message, SandboxError, Session
from tests.sandbox.guests import CALLER, EVALUATOR, ended, said, text
from tests.sandbox.lacking import LAYERS, on_a_host_without
from tests.waiting import gone, named, soon
from tests.walls import needed, standing

seccomp = needed("process", "pyseccomp")

ENDLESS = "sum(range(10**12))"

REFUSED = (
    *("open", "openat", "openat2", "stat", "newfstatat", "statx", "readlink", "getdents64"),
    *("socket", "socketpair", "connect", "bind", "sendto", "sendmsg", "recvmsg", "dup", "fcntl"),
    *("fork", "vfork", "clone", "clone3", "execve", "execveat", "unshare", "setns", "ptrace"),
    *("kill", "tgkill", "tkill", "pidfd_open", "pidfd_send_signal", "rt_sigqueueinfo"),
    *("process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd"),
    *("mount", "umount2", "pivot_root", "chroot", "chdir", "mknod", "memfd_create", "ioctl"),
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "keyctl", "add_key", "shmget"),
    *("prctl", "seccomp", "arch_prctl", "setuid", "capset", "prlimit64", "personality"),
    *("landlock_create_ruleset", "modify_ldt", "pkey_mprotect", "shmat", "mq_open", "init_module"),
    *("setitimer", "timer_create", "sched_setaffinity", "sched_setscheduler", "setpriority"),
    *("getrandom", "uname", "sysinfo", "times", "getrusage", "clock_settime", "settimeofday"),
    *("inotify_init1", "fanotify_init", "epoll_create1", "eventfd2", "signalfd4", "splice", "tee"),
)


@pytest.fixture(scope="module")
def wall() -> Iterator[ProcessSandbox]:
    with standing("process", EVALUATOR) as wall:
        yield wall


@pytest.fixture(scope="module")
def caller() -> Iterator[ProcessSandbox]:
    with standing("process", CALLER) as wall:
        yield wall


@pytest.fixture(scope="module")
def organisms() -> Iterator[Any]:
    with standing("process") as wall:
        yield wall


Born = Callable[..., Session]


@pytest.fixture
def born() -> Iterator[Born]:
    """Begins lives behind a wall; none outlives its test, however that ends."""
    sessions: list[Session] = []

    def begun(wall: ProcessSandbox, **limits: Any) -> Session:
        sessions.append(wall.start("you", Limits(**limits), seed=0, now=1000.0))
        return sessions[-1]

    yield begun
    for session in sessions:
        session.close()


def life_of(session: Any) -> psutil.Process:
    """The process of one life: others of the same wall may still be on their way out."""
    return psutil.Process(session._channel.pid)


def copies_of(wall: ProcessSandbox) -> int:
    """How many processes the keeper has beside the mould."""
    (keeper,) = psutil.Process(wall.workers()[0]).children()
    return len(keeper.children()) - 1


# The jail, from inside.


@pytest.mark.parametrize("name", REFUSED)
def test_system_calls_are_refused(caller: ProcessSandbox, name: str) -> None:
    number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
    if number < 0:
        pytest.skip("not on this architecture")
    assert text(said(caller, f"call({number}, 0, 0, 0, 0, 0, 0)")) == "Operation not permitted"


def test_memory_is_neither_executable_nor_shared(caller: ProcessSandbox) -> None:
    mmap, mprotect = (
        seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) for name in ("mmap", "mprotect")
    )
    private, shared, read_write, execute = 0x22, 0x21, 3, 4
    made = [
        text(said(caller, f"call({mmap}, 0, 4096, {protection}, {flags}, -1, 0)"))
        for protection, flags in (
            (read_write, private),
            (read_write | execute, private),
            (execute, private),
            (read_write, shared),
        )
    ]
    assert made == ["made", *["Operation not permitted"] * 3]
    page = "id(sys) & ~4095"
    changed = [
        text(said(caller, f"call({mprotect}, {page}, 4096, {protection})"))
        for protection in (read_write, read_write | execute)
    ]
    assert changed == ["made", "Operation not permitted"]


def test_no_code_of_a_life_can_be_written_to(caller: ProcessSandbox, born: Born) -> None:
    """Nor that which `ctypes` makes for itself, though it asks for memory that is both."""
    life = life_of(born(caller))
    rights = [line.split()[1] for line in Path(f"/proc/{life.pid}/maps").read_text().splitlines()]
    assert any("x" in each for each in rights)
    assert not [each for each in rights if "w" in each and "x" in each]


@pytest.mark.parametrize(
    ("version", "unknown"),
    [
        (1, ["truncating of files", "TCP", "commands to devices", "abstract sockets and signals"]),
        (3, ["TCP", "commands to devices", "abstract sockets and signals"]),
        (5, ["abstract sockets and signals"]),
        (6, []),
        (7, []),
    ],
)
def test_what_an_older_landlock_does_not_know_is_named(version: int, unknown: list[str]) -> None:
    assert unknown_to_landlock(version) == unknown


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 is of x86_64 alone")
def test_calls_of_another_architecture_are_deadly(caller: ProcessSandbox) -> None:
    end = ended(said(caller, f"call({0x40000000 | 39})"))
    assert (end.cause, end.detail) == ("trap", "the process died of Bad system call")


def test_who_it_is_stays_unsaid(wall: ProcessSandbox) -> None:
    who = "[f() for f in (os.getpid, os.getppid, os.getuid, os.getegid)]"
    assert text(said(wall, f"[{who} for os in [__import__('os')]][0]")) == "[0, 0, 0, 0]"


def test_a_listener_on_the_host_is_not_reached(caller: ProcessSandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        listener.setblocking(False)
        assert "Error" in text(said(caller, f"socket.create_connection({address})"))
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_nothing_is_found_of_what_built_the_jail(wall: ProcessSandbox) -> None:
    modules = set(eval(text(said(wall, "list(__import__('sys').modules)"))))
    assert not modules & {"ctypes", "_ctypes", "socket", "_socket", "signal", "sandbox"}
    assert text(said(wall, "__import__('sys').argv + __import__('sys').path")) == "['']"


@pytest.fixture
def many_files() -> Iterator[None]:
    """Have this process hold more descriptors than a life may, so that new ones are above them."""
    files = [open(os.devnull) for _ in range(100)]  # noqa: SIM115
    yield
    for file in files:
        file.close()


def test_a_host_with_many_files_passes_none_of_them_on(many_files: None, born: Born) -> None:
    wall = ProcessSandbox(EVALUATOR)
    try:
        life = life_of(born(wall))
        assert len(list(Path(f"/proc/{life.pid}/fd").iterdir())) == 4
    finally:
        wall.close()


def test_a_life_holds_nothing_but_its_channel(wall: ProcessSandbox, born: Born) -> None:
    for life in [life_of(born(wall)), life_of(born(wall))]:
        links = sorted((Path(f"/proc/{life.pid}/fd")).iterdir())
        assert [os.readlink(link).split(":")[0] for link in links] == [*["/dev/null"] * 3, "socket"]
        status = Path(f"/proc/{life.pid}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert fields["NoNewPrivs"] == "1"
        assert fields["Seccomp"] == "2"
        assert {int(fields[f"Cap{kind}"], 16) for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {
            0
        }
        assert os.geteuid() != 0 or set(fields["Uid"].split()) == {"65534"}
        for space in ("pid", "net", "ipc", "uts", "mnt"):
            assert os.readlink(f"/proc/{life.pid}/ns/{space}") != os.readlink(
                f"/proc/self/ns/{space}"
            )
        assert os.listdir(f"/proc/{life.pid}/root") == []


def test_memory_that_grows_like_a_stack_is_refused(caller: ProcessSandbox) -> None:
    """The kernel does not count it as data."""
    mmap = seccomp.resolve_syscall(seccomp.Arch.NATIVE, "mmap")
    made = said(caller, f"call({mmap}, 0, 4096, 3, 0x122, -1, 0)")
    assert text(made) == "Operation not permitted"


# The layers, each without the others.


@pytest.mark.parametrize("layers", [*((layer,) for layer in LAYERS), LAYERS])
def test_what_is_missing_is_named_and_refused(wall: object, layers: tuple[str, ...]) -> None:
    code = (
        "try: ProcessSandbox(CALLER)\n"
        "except SandboxError as error: print(error)\n"
        "import psutil; print('left:', psutil.Process().children())"
    )
    words = on_a_host_without(layers, code)
    assert "is not whole on this machine" in words
    assert [layer for layer in LAYERS if f"{layer} (" in words] == [*layers]
    assert "--unsafe" in words
    assert "left: []" in words


def test_a_missing_libseccomp_is_named(wall: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(profile: object) -> bytes:
        raise FilterError("Unable to find libseccomp")

    monkeypatch.setattr("sandbox.jail.zygote.compile_filter", missing)
    with pytest.raises(SandboxError, match=r"seccomp \(Unable to find libseccomp\): install"):
        ProcessSandbox(EVALUATOR)


TRIES = """
with socket.create_server(("127.0.0.1", 0)) as listener:
    wall = ProcessSandbox(CALLER, unsafe=True, progress=lambda line: None)
    session = wall.start("", Limits(), seed=0, now=0.0)
    for expression in (
        f"open({sys.argv[2]!r})",
        f"socket.create_connection({listener.getsockname()}, 5)",
        f"os.kill({os.getpid()}, 0)",
        "os.fork()",
        "len(bytearray(10**9))",
    ):
        print(text(session.resume(expression, now=0.0)).partition("(")[0])
    wall.close()
"""


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_later_zygote_is_as_whole_as_the_first(
    wall: object, monkeypatch: pytest.MonkeyPatch, unsafe: bool
) -> None:
    """A machine that runs short of something may refuse a layer that it had before."""

    def missing(profile: object) -> bytes:
        raise FilterError("out of memory")

    later = ProcessSandbox(EVALUATOR, unsafe=unsafe)
    try:
        assert text(said(later, "1")) == "1"
        os.kill(later.workers()[0], signal.SIGKILL)
        assert soon(lambda: later.workers() == [])
        with monkeypatch.context() as short:
            short.setattr("sandbox.jail.zygote.compile_filter", missing)
            with pytest.raises(SandboxError, match=r"Missing: seccomp \(out of memory\)"):
                said(later, "1")
        assert later.workers() == []
        assert text(said(later, "1")) == "1"
    finally:
        later.close()


@pytest.mark.parametrize(
    ("layer", "file", "network", "signals"),
    [
        ("namespaces", "FileNotFoundError", "OSError", "ProcessLookupError"),
        ("privileges", "PermissionError", "<socket.socket", "PermissionError"),
        ("Landlock", "PermissionError", "PermissionError", "PermissionError"),
        ("seccomp", "PermissionError", "PermissionError", "PermissionError"),
    ],
)
def test_each_layer_holds_alone(
    wall: object, tmp_path: Path, layer: str, file: str, network: str, signals: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    secret.chmod(0o600)
    others = tuple(each for each in LAYERS if each != layer)
    tried = on_a_host_without(others, TRIES, str(secret)).splitlines()
    assert tried[0] == file
    assert tried[1].startswith(network)
    assert tried[2] == signals
    assert tried[3] in ("BlockingIOError", "PermissionError")
    assert tried[4] == "MemoryError"


@pytest.mark.parametrize("victim", ["host", "keeper", "outer"])
@pytest.mark.parametrize("layers", [(), LAYERS])
def test_nothing_survives_the_one_it_lives_for(
    wall: object, layers: tuple[str, ...], victim: str
) -> None:
    code = (
        "import threading, psutil\n"
        "from tests.waiting import named, soon\n"
        "wall = ProcessSandbox(CALLER, unsafe=True)\n"
        "idle, busy = (wall.start('', Limits(), seed=0, now=0.0) for _ in range(2))\n"
        "compute = lambda: busy.resume('sum(range(10**12))', now=0.0)\n"
        "job = threading.Thread(target=compute, daemon=True)\n"
        "job.start()\n"
        "assert soon(lambda: busy._channel.cpu_seconds() > 0.1)\n"
        "inside = lambda: psutil.Process().children(recursive=True)\n"
        "assert soon(lambda: len(inside()) == 5), inside()\n"
        "print(*(named(p.pid) for p in inside()), flush=True)\n"
        "outer = psutil.Process(wall.workers()[0])\n"
        "if sys.argv[2] == 'host': os._exit(0)\n"
        "(outer if sys.argv[2] == 'outer' else outer.children()[0]).kill()\n"
        "job.join()\n"
        "assert busy.event.cause == 'worker', busy.event\n"
        "os._exit(0)\n"
    )
    processes = on_a_host_without(layers, code, victim).split()
    assert len(processes) == 5
    assert gone(processes)


# Lives.


def test_a_killed_zygote_ends_its_lives_and_the_next_one_stands(
    wall: ProcessSandbox, born: Born
) -> None:
    first, second = born(wall), born(wall)
    doomed = [named(life_of(each).pid) for each in (first, second)]
    os.kill(wall.workers()[0], signal.SIGKILL)
    assert gone(doomed)
    for session in (first, second):
        assert ended(session.resume("1", now=0.0)).cause == "worker"
    assert text(said(wall, "1")) == "1"


def test_a_life_that_is_killed_harms_no_other(wall: ProcessSandbox, born: Born) -> None:
    first, second = born(wall), born(wall)
    life_of(first).kill()
    end = ended(first.resume("1", now=0.0))
    # The kernel counts whom it kills for memory on the whole machine, where others run tests.
    assert end.cause in ("worker", "memory")
    assert text(second.resume("1", now=0.0)) == "1"


def test_a_stopped_life_is_a_hang(wall: ProcessSandbox, born: Born) -> None:
    session = born(wall, wall_seconds=2.0)
    life_of(session).suspend()
    assert ended(session.resume("1", now=0.0)).cause == "hang"


@pytest.mark.parametrize(
    ("expression", "cause", "detail"),
    [
        ("os.write(3, b'X1234')", "protocol", "unknown kind"),
        ("os.write(3, b'M' + bytes(3) + bytes([1, 255]))", "protocol", "not UTF-8"),
        ("os.write(3, b'M' + bytes(3) + bytes([9, 65])) + os._exit(0)", "protocol", "breaks off"),
        ("os.write(3, b'M' + bytes([255] * 4))", "output", "4294967295 bytes"),
        ("os.close(3) or sum(range(10**12))", "trap", "closed its channel"),
        ("os.write(3, b'R' + bytes(4))", "returned", ""),
        ("os._exit(7)", "trap", "exit status 7"),
        ("os.abort()", "trap", "died of"),
        ("ctypes.string_at(0)", "trap", "Segmentation fault"),
    ],
)
def test_whatever_it_writes_the_host_knows_how_it_ended(
    caller: ProcessSandbox, expression: str, cause: str, detail: str
) -> None:
    end = ended(said(caller, expression))
    assert end.cause == cause
    assert detail in end.detail


def test_a_guest_that_does_not_take_its_reply_is_a_hang(caller: ProcessSandbox, born: Born) -> None:
    session = born(caller, fuel=10**15, wall_seconds=2.0)
    forged = f"os.write(3, b'M' + bytes(4)) and {ENDLESS}"
    assert text(session.resume(forged, now=0.0)) == ""
    assert ended(session.resume("x" * 10**7, now=0.0)).cause == "hang"


def test_a_flood_is_served_one_at_a_time_and_ends(caller: ProcessSandbox, born: Born) -> None:
    session = born(caller, wall_seconds=2.0)
    event = session.resume("[os.write(3, b'M' + bytes(4)) for _ in range(10**9)]", now=0.0)
    served = 0
    while event == Message("", None):
        event, served = session.resume("", now=0.0), served + 1
    assert served > 10
    assert ended(event).cause == "hang", "it never takes a reply"


def test_many_lives_leave_nothing_behind(wall: ProcessSandbox) -> None:
    gc.collect()  # what earlier tests left is not let go of meanwhile
    grown = [lives_cost(wall, 100) for _ in range(3)]
    assert min(held for held, _ in grown) <= 0, grown
    assert min(memory for _, memory in grown) < 4 << 20, grown
    assert soon(lambda: copies_of(wall) == 0)


def lives_cost(wall: ProcessSandbox, lives: int) -> tuple[int, int]:
    """Return how many descriptors and bytes more are held after so many lives.

    What each left would be left each time; what malloc keeps, or others hold meanwhile, is not.
    """
    held, memory = len(os.listdir("/proc/self/fd")), psutil.Process().memory_info().rss
    for n in range(lives):
        said(wall, "1" if n % 2 else "__import__('os')._exit(0)")
    more = len(os.listdir("/proc/self/fd")) - held
    return more, psutil.Process().memory_info().rss - memory


def test_many_lives_at_once(wall: ProcessSandbox, born: Born) -> None:
    sessions = [born(wall) for _ in range(100)]
    assert len({life_of(session).pid for session in sessions}) == 100
    assert soon(lambda: copies_of(wall) == 100)
    assert {text(session.resume("1", now=0.0)) for session in sessions} == {"1"}


def test_closing_from_a_signal_handler(wall: ProcessSandbox, born: Born) -> None:
    session = born(wall, wall_seconds=20)
    before = signal.signal(signal.SIGALRM, lambda *_: wall.close())
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        assert ended(session.resume(ENDLESS, now=0.0)).cause == "worker"
    finally:
        signal.signal(signal.SIGALRM, before)
    assert wall.workers() == []
    assert text(said(wall, "1")) == "1"


def test_cpu_is_counted_and_not_time(wall: ProcessSandbox, born: Born) -> None:
    """A life that is kept from computing has used nothing."""
    session = born(wall, fuel=5 * 10**9, wall_seconds=60)
    life = life_of(session)
    life.suspend()
    again = threading.Timer(1.0, life.resume)
    again.start()
    assert text(session.resume("1", now=0.0)) == "1"
    again.join()


def test_a_broken_tree_is_laid_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    tree = lay_out(EVALUATOR)
    file = tree.files / "lib" / "evaluator.py"
    file.write_text("raise SystemExit")
    assert lay_out(EVALUATOR) == tree
    assert "def main" in file.read_text()


def test_a_cache_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    with pytest.raises(SandboxError, match="XDG_CACHE_HOME"):
        lay_out(EVALUATOR)


# Organisms.

POKE = """```python
import random
print({'a', 'b', 'c'}, random.random(), hash('x'))
def greet(self):
    return 'hello'
```"""

LOOK = """```python
import datetime, os, random, time, uuid
print({'a', 'b', 'c'}, id(object()), {object(), object()}, random.random(), os.urandom(4))
print(datetime.datetime.now(), time.time(), uuid.uuid1(), uuid.uuid4())
```"""


def outcomes(wall: Any, policy: CodePolicy, *answers: str) -> list[Heartbeat | Death]:
    life = Life(wall, policy=policy, seed=5, host=Idle(lambda: 1000.0))
    try:
        events = [life.begin("Define a function called greet")]
        for answer in answers:
            events.append(life.answer(answer))
    finally:
        life.close()
    return events


@pytest.mark.parametrize("policy", ["strict", "open"])
def test_an_organism_lives_and_dies_in_here(organisms: Any, policy: CodePolicy) -> None:
    last = "```python\nself.run = 1 / 0\n```" if policy == "strict" else "import os; os._exit(1)"
    events = outcomes(organisms, policy, POKE, "print(self.greet())", last)
    assert "greet" in events[1].outcome.changed
    assert "hello" in events[2].outcome.stdout
    if policy == "open":
        assert isinstance(events[3], Death)
        assert events[3].cause == Cause.CRASHED


@pytest.mark.parametrize(("policy", "code"), [("strict", POKE), ("open", LOOK)])
def test_equal_lives_are_equal(organisms: Any, policy: CodePolicy, code: str) -> None:
    first = outcomes(organisms, policy, code, code)
    assert first[1].outcome.error == ""
    assert all(outcomes(organisms, policy, code, code) == first for _ in range(10))
    organisms.close()  # the next has a zygote of its own
    assert outcomes(organisms, policy, code, code) == first
