"""JavaScript and Python as sources: interpreters of this machine, in the jail."""

import gc
import os
import re
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from sandbox.extras import pip_install
from sandbox.limits import Limits
from sandbox.programs import SOURCES, Language, Run, open_source
from sandbox.programs.interpreted import InterpretedLanguage
from sandbox.programs.javascript import JavaScript
from sandbox.programs.python import MAPPED_MB, MEMORY_MB
from tests.sandbox.lacking import on_a_host_without
from tests.sandbox.programs.conftest import QUICK, compiled, errors, ran
from tests.waiting import gone, named, soon

LANGUAGES = ("javascript", "python")

CAT = {
    "javascript": "process.stdout.write(require('fs').readFileSync(0))",
    "python": "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())",
}
EXIT = {"javascript": "process.exit(3)", "python": "raise SystemExit(3)"}
CRASH = {"javascript": "null.x", "python": "None.x"}
LOOP = {"javascript": "for (;;);", "python": "while True: pass"}
FLOOD = {
    "javascript": "for (;;) require('fs').writeSync(1, 'flood')",
    "python": "while True: print('flood')",
}
BOMB = {
    "javascript": "const a = []; for (;;) a.push(new Array(1e5).fill(1.5))",
    "python": "a = []\nwhile True: a.append(bytearray(1 << 20))",
}
STACK = {"javascript": "(function f() { f() })()", "python": "def f(): f()\nf()"}
SLEEP = {
    "javascript": "setTimeout(() => {}, 1e6)",
    "python": "import time\ntime.sleep(1000)",
}
ENVIRONMENT = {
    "javascript": "console.log(Object.keys(process.env).sort().join())",
    "python": "import os\nprint(','.join(sorted(os.environ)))",
}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("stdin", [b"", b"text\n", bytes(range(256)), b"x" * 60_000])
def test_echo(language: Language, stdin: bytes) -> None:
    run = ran(language, CAT[language.name], stdin)
    assert (run.status, run.stdout, run.stderr, run.fuel) == ("ok", stdin, b"", None)


def test_reads_nothing(language: Language) -> None:
    assert ran(language, "", b"x" * 10_000_000).status == "ok"


READERS = {
    "by name": "require('fs').readFileSync('/dev/stdin', 'utf8')",
    "by link": "require('fs').readFileSync('/proc/self/fd/0', 'utf8')",
    "by folder": "require('fs').readFileSync('/dev/fd/0', 'utf8')",
    "its descriptor": "require('fs').readFileSync(process.stdin.fd, 'utf8')",
    "opened": "(fs => fs.readFileSync(fs.openSync('/dev/stdin', 'rs'), 'utf8'))(require('fs'))",
    "promised": "await require('fs/promises').readFile('/dev/stdin', 'utf8')",
    "asked": (
        "await require('readline/promises').createInterface(process.stdin).question('') + '\\n'"
    ),
    "iterated": "(await Array.fromAsync(process.stdin)).join('')",
    "lines": (
        "(await Array.fromAsync(require('readline').createInterface(process.stdin)))"
        ".join('\\n') + '\\n'"
    ),
    "data": (
        "await new Promise(done => { let all = ''; process.stdin.setEncoding('utf8')"
        ".on('data', part => all += part).on('end', () => done(all)) })"
    ),
    "readable": (
        "await new Promise(done => { let all = '', part; process.stdin.on('readable', () => "
        "{ while ((part = process.stdin.read()) !== null) all += part })"
        ".on('end', () => done(all)) })"
    ),
    "streamed": (
        "await new Promise(done => { let all = ''; require('fs').createReadStream('/dev/stdin')"
        ".on('data', part => all += part).on('end', () => done(all)) })"
    ),
}


@pytest.mark.parametrize("how", READERS)
def test_javascript_reads_its_input_in_every_way(javascript: Language, how: str) -> None:
    source = f"(async () => {{ process.stdout.write({READERS[how]}) }})()"
    assert ran(javascript, source, "one line, é\n".encode()).stdout == "one line, é\n".encode()


@pytest.mark.parametrize(
    "source",
    [
        "import {readFileSync} from 'fs';\nprocess.stdout.write(readFileSync('/dev/stdin'));",
        "import {readFile} from 'node:fs/promises';\n"
        "process.stdout.write(await readFile('/dev/stdin'));",
        "const fs = await import('fs');\nprocess.stdout.write(fs.readFileSync(0));",
        "import {stdin} from 'process';\nfor await (const each of stdin) console.log(`${each}`);",
    ],
)
def test_modules_of_ecmascript(javascript: Language, source: str) -> None:
    assert ran(javascript, source, b"text").stdout.strip() == b"text"


def test_a_file_that_says_so_is_a_module_whatever_is_in_it() -> None:
    told = {}
    for name in ("javascript", "javascript-module"):
        with closing(open_source(name)) as language:
            source = "console.log(typeof require, typeof this)"
            told[SOURCES[name].suffixes] = ran(language, source).stdout
    assert told == {(".js", ".cjs"): b"function object\n", (".mjs",): b"undefined undefined\n"}


def test_what_node_itself_has_can_be_required(javascript: Language) -> None:
    names = (
        "fs readline os util assert events path buffer string_decoder url perf_hooks stream "
        "timers crypto zlib querystring vm process console readline/promises timers/promises"
    )
    source = f"for (const name of '{names}'.split(' ')) require(name), require('node:' + name)"
    run = ran(javascript, source)
    assert (run.status, run.stderr) == ("ok", b"")


@pytest.mark.parametrize(
    "opened", ["open('/dev/stdin')", "open('/proc/self/fd/0')", "sys.stdin", "open(0)"]
)
def test_python_reads_its_input_in_every_way(python: Language, opened: str) -> None:
    source = f"import sys\nsys.stdout.write({opened}.read())"
    assert ran(python, source, "é\n".encode()).stdout == "é\n".encode()


def test_large_inputs_and_outputs(language: Language) -> None:
    text = b"0123456789abcde\n" * (1 << 19)
    run = ran(language, CAT[language.name], text, memory_mb=256, output_bytes=1 << 24)
    assert (run.status, run.stdout == text) == ("ok", True)


def test_the_input_is_a_file_of_its_own_that_nobody_writes(python: Language) -> None:
    source = """
import os
for each in ("/dev", "/proc", "/proc/self", "/proc/self/fd"):
    print(*sorted(os.listdir(each)))
for each in ("/dev/stdin", "/proc/self/fd/0", "/proc/self/fd/1", "/dev/x"):
    try:
        open(each, "r+b" if os.path.exists(each) else "wb")
        print("open")
    except OSError:
        print("closed")
try:
    os.chmod("/proc/self/fd/0", 0o777)
    print("open")
except OSError:
    print("closed")
try:
    print(os.write(0, b"x"))
except OSError:
    print("closed")
"""
    told = ran(python, source, b"secret").stdout.decode().splitlines()
    assert told == ["fd null shm stdin", "self", "fd", "0", *["closed"] * 6]


def test_several_inputs(language: Language) -> None:
    runs = compiled(language, CAT[language.name]).run([b"a", b"b"], Limits(**QUICK))
    assert [run.stdout for run in runs] == [b"a", b"b"]


def test_exit_status(language: Language) -> None:
    run = ran(language, EXIT[language.name])
    assert (run.status, run.detail) == ("exit", "exit status 3")


def test_an_exception_is_told(language: Language) -> None:
    run = ran(language, CRASH[language.name])
    assert run.status == "exit"
    assert b"program" in run.stderr


def test_a_broken_syntax_is_an_error(language: Language) -> None:
    assert "SyntaxError" in errors(language, "def (:;")


def test_endless_loop_ends_by_cpu_time(language: Language) -> None:
    assert ran(language, LOOP[language.name], fuel=5 * 10**9, wall_seconds=200.0).status == "fuel"


def test_sleep_ends_by_time(language: Language) -> None:
    assert ran(language, SLEEP[language.name], wall_seconds=0.5).status == "hang"


def test_flood_is_stopped_at_the_cap(language: Language) -> None:
    run = ran(language, FLOOD[language.name], output_bytes=1000)
    assert (run.status, len(run.stdout)) == ("output", 1000)


def test_memory_ends(language: Language) -> None:
    assert ran(language, BOMB[language.name], memory_mb=64).status == "memory"


def test_stack_overflow(language: Language) -> None:
    assert ran(language, STACK[language.name]).status in ("exit", "trap")


def test_environment_is_ours(language: Language) -> None:
    run = ran(language, ENVIRONMENT[language.name])
    assert set(run.stdout.decode().strip().split(",")) <= {
        "HOME", "LANG", "LC_CTYPE", "PYTHONHASHSEED", "TZ",
    }  # fmt: skip


def test_threads_share_a_language(language: Language) -> None:
    runs: list[Run] = []
    program = compiled(language, CAT[language.name])

    def live(text: bytes) -> None:
        runs.extend(program.run([text, text], Limits(**QUICK)))

    threads = [threading.Thread(target=live, args=(b"%d" % n,)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(run.stdout for run in runs) == sorted(b"%d" % n for n in range(4) for _ in "ab")


def processes_of(language: Language) -> list[psutil.Process]:
    assert isinstance(language, InterpretedLanguage)
    return psutil.Process(language.launcher()).children(recursive=True)


def test_nothing_of_a_run_is_left(language: Language) -> None:
    ran(language, SLEEP[language.name], wall_seconds=0.3)
    gc.collect()  # what earlier tests left is not let go of meanwhile
    descriptors = psutil.Process().num_fds()
    standing = len(processes_of(language))
    for source in (SLEEP, LOOP, FLOOD, CAT):
        ran(language, source[language.name], wall_seconds=0.3)
    assert soon(lambda: len(processes_of(language)) == 1)  # the launcher within its namespaces
    assert standing >= 1
    assert soon(lambda: psutil.Process().num_fds() <= descriptors)


def test_a_launcher_that_is_killed_is_replaced(language: Language) -> None:
    assert isinstance(language, InterpretedLanguage)
    program = compiled(language, SLEEP[language.name])
    launcher = language.launcher()
    assert launcher
    before = set(processes_of(language))
    family = [named(each.pid) for each in before]

    def kill_once_it_runs() -> None:
        soon(lambda: len(set(processes_of(language)) - before) >= 2)  # its keeper, and itself
        os.kill(launcher, signal.SIGKILL)

    killer = threading.Thread(target=kill_once_it_runs)
    killer.start()
    (run,) = program.run([b""], Limits(**QUICK))
    killer.join()
    assert run.status == "worker"
    assert gone(family)
    assert ran(language, CAT[language.name], b"again").stdout == b"again"


JAVASCRIPT_DOORS = {
    "read": "fs.readFileSync('/etc/passwd')",
    "write": "fs.writeFileSync('/scratch/x', 'x')",
    "own source": "fs.writeFileSync('program.js', 'x')",
    "temporary": "fs.mkdtempSync('/tmp/x')",
    "memory": "fs.readFileSync('/proc/self/maps')",
    "devices": "fs.readFileSync('/dev/zero')",
    "child": "const r = child.spawnSync('/bin/node', ['-v']); if (r.error) throw r.error",
    "fork": "const r = child.execSync('true')",
    "kill": "process.kill(1, 'SIGKILL')",
    "kill all": "process.kill(-1, 'SIGKILL')",
    "another": "process.kill(process.ppid, 'SIGKILL')",
    "setuid": "process.setuid(0)",
    "mount": "fs.mkdirSync('/x')",
    "link": "fs.symlinkSync('/etc/passwd', 'x')",
    "user": "fs.chownSync('program.js', 0, 0)",
}


@pytest.mark.parametrize("door", JAVASCRIPT_DOORS)
def test_doors_are_closed_to_javascript(javascript: Language, door: str) -> None:
    source = (
        "const fs = require('fs'), child = require('child_process');"
        f"try {{ {JAVASCRIPT_DOORS[door]}; console.log('open') }} "
        "catch (e) { console.log(e.code) }"
    )
    run = ran(javascript, source)
    assert run.stdout.strip() in (b"EPERM", b"EACCES", b"ENOENT", b"EROFS", b"ESRCH"), run


@pytest.mark.parametrize(
    "how",
    [
        "net.connect(9, '127.0.0.1')",
        "net.createServer().listen(0)",
        "net.connect('/scratch/x')",
        "net.createServer().listen('\\0x')",
    ],
)
def test_there_is_no_network_for_javascript(javascript: Language, how: str) -> None:
    source = (
        "const net = require('net'); process.on('uncaughtException', e => console.log(e.code));"
        f"{how}.on('connect', () => console.log('open')).on('listening', () => console.log('open'))"
        ".on('error', e => console.log(e.code))"
    )
    assert ran(javascript, source).stdout.strip() in (b"EPERM", b"EACCES")


def test_datagrams_and_names(javascript: Language) -> None:
    source = """
    const s = require('dgram').createSocket('udp4');
    s.on('error', e => console.log(e.code));
    process.on('uncaughtException', e => console.log(e.code));
    s.send('x', 9, '127.0.0.1', e => console.log(e ? e.code : 'open'));
    require('dns').lookup('example.org', e => console.log(e ? 'failed' : 'open'));
    """
    assert b"open" not in ran(javascript, source, wall_seconds=3).stdout


def test_javascript_may_have_some_threads(javascript: Language) -> None:
    source = """
    const {Worker, isMainThread, parentPort} = require('worker_threads');
    new Worker("require('worker_threads').parentPort.postMessage(7)", {eval: true})
        .on('message', m => console.log(m));
    """
    assert ran(javascript, source, memory_mb=1024).stdout == b"7\n"


def test_a_bomb_of_threads_harms_nobody(javascript: Language) -> None:
    source = """
    const {Worker} = require('worker_threads');
    for (let i = 0; i < 10000; i++) new Worker('for(;;);', {eval: true}).on('error', () => {});
    """
    run = ran(javascript, source, memory_mb=256, wall_seconds=3)
    assert run.status in ("exit", "trap", "memory", "hang", "fuel")
    assert ran(javascript, "console.log(1)").stdout == b"1\n"


def test_chance_of_javascript_is_the_same_in_every_run(javascript: Language) -> None:
    first, second = compiled(javascript, "console.log(Math.random())").run(
        [b""] * 2, Limits(**QUICK)
    )
    assert first == second


def test_memory_outside_the_heap_ends(javascript: Language) -> None:
    source = "const a = []; for (;;) a.push(Buffer.alloc(1 << 24, 1))"
    run = ran(javascript, source, memory_mb=64)
    assert run.status in ("memory", "exit", "trap")


PYTHON_DOORS = {
    "read": "open('/etc/passwd')",
    "write": "open('/scratch/x', 'w')",
    "own source": "open('program.py', 'w')",
    "library": "open(os.__file__, 'a')",
    "memory": "open('/proc/self/mem')",
    "fork": "os.fork()",
    "spawn": "__import__('subprocess').run(['/bin/sh'])",
    "socket": "__import__('socket').socket()",
    "pair": "__import__('socket').socketpair()",
    "kill": "os.kill(1, 9)",
    "kill all": "os.kill(-1, 9)",
    "setuid": "os.setuid(0)",
    "chroot": "os.chroot('.')",
    "memfd": "os.memfd_create('x')",
    "shared": "__import__('mmap').mmap(-1, 4096)",
    "limit": "__import__('resource').setrlimit(7, (9999, 9999))",
    "lock": "__import__('fcntl').lockf(open(os.__file__), 5)",
    "watch": "__import__('fcntl').fcntl(open('program.py'), 1026, 1)",
    "pipe": "__import__('fcntl').fcntl(1, 1031, 1 << 20)",
    "affinity": "os.sched_setaffinity(0, [0])",
    "trace": "ptrace()",
    "module": "__import__('yaml')",
}


@pytest.mark.parametrize("door", PYTHON_DOORS)
def test_doors_are_closed_to_python(python: Language, door: str) -> None:
    source = f"""
import os
def ptrace():
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "")
try:
    {PYTHON_DOORS[door]}
    print("open")
except (OSError, ImportError, ValueError):
    print("closed")
"""
    assert ran(python, source).stdout == b"closed\n"


MORE_MEMORY = {
    "a stack": "held(3, 0x122, lambda place: libc.memset(place, 1, SIZE))",
    "data that is none any more": (
        "held(3, 0x22, lambda place: libc.memset(place, 1, SIZE) and libc.mprotect(place, SIZE, 1))"
    ),
    "tables of pages": "held(1, 0x4022, libc.strlen)",
}


@pytest.mark.parametrize("how", MORE_MEMORY)
def test_no_memory_is_missed_by_its_limit(python: Language, how: str) -> None:
    """Data is what the kernel counts: private, writable, and no stack."""
    source = f"""
import ctypes
SIZE = 32 << 20
libc = ctypes.CDLL(None)
for name in ("mmap", "memset"):
    getattr(libc, name).restype = ctypes.c_void_p
size = ctypes.c_size_t
libc.mmap.argtypes = [ctypes.c_void_p, size, *[ctypes.c_int] * 3, ctypes.c_long]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, size]
libc.mprotect.argtypes = [ctypes.c_void_p, size, ctypes.c_int]
libc.strlen.argtypes = [ctypes.c_void_p]
def held(protection, flags, use):
    for n in range(64):
        place = libc.mmap(None, SIZE, protection, flags, -1, 0)
        if place == (1 << 64) - 1:
            return n
        use(place)
    return n
print({MORE_MEMORY[how]} * 32)
"""
    run = ran(python, source, memory_mb=64)
    assert run.status == "ok", run
    assert int(run.stdout) <= 64 + MEMORY_MB + MAPPED_MB


def test_the_host_stays_unnamed(python: Language) -> None:
    assert ran(python, "import os\nprint(os.uname().nodename)").stdout == b"jail\n"


def test_what_is_to_be_seen(python: Language) -> None:
    source = "import os\nfor each in ('/', '/scratch'): print(*os.listdir(each))"
    root, scratch = ran(python, source).stdout.decode().splitlines()
    interpreter = {Path(each).parts[1] for each in (sys.base_prefix, sys._base_executable)}
    assert set(root.split()) <= {"dev", "proc", "scratch", "usr", "lib64", "lib", *interpreter}
    assert scratch == "program.py"


def test_no_installed_package_is_to_be_seen(python: Language) -> None:
    source = "import os, glob\nprint(glob.glob(os.path.dirname(os.__file__) + '/*-packages/*'))"
    assert ran(python, source).stdout == b"[]\n"


def test_who_it_is(python: Language) -> None:
    source = "import os\nprint(os.getpid(), os.getppid(), os.getuid() != 0, os.getgroups())"
    assert ran(python, source).stdout.split()[:2] == [b"2", b"1"]


def test_hashes_and_addresses_are_the_same_in_every_run(python: Language) -> None:
    source = "print(hash('x'), id(object()))"
    first, second = compiled(python, source).run([b"", b""], Limits(**QUICK))
    assert first == second


def test_a_forged_message_of_the_jail_is_only_output(python: Language) -> None:
    source = r"""
import os
for each in range(64):
    try:
        os.write(each, b"=\0\0\0\0")
    except OSError:
        pass
os._exit(5)
"""
    run = ran(python, source)
    assert (run.detail, run.stdout, run.stderr) == ("exit status 5", b"=\0\0\0\0", b"=\0\0\0\0")


def test_a_dead_program_is_a_trap(python: Language) -> None:
    run = ran(python, "import ctypes\nctypes.string_at(0)")
    assert (run.status, run.detail) == ("trap", "it died of Segmentation fault")
    assert ran(python, "import os\nos.abort()").detail == "it died of Aborted"


def test_a_missing_node_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.session import SandboxError

    monkeypatch.setattr("sandbox.programs.javascript.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(Path("/nowhere")))
    with pytest.raises(SandboxError, match=re.escape(pip_install("genetic"))):
        JavaScript()


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        ("namespaces", "user namespace: "),
        ("privileges", "giving capabilities up: "),
        ("Landlock", "Landlock: "),
        ("seccomp", "seccomp: "),
    ],
)
def test_without_a_layer_nothing_is_run(python: Language, layer: str, why: str) -> None:
    code = (
        "from sandbox.programs import open_source\n"
        "python = open_source('python')\n"
        "try: print(python.compile('print(1)'))\n"
        "except SandboxError as error: print(error)\n"
        "import psutil; print('left:', psutil.Process().children())"
    )
    words = on_a_host_without((layer,), code)
    assert words.startswith(f"programs cannot be jailed on this machine ({why}")
    assert "left: []" in words
