"""The layers of the jail: each a function that closes one door for this process and its children.

Each raises `OSError` where the kernel does not let it, with a message that says what failed. None
needs the others, so that a hole in one is still behind the rest.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
from contextlib import suppress
from typing import Any

NOBODY = 65534
MOST_FILES = 16
STACK_BYTES = 8 << 20

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 24, 36, 38
SECCOMP_MODE_FILTER = 2
CAPABILITIES_VERSION = 0x20080522
LAST_CAPABILITY = 63
ADDR_NO_RANDOMIZE = 0x0040000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNS = 0x00020000
NAMESPACES = 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000
"""Host names, System V IPC, process ids, network."""
MS_PRIVATE_EVERYWHERE = (1 << 18) | 0x4000
MS_EMPTY = 0x1 | 0x2 | 0x4 | 0x8
"""Read-only, no setuid, no devices, nothing to execute."""
MNT_DETACH = 2

# The same numbers on every architecture.
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_GET_VERSION = 1
PIVOT_ROOT = {"x86_64": 155}
"""Its system call number where it is not the common one, which follows."""
COMMON_PIVOT_ROOT = 41

libc = ctypes.CDLL(None, use_errno=True)


def call(what: str, function: str, *arguments: object) -> int:
    """Call a function of libc.

    Raises:
        OSError: It failed; the message begins with `what`.
    """
    result: int = getattr(libc, function)(*arguments)
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result


def prctl(what: str, option: int, *arguments: Any) -> None:
    """Set something about this process; the kernel wants what is not used to be zero."""
    call(what, "prctl", option, *(arguments + 4 * (ctypes.c_ulong(0),))[:4])


def hold_still() -> bool:
    """Have programs that are executed from here on lie at fixed addresses.

    Where objects lie decides their `id`, and in what order sets of them are walked. Nobody is
    safer for it being random: what runs behind this wall may be any code already.
    """
    try:
        persona = call("personality", "personality", ctypes.c_ulong(0xFFFFFFFF))
        call("personality", "personality", ctypes.c_ulong(persona | ADDR_NO_RANDOMIZE))
    except OSError:
        return False
    # The limit on the stack decides where everything else begins.
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    soft = STACK_BYTES if hard == resource.RLIM_INFINITY else min(STACK_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))
    return True


def enter_namespaces() -> None:
    """See no other process, network or host name; child processes are in, this one not yet.

    Who may not make them as he is makes himself the root of a user namespace first.
    """
    try:
        call("namespaces", "unshare", NAMESPACES)
    except OSError:
        user, group = os.geteuid(), os.getegid()
        call("user namespace", "unshare", CLONE_NEWUSER | NAMESPACES)
        for file, text in (
            ("setgroups", "deny"),
            ("uid_map", f"0 {user} 1"),
            ("gid_map", f"0 {group} 1"),
        ):
            with open(f"/proc/self/{file}", "w") as stream:
                stream.write(text)


def empty_root() -> None:
    """Swap the file system for an empty folder, for this process alone."""
    call("an empty root", "unshare", CLONE_NEWNS)
    call("an empty root", "mount", None, b"/", None, MS_PRIVATE_EVERYWHERE, None)
    call("an empty root", "mount", b"none", b"/proc", b"tmpfs", MS_EMPTY, b"size=4k,nr_inodes=1")
    os.chdir("/proc")
    number = PIVOT_ROOT.get(os.uname().machine, COMMON_PIVOT_ROOT)
    call("an empty root", "syscall", number, b".", b".")
    call("an empty root", "umount2", b".", MNT_DETACH)
    os.chdir("/")


def drop_privileges() -> None:
    """Be nobody, with no power, and no way to get any."""
    for capability in range(LAST_CAPABILITY + 1):
        with suppress(OSError):  # past the last one there is
            prctl("", PR_CAPBSET_DROP, ctypes.c_ulong(capability))
    if os.geteuid() == 0:
        become_nobody()
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    call("giving capabilities up", "capset", header, (ctypes.c_uint32 * 6)())
    prctl("no new privileges", PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1))
    prctl("not to be looked into", PR_SET_DUMPABLE, ctypes.c_ulong(0))
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_MEMLOCK):
        resource.setrlimit(limit, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))


def become_nobody() -> None:
    """Be a user who owns nothing; where there is no such user, root is a plain user outside."""
    try:
        os.setresgid(NOBODY, NOBODY, NOBODY)
    except OSError as error:
        if error.errno == errno.EINVAL:  # not in this user namespace
            return
        raise OSError(error.errno, f"becoming nobody: {error.strerror}") from None
    os.setgroups([])
    os.setresuid(NOBODY, NOBODY, NOBODY)


def landlock() -> None:
    """Refuse all that Landlock knows of: files, network, sockets and signals beyond the jail."""
    version = call(
        "Landlock",
        "syscall",
        LANDLOCK_CREATE_RULESET,
        None,
        ctypes.c_size_t(0),
        LANDLOCK_GET_VERSION,
    )
    files = next(bits for since, bits in ((5, 16), (3, 15), (2, 14), (1, 13)) if version >= since)
    rights = (ctypes.c_uint64 * 3)(
        (1 << files) - 1,
        3 if version >= 4 else 0,  # bind and connect TCP
        3 if version >= 6 else 0,  # abstract sockets, signals
    )
    size = ctypes.c_size_t(ctypes.sizeof(rights))
    rules = call("Landlock", "syscall", LANDLOCK_CREATE_RULESET, rights, size, 0)
    call("Landlock", "syscall", LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)


class Filter:
    """A seccomp filter, compiled by the host.

    Args:
        code: The program, as libseccomp exports it.
    """

    def __init__(self, code: bytes) -> None:
        class Program(ctypes.Structure):
            _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))

        self._program = Program(len(code) // 8, code)

    def install(self) -> None:
        """Let this process make no system call but those that the filter lets pass."""
        mode = ctypes.c_ulong(SECCOMP_MODE_FILTER)
        prctl("seccomp", PR_SET_SECCOMP, mode, ctypes.byref(self._program))


def die_with_parent(signal: int) -> None:
    """Have the kernel end this process when the one that started it is gone."""
    prctl("dying with its parent", PR_SET_PDEATHSIG, ctypes.c_ulong(signal))


def adopt_orphans() -> None:
    """Be the parent of descendants whose own is gone, as the first process is anyway."""
    prctl("adopting orphans", PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1))
