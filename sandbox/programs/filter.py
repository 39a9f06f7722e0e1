"""The system calls of a jailed program: what compilers and interpreters with threads need.

Unlike a life of the process wall, a program opens files (there are only its own interpreter's)
and has threads. It has no sockets, no other processes and no memory that its limit misses.
"""

from __future__ import annotations

import errno
import mmap
import tempfile
from functools import cache

from sandbox.process.filter import FilterError

CLONE_THREAD = 0x00010000
PR_SET_NAME, PR_SET_VMA = 15, 0x53564D41
TCGETS, FIONBIO, FIOCLEX = 0x5401, 0x5421, 0x5451

ALLOWED = (
    # Streams and files.
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "close",
    "lseek", "open", "openat", "access", "faccessat", "faccessat2", "stat", "lstat", "fstat",
    "newfstatat", "statx", "readlink", "readlinkat", "getdents64", "getcwd", "chdir", "dup",
    "dup2", "dup3", "fcntl", "ftruncate", "unlink", "unlinkat", "rename", "renameat", "mkdir",
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
    # Clocks, chance, and the machine.
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "times", "getrusage", "getrandom", "uname", "sysinfo", "getcpu",
)  # fmt: skip

NOT_THERE = ("clone3", "io_uring_setup", "pkey_alloc")
"""Libraries do without these where the kernel has none; ``clone3`` hides what it asks for."""


@cache
def compile_filter() -> bytes:
    """Return the filter as the kernel takes it.

    Raises:
        FilterError: There is no libseccomp.
    """
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise FilterError(str(error)) from error
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in ALLOWED:
        rules.add_rule(seccomp.ALLOW, name)
    for name in NOT_THERE:
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), name)
    private = seccomp.Arg(3, seccomp.MASKED_EQ, mmap.MAP_SHARED, 0)
    rules.add_rule(seccomp.ALLOW, "mmap", private)
    rules.add_rule(
        seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD)
    )
    rules.add_rule(seccomp.ALLOW, "prlimit64", seccomp.Arg(2, seccomp.EQ, 0))
    for option in (PR_SET_NAME, PR_SET_VMA):
        rules.add_rule(seccomp.ALLOW, "prctl", seccomp.Arg(0, seccomp.EQ, option))
    for request in (TCGETS, FIONBIO, FIOCLEX):
        rules.add_rule(seccomp.ALLOW, "ioctl", seccomp.Arg(1, seccomp.EQ, request))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
