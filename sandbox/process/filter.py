"""The system calls that a life may make: what a Python needs that has no files and no company.

libseccomp makes the filter from this list, on the host. It ends whoever calls by the conventions
of another architecture, since numbers mean other things there.
"""

from __future__ import annotations

import mmap
import tempfile

ALLOWED = (
    # Its channel to the host, and memory.
    "read", "write", "close", "brk", "munmap", "mremap", "madvise",
    # Locks within itself, signals to itself by its own faults, the end.
    "futex", "sched_yield", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
    "restart_syscall", "exit", "exit_group",
    # Where the kernel maps no clock into the process, CPython aborts if it cannot ask for one.
    "clock_gettime", "clock_getres", "gettimeofday",
)  # fmt: skip

ANSWERED_WITH_ZERO = (
    "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid",
)  # fmt: skip
"""Who it is, is nobody's business, and equal lives shall get equal answers."""

MAPPING = ("mmap", "mprotect")
"""Allowed for memory that is not executable, nor shared: only private memory has its limit."""

PROTECTION, FLAGS = 2, 3
"""Which argument of these calls is which."""


class FilterError(Exception):
    """The filter cannot be made; the message says why."""


def compile_filter() -> bytes:
    """Return the filter as the kernel takes it.

    Raises:
        FilterError: There is no libseccomp.
    """
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        raise FilterError(str(error)) from error
    rules = seccomp.SyscallFilter(seccomp.ERRNO(1))
    for name in ALLOWED:
        rules.add_rule(seccomp.ALLOW, name)
    for name in ANSWERED_WITH_ZERO:
        rules.add_rule(seccomp.ERRNO(0), name)
    for name in MAPPING:
        conditions = [seccomp.Arg(PROTECTION, seccomp.MASKED_EQ, mmap.PROT_EXEC, 0)]
        if name == "mmap":
            conditions.append(seccomp.Arg(FLAGS, seccomp.MASKED_EQ, mmap.MAP_SHARED, 0))
        rules.add_rule(seccomp.ALLOW, name, *conditions)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
