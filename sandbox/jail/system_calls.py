"""The system calls that those in a jail may make: one mechanism, and a profile for each kind.

libseccomp makes a filter from a profile, on the host. What a profile does not name is refused.
Who calls by the conventions of another architecture is ended, since numbers mean other things
there.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import tempfile
from dataclasses import dataclass
from functools import cache


class FilterError(Exception):
    """The filter cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Argument:
    """What an argument of a system call must be.

    Attributes:
        number: Which one, from 0.
        value: What it must be.
        mask: Which of its bits count; all if None.
    """

    number: int
    value: int
    mask: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The system calls of one kind of process.

    Attributes:
        allowed: By name.
        allowed_if: Names with what their arguments must be; of several for one name, any will do.
        answered: Names with the error that they get in place of `EPERM`; 0 stands for success.
    """

    allowed: tuple[str, ...]
    allowed_if: tuple[tuple[str, tuple[Argument, ...]], ...]
    answered: tuple[tuple[str, int], ...]


NOT_EXECUTABLE = Argument(2, 0, mmap.PROT_EXEC)
MAP_GROWSDOWN = 0x0100
COUNTED = Argument(3, 0, mmap.MAP_SHARED | MAP_GROWSDOWN)
"""Of memory, only what is private and no stack counts against its limit."""

LIFE = Profile(
    allowed=(
        # Its channel to the host, and memory.
        "read", "write", "close", "brk", "munmap", "mremap", "madvise",
        # Locks within itself, signals to itself by its own faults, the end.
        "futex", "sched_yield", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
        "restart_syscall", "exit", "exit_group",
        # Where the kernel maps no clock into the process, CPython aborts if it cannot ask for one.
        "clock_gettime", "clock_getres", "gettimeofday",
    ),
    allowed_if=(("mmap", (NOT_EXECUTABLE, COUNTED)), ("mprotect", (NOT_EXECUTABLE,))),
    # Who it is, is nobody's business, and equal lives shall get equal answers.
    answered=tuple(
        (name, 0)
        for name in ("getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid")
    ),
)  # fmt: skip
"""What a Python needs that has no files and no company."""

CLONE_THREAD = 0x00010000
THREADS = (("clone", (Argument(0, CLONE_THREAD, CLONE_THREAD),)),)
CLONE3_HIDES_WHAT_IT_ASKS_FOR = ("clone3", errno.ENOSYS)

ENGINE = Profile(
    allowed=(
        *LIFE.allowed,
        # A thread for each guest, and random bytes for the engine's own tables.
        "set_robust_list", "rseq", "clock_nanosleep", "getrandom",
    ),
    allowed_if=(*LIFE.allowed_if, *THREADS),
    answered=(*LIFE.answered, CLONE3_HIDES_WHAT_IT_ASKS_FOR),
)  # fmt: skip
"""What an engine of WebAssembly needs whose code is all in memory: no files, and no new code."""

NOT_WRITABLE = Argument(2, 0, mmap.PROT_WRITE)
COMPILING_ENGINE = Profile(
    allowed=(
        *ENGINE.allowed,
        # Threads that compile, bounds that it lowers for itself, and whether the host is there.
        "sched_getaffinity", "times", "poll", "ppoll",
    ),
    allowed_if=(
        *ENGINE.allowed_if,
        ("mmap", (NOT_WRITABLE, COUNTED)),
        ("mprotect", (NOT_WRITABLE,)),
        ("prlimit64", (Argument(0, 0),)),
    ),
    answered=ENGINE.answered,
)  # fmt: skip
"""The same for one that makes code as it goes: memory is written to, or executed, never both."""

FILES_TO_READ = (
    "open", "openat", "access", "faccessat", "faccessat2", "stat", "lstat", "fstat", "newfstatat",
    "statx", "readlink", "readlinkat", "getdents64", "lseek", "pread64",
)  # fmt: skip
READER = Profile(
    allowed=(*LIFE.allowed, *FILES_TO_READ, "getrandom", "set_robust_list", "rseq", "sysinfo"),
    allowed_if=LIFE.allowed_if,
    answered=(*LIFE.answered, ("ioctl", errno.ENOTTY)),
)
"""What a Python needs that reads files, has no company, and loads no compiled code any more."""

PR_SET_NAME, PR_SET_VMA = 15, 0x53564D41
TCGETS, FIONBIO, FIOCLEX = 0x5401, 0x5421, 0x5451
OF_DESCRIPTORS = (
    *(fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD),
    *(fcntl.F_GETFL, fcntl.F_SETFL),
)
"""The commands of ``fcntl`` that leave alone what others have open, too: locks, leases, pipes."""

PROGRAM = Profile(
    allowed=(
        # Streams and files.
        "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "close",
        "lseek", "open", "openat", "access", "faccessat", "faccessat2", "stat", "lstat", "fstat",
        "newfstatat", "statx", "readlink", "readlinkat", "getdents64", "getcwd", "chdir", "dup",
        "dup2", "dup3", "ftruncate", "unlink", "unlinkat", "rename", "renameat", "mkdir",
        "chmod", "umask", "pipe2", "eventfd2", "epoll_create1", "epoll_ctl", "epoll_wait",
        "epoll_pwait", "poll", "ppoll", "select", "pselect6",
        # Memory.
        "brk", "munmap", "mprotect", "mremap", "madvise", "mincore",
        # Threads and itself; there is nobody else in its namespace of process ids.
        "futex", "sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler",
        "set_tid_address", "set_robust_list", "rseq", "gettid", "getpid", "getppid", "getpgrp",
        "tgkill", "membarrier", "arch_prctl", "exit", "exit_group", "execve",
        "getuid", "geteuid", "getgid", "getegid", "getgroups", "capget",
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait",
        "sigaltstack", "restart_syscall",
        # Clocks, random bytes, and the machine.
        "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
        "times", "getrusage", "getrandom", "uname", "sysinfo", "getcpu",
    ),
    allowed_if=(
        ("mmap", (COUNTED,)),
        *THREADS,
        ("prlimit64", (Argument(2, 0),)),
        ("prctl", (Argument(0, PR_SET_NAME),)),
        ("prctl", (Argument(0, PR_SET_VMA),)),
        ("ioctl", (Argument(1, TCGETS),)),
        ("ioctl", (Argument(1, FIONBIO),)),
        ("ioctl", (Argument(1, FIOCLEX),)),
        *(("fcntl", (Argument(1, command),)) for command in OF_DESCRIPTORS),
    ),
    # Libraries do without these where the kernel has none.
    answered=(
        CLONE3_HIDES_WHAT_IT_ASKS_FOR,
        *((name, errno.ENOSYS) for name in ("io_uring_setup", "pkey_alloc")),
    ),
)  # fmt: skip
"""What compilers and interpreters with threads need.

Unlike a life, a program opens files (there are only its own interpreter's) and has threads. It has
no sockets, no other processes and no memory that its limit misses.
"""

NATIVE = Profile(
    allowed=(
        *LIFE.allowed, *FILES_TO_READ,
        # What a C library does at its start, and for streams and waiting.
        "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "getrandom", "readv", "writev",
        "nanosleep", "clock_nanosleep", "getcwd",
        # Signals to itself: nobody else is of its user, and it is alone in its namespace.
        "getpid", "gettid", "tgkill", "getuid", "geteuid", "getgid", "getegid",
        # It begins by being executed. There is nothing to execute but itself and its loader.
        "execve",
    ),
    allowed_if=(
        *LIFE.allowed_if,
        ("mmap", (NOT_WRITABLE, COUNTED)),
        ("prlimit64", (Argument(2, 0),)),
    ),
    answered=(("ioctl", errno.ENOTTY),),
)  # fmt: skip
"""What a program in machine code needs that reads a stream and writes two: no threads, no files to
write, and no memory that becomes code.
"""

MAP_ANONYMOUS = mmap.MAP_ANONYMOUS
OF_A_FILE = Argument(3, mmap.MAP_SHARED, mmap.MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN)
"""Memory that is shared through a file: it counts in the scratch folder that the file is in."""
CLONE_MORE_THAN_A_CHILD = 0x7E02B000
"""New namespaces, a tracer's, somebody else's parent, a handle."""

EVALUATOR = Profile(
    allowed=(
        *PROGRAM.allowed,
        # Children, which are copies of it or the one program that can be executed.
        "vfork", "wait4", "waitid", "kill", "setsid", "setpgid", "getpgid", "getsid",
        "pipe", "alarm", "setitimer", "getitimer",
        # What files are made for: temporary folders, and locks among its processes.
        "rmdir", "mkdirat", "truncate", "link", "linkat", "renameat2", "symlink", "symlinkat",
        "fchmod", "fchmodat", "utimensat", "statfs", "fstatfs", "fchdir",
    ),
    allowed_if=(
        *PROGRAM.allowed_if,
        ("mmap", (OF_A_FILE,)),
        ("clone", (Argument(0, 0, CLONE_MORE_THAN_A_CHILD | CLONE_THREAD),)),
    ),
    answered=PROGRAM.answered,
)  # fmt: skip
"""What a judge of programs needs, who runs them: what a program may, files and children.

It reaches nobody: it is alone in its namespace of process ids with the one who keeps it, who is
another user and the first process there, and it has no sockets. There is no "fork" among the
calls, since the C library has none.
"""


ATTRIBUTES = ("getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr")
COMMAND = Profile(
    allowed=(*EVALUATOR.allowed, "fadvise64"),
    allowed_if=EVALUATOR.allowed_if,
    # Tools that look for more about a file than its mode take it that there is no such thing here.
    answered=(*EVALUATOR.answered, *((name, errno.ENOTSUP) for name in ATTRIBUTES)),
)
"""What the usual tools of a shell need, which are an evaluator's children in all else."""


@cache
def compile_filter(profile: Profile) -> bytes:
    """Return a profile as the kernel takes it.

    Raises:
        FilterError: There is no libseccomp.
    """
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise FilterError(str(error)) from error

    def matching(argument: Argument) -> object:
        if argument.mask is None:
            return seccomp.Arg(argument.number, seccomp.EQ, argument.value)
        return seccomp.Arg(argument.number, seccomp.MASKED_EQ, argument.mask, argument.value)

    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in profile.allowed:
        rules.add_rule(seccomp.ALLOW, name)
    for name, answer in profile.answered:
        rules.add_rule(seccomp.ERRNO(answer), name)
    for name, arguments in profile.allowed_if:
        rules.add_rule(seccomp.ALLOW, name, *map(matching, arguments))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
