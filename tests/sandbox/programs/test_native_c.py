"""C as machine code: what its programs do, and that nothing gets out of their jail."""

from __future__ import annotations

import re
import sys

import pytest

from sandbox.limits import Limits
from sandbox.programs import Language, open_target
from sandbox.programs.jobs import Job
from sandbox.programs.native_c import NativeProgram
from sandbox.session import SandboxError
from tests.sandbox.programs.conftest import QUICK, compiled, errors, ran
from tests.sandbox.programs.test_c import CAT, body

CALLS = """
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
static char room[4096];
static struct iovec into = {room, 4096}, from = {(void *)0x400000, 4096};
static struct rlimit more = {1 << 30, 1 << 30};
static char *none[] = {0};
"""
DOORS = {
    "fork": "syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)",
    "thread": "syscall(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, room + 4000, 0, 0, 0)",
    "clone3": "syscall(SYS_clone3, room, 88)",
    "other namespaces": "syscall(SYS_unshare, CLONE_NEWUSER)",
    "shell": 'syscall(SYS_execve, "/bin/sh", none, none)',
    "the host's programs": 'syscall(SYS_execve, "/usr/bin/id", none, none)',
    "memory as a program": 'syscall(SYS_memfd_create, "x", 0)',
    "execveat": 'syscall(SYS_execveat, 0, "", none, none, 0x1000)',
    "internet": "syscall(SYS_socket, AF_INET, SOCK_STREAM, 0)",
    "local socket": "syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0)",
    "pair of sockets": "syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, room)",
    "kernel's own": "syscall(SYS_socket, AF_NETLINK, SOCK_RAW, 0)",
    "being traced": "syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0)",
    "tracing the keeper": "syscall(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0)",
    "the keeper's memory": "syscall(SYS_process_vm_readv, 1, &into, 1, &from, 1, 0)",
    "killing the keeper": "syscall(SYS_tgkill, 1, 1, SIGKILL)",
    "killing all": "syscall(SYS_kill, -1, SIGKILL)",
    "a handle": "syscall(SYS_pidfd_open, 1, 0)",
    "its memory": 'open("/proc/self/maps", O_RDONLY)',
    "the keeper's world": 'open("/proc/1/environ", O_RDONLY)',
    "the host's files": 'open("/etc/passwd", O_RDONLY)',
    "devices": 'open("/dev/zero", O_RDONLY)',
    "a new file": 'open("/scratch/x", O_CREAT | O_WRONLY, 0777)',
    "a file without a name": 'open("/scratch", O_TMPFILE | O_WRONLY, 0777)',
    "its own program": 'open("/scratch/program", O_RDWR)',
    "its library": 'open("/usr/lib/libc.so.6", O_RDWR)',
    "its input": 'open("/dev/stdin", O_RDWR)',
    "writing its input": 'write(0, "x", 1)',
    "rights": 'syscall(SYS_fchmodat, AT_FDCWD, "/scratch/program", 0777)',
    "folders": 'syscall(SYS_mkdirat, AT_FDCWD, "/scratch/x", 0777)',
    "links": 'syscall(SYS_symlinkat, "/etc/passwd", AT_FDCWD, "/scratch/x")',
    "second names": 'syscall(SYS_linkat, AT_FDCWD, "program", AT_FDCWD, "x", 0)',
    "removing": 'syscall(SYS_unlinkat, AT_FDCWD, "/scratch/program", 0)',
    "mounts": 'syscall(SYS_mount, "none", "/scratch", "tmpfs", 0, "")',
    "other roots": 'syscall(SYS_chroot, "/")',
    "being root": "syscall(SYS_setuid, 0)",
    "capabilities": "syscall(SYS_capset, room, room)",
    "being looked into": "syscall(SYS_prctl, 4, 1, 0, 0, 0)",
    "another filter": "syscall(SYS_seccomp, 0, 0, 0)",
    "programs of the kernel": "syscall(SYS_bpf, 0, room, 64)",
    "counters": "syscall(SYS_perf_event_open, room, 0, -1, -1, 0)",
    "faults": "syscall(SYS_userfaultfd, 0)",
    "rings": "syscall(SYS_io_uring_setup, 1, room)",
    "keys": "syscall(SYS_keyctl, 0, -3, 1)",
    "shared segments": "syscall(SYS_shmget, 0, 4096, 0666 | 01000)",
    "message queues": "syscall(SYS_msgget, 0, 0666 | 01000)",
    "files by handle": "syscall(SYS_open_by_handle_at, AT_FDCWD, room, 0)",
    "limits": "syscall(SYS_prlimit64, 0, RLIMIT_DATA, &more, 0)",
    "limits of the keeper": "syscall(SYS_prlimit64, 1, RLIMIT_DATA, &more, 0)",
    "processors": "syscall(SYS_sched_setaffinity, 0, 8, room)",
    "priority": "syscall(SYS_setpriority, 0, 0, -20)",
    "shared memory": "(long)mmap(0, 4096, PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)",
    "stacks": "(long)mmap(0, 4096, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0)",
    "code": "(long)mmap(0, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)",
    "data as code": "mprotect((void *)((long)room & -4096), 4096, PROT_READ | PROT_EXEC)",
    "where it lies": "syscall(SYS_personality, 0)",
    "typing": "syscall(SYS_ioctl, 0, 0x5412, room)",
    "names": 'syscall(SYS_sethostname, "x", 1)',
    "the clock": "syscall(SYS_clock_settime, 0, room)",
    "watching files": "syscall(SYS_inotify_init1, 0)",
    "pipes": "syscall(SYS_pipe2, room, 0)",
    "locks": "syscall(SYS_flock, 1, 2)",
    "modules": 'syscall(SYS_init_module, room, 1, "")',
}


def test_hello(native_c: Language) -> None:
    run = ran(native_c, body('printf("%zu %zu", sizeof(long), sizeof(void *));'))
    assert (run.status, run.stdout, run.stderr, run.fuel) == ("ok", b"8 8", b"", None)


@pytest.mark.parametrize("stdin", [b"", bytes(range(256)) * 4000])
def test_echo(native_c: Language, stdin: bytes) -> None:
    assert ran(native_c, CAT, stdin, output_bytes=1 << 21).stdout == stdin


def test_the_libraries_of_c_are_there(native_c: Language) -> None:
    source = body(
        'printf("%.3f %d %s", sin(1), isdigit(49) != 0, getenv("PATH") ? "?" : "no");',
        "#include <math.h>\n#include <ctype.h>",
    )
    assert ran(native_c, source).stdout == b"0.841 1 no"


def test_diagnostics_are_those_of_the_other_target(c: Language, native_c: Language) -> None:
    source = "int main(void) { return isdigit(x); }"
    assert errors(native_c, source) == errors(c, source)


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("exit(3);", ("exit", "exit status 3")),
        ("abort();", ("trap", "it died of Aborted")),
        ("volatile int *p = 0; *p = 1;", ("trap", "it died of Segmentation fault")),
        ("for (volatile int n = 0;; n++);", ("fuel", "the CPU budget is used up")),
        ('for (;;) puts("flood");', ("output", "it wrote more than it may")),
    ],
)
def test_ends(native_c: Language, text: str, ended: tuple[str, str]) -> None:
    run = ran(native_c, body(text), fuel=10**8)
    assert (run.status, run.detail) == ended


def test_all_doors_are_closed(native_c: Language) -> None:
    tried = "".join(
        f'errno = 0; printf("%s\\t%s\\n", "{name}", ({door}) < 0 && errno ? "closed" : "open");'
        for name, door in DOORS.items()
    )
    told = ran(native_c, CALLS + body(f"setvbuf(stdout, 0, _IONBF, 0); {tried}")).stdout.decode()
    assert dict(line.split("\t") for line in told.splitlines()) == dict.fromkeys(DOORS, "closed")


@pytest.mark.skipif(sys.platform != "linux", reason="a way of Linux")
@pytest.mark.parametrize(
    "call",
    ['__asm__("int $0x80" : "=a"(got) : "a"(2))', "got = syscall(0x40000000 | 57)"],
    ids=["of 32 bits", "of x32"],
)
def test_calls_of_another_architecture_are_none(native_c: Language, call: str) -> None:
    """Fork has other numbers there."""
    run = ran(native_c, CALLS + body(f'long got = 0; {call}; printf(got < 0 ? "closed" : "open");'))
    assert run.stdout == b"closed" or run.status in ("trap", "fuel")


def test_a_bomb_of_processes_is_one_process(native_c: Language) -> None:
    source = body("int n = 0; for (int i = 0; i < 1000; i++) n += fork() >= 0;"
                  'printf("%d", n);', "#include <unistd.h>")  # fmt: skip
    assert ran(native_c, source).stdout == b"0"


def test_what_executes_itself_gets_nothing_by_it(native_c: Language) -> None:
    source = body(
        'char *again[] = {"program", "again", 0}, *none[] = {0};'
        'if (count < 2) execve("/scratch/program", again, none);'
        'printf("%d", count); for (;;);',
        "#include <unistd.h>",
    ).replace("main(void)", "main(int count, char **words)")
    run = ran(native_c, source.replace("for (;;);", "fflush(stdout); for (;;);"), fuel=10**8)
    assert (run.status, run.stdout) == ("fuel", b"2")


MEMORY = {
    "allocated": "p = malloc(1 << 20)",
    "mapped": (
        "(p = mmap(0, 1 << 20, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != (char *)-1"
    ),
    "made read-only": (
        "(p = mmap(0, 1 << 20, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != (char *)-1"
        " && (p[0] = 1, mprotect((void *)p, 1 << 20, PROT_READ)) == 0"
    ),
    "tables of pages": (
        "(p = mmap(0, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))"
        " != (char *)-1 && p[0] == 0"
    ),
}


@pytest.mark.parametrize("how", MEMORY)
def test_memory_ends(native_c: Language, how: str) -> None:
    text = f'int n = 0; while (n < 4096 && ({MEMORY[how]})) n++; printf("%d", n);'
    run = ran(native_c, CALLS + body(text, "volatile char *p;"), memory_mb=64)
    assert 16 < int(run.stdout) < 64 + 64


@pytest.mark.parametrize("where", ["static", "deep"])
def test_other_memory_ends_too(native_c: Language, where: str) -> None:
    static = body("big[getchar() + 1] = 1;", "volatile char big[200 << 20];")
    deep = body(
        "return deep(1);", "int deep(volatile int n) { int m = deep(n + 1); return m * n; }"
    )
    assert ran(native_c, {"static": static, "deep": deep}[where]).status in ("trap", "memory")


def test_the_compiler_reads_nothing_of_the_host(native_c: Language) -> None:
    for way in ('#include "/etc/passwd"', 'asm(".incbin \\"/etc/passwd\\"");'):
        text = errors(native_c, f"{way}\nint main(void) {{ return 0; }}")
        assert "root:" not in text
        assert "not found" in text or "Could not find" in text


UNDEFINED = {
    "int m = 2147483647; m += n;": "signed integer overflow in an addition",
    "int m = -2147483647; m -= 1 + n;": "signed integer overflow in a subtraction",
    "int m = 2147483647; m *= n + 1;": "signed integer overflow in a multiplication",
    "int m = -2147483647 - n; m = -m;": "signed integer overflow in a negation",
    "int m = 1 << (n + 40); n = 1 + !m;": "a shift by a negative or too large number",
    "static int a[3]; n += a[n + 2] * 0;": "an index out of the bounds of its array",
    "volatile char a[n - 1]; n += 0 * sizeof a;": "an array whose length is not positive",
    "volatile int m = (int)(1e20 * n);": "a floating-point number out of the range",
    "int m = 5; m /= n - 1;": "division by zero, or signed integer overflow in a division",
    "int *p = (int *)(long)(n - 1); n = *p;": "a null pointer is followed",
}


def test_what_is_undefined_is_told_with_its_line(native_c: Language) -> None:
    """The last line breaks the program, so nothing is told after that."""
    lines = "\n".join(f"{{ n = 1; {text} }}" for text in UNDEFINED)
    program = compiled(native_c, body(f"volatile int n = getchar();\n{lines}"))
    assert isinstance(program, NativeProgram)
    *told, end = program.examine([b"1", b"1"], Limits(**QUICK)).splitlines()
    assert end.endswith("memory is used that is none of the program's, in the function main")
    for number, (finding, expected) in enumerate(zip(told, UNDEFINED.values(), strict=True)):
        assert re.fullmatch(rf"program\.c:{number + 6}:\d+: runtime error: {expected}.*", finding)


MISUSED = {
    "a[n + 32] = 1;": "memory is used that lies behind the end of an allocation, in .* main",
    "a[n + 28] = 1; free(a);": "something was written right behind an allocation, in .* main",
    "free(a); a[n] = 1;": "memory is used that was given back with free, in .* main",
    "free(a); free(a);": "memory is given back twice with free, in .* main",
    "deep(n);": "the stack is used up: .*, in the function deep",
    "*(volatile int *)(0x123450L + 4 * n) = 1;": "memory is used that is none of the program's.*",
    'for (n = 0; n < 9000; n++) free(realloc(strdup("text"), n)); free(a);': "",
}


@pytest.mark.parametrize("text", MISUSED)
def test_misused_memory_is_told(native_c: Language, text: str) -> None:
    above = "int deep(volatile int n) { int m = deep(n + 1); return m * n; }"
    begin = "volatile int n = 0; volatile char *volatile a = malloc(24 + n);"
    source = body(f"{begin} {text}".replace("free(a)", "free((char *)a)"), above)
    program = compiled(native_c, source)
    assert isinstance(program, NativeProgram)
    told = program.examine([b""], Limits(**QUICK))
    expected = MISUSED[text]
    assert re.fullmatch(rf"program\.c: runtime error: {expected}" if expected else "", told), told


def test_what_a_program_says_itself_is_no_finding(native_c: Language) -> None:
    program = compiled(native_c, body('fputs("program.c: warning: 0x7fff\\n", stderr);'))
    assert isinstance(program, NativeProgram)
    assert program.examine([b""], Limits(**QUICK)) == ""


def test_addresses_are_the_same_in_every_run(native_c: Language) -> None:
    source = body('printf("%p %p", (void *)main, malloc(1));')
    first, second = compiled(native_c, source).run([b"", b""], Limits(**QUICK))
    assert first == second


def test_what_is_executed_lies_where_nothing_is_written() -> None:
    with pytest.raises(ValueError, match="scratch_mb is 0"):
        Job(source="program", commands=[], executable=True, scratch_mb=1)


def test_another_system_has_no_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.programs.compilers.native.platform.system", lambda: "Darwin")
    with pytest.raises(SandboxError, match="run on Linux, and this is Darwin"):
        open_target("c-native")
