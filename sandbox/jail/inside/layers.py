"""The layers of a jail: each a function that closes one door for this process and its children.

Each raises `OSError` where the kernel does not let it, with a message that says what failed. None
needs the others, so that a hole in one is still behind the rest.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
from collections.abc import Callable
from contextlib import suppress
from typing import Any

NOBODY = 65534
STACK_BYTES = 8 << 20

NEW_ROOT = "/proc"
"""A folder that every system has, to put a new root on."""
SCRATCH = "/scratch"
"""The one folder of a run's own: its source, and whatever else it is let write."""
STREAMS, STDIN = "/proc/self/fd", "/proc/self/fd/0"
"""Where programs look for their standard input by name: a folder of the run's own, of which the
kernel's ``/proc`` knows nothing."""
LINKS = {"/dev/fd": STREAMS, "/dev/stdin": STDIN, "/dev/shm": SCRATCH}
NULL = os.devnull
"""The one device that there is, which keeps nothing."""

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
HOST_NAME = b"jail"
READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS = 0x1, 0x2, 0x4, 0x8
"""The same for `mount` and for `mount_setattr`."""
MS_PRIVATE_EVERYWHERE = (1 << 18) | 0x4000
MS_BIND = 0x1000 | 0x4000
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000

# The same numbers on every architecture.
MOUNT_SETATTR = 442
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_GET_VERSION = 1
PATH_BENEATH = 1
READ = 1 << 2 | 1 << 3
WRITE_AND_READ_FILE = 1 << 1 | 1 << 2
EXECUTE_AND_READ = 1 << 0 | READ
NOT_IN_LANDLOCK = {
    3: "truncating of files",
    4: "TCP",
    5: "commands to devices",
    6: "abstract sockets and signals",
}
"""What Landlock cannot refuse before a version of its interface."""
ALL_BUT_EXECUTE = ~1
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
    safer for it being random where what runs may be any code already.
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
    # A new namespace of host names begins with a copy of the names outside.
    for function in ("sethostname", "setdomainname"):
        call("a host name", function, HOST_NAME, len(HOST_NAME))


def empty_root() -> None:
    """Swap the file system for an empty folder, for this process alone."""
    own_mounts("an empty root")
    flags = READ_ONLY | NO_SETUID | NO_DEVICES | NO_PROGRAMS
    mount_memory("an empty root", NEW_ROOT, flags, "size=4k,nr_inodes=1")
    swap_root("an empty root")


def furnish_root(files: dict[str, str], links: dict[str, str] | None = None) -> None:
    """Swap the file system for one that has nothing but some files and folders, to be read.

    Args:
        files: Where each lies in the new root, and where it comes from.
        links: Where other names lead to.
    """
    own_mounts("a new root")
    mount_memory("a new root", NEW_ROOT, 0, "size=1m,mode=755")
    named = LINKS | (links or {})
    for folder in (SCRATCH, STREAMS, *map(os.path.dirname, named)):
        os.makedirs(NEW_ROOT + folder, exist_ok=True)
    for name, place in named.items():
        os.symlink(place, NEW_ROOT + name)
    for name, source in files.items():
        place = NEW_ROOT + name
        os.makedirs(place if os.path.isdir(source) else os.path.dirname(place), exist_ok=True)
        if not os.path.lexists(place):  # it may be in what is mounted already
            open(place, "x").close()
        call("a new root", "mount", source.encode(), place.encode(), None, MS_BIND, None)
        restrict_mounts(place, READ_ONLY | NO_SETUID | NO_DEVICES)
    place = NEW_ROOT + NULL
    open(place, "x").close()
    restrict_mounts(NEW_ROOT, READ_ONLY | NO_SETUID | NO_DEVICES)
    call("a new root", "mount", NULL.encode(), place.encode(), None, MS_BIND, None)
    restrict_mounts(place, NO_SETUID | NO_PROGRAMS)
    swap_root("a new root")


def make_scratch(megabytes: int, files: int = 64, *, programs: bool = False) -> None:
    """Give this process and its children a scratch folder that goes when they go.

    Args:
        megabytes: How large it is.
        files: How many files and folders can be in it.
        programs: Whether what is in it can be executed.
    """
    own_mounts("a scratch folder")
    flags = NO_SETUID | NO_DEVICES | (0 if programs else NO_PROGRAMS)
    room = f"size={megabytes}m,nr_inodes={files},mode=777"
    mount_memory("a scratch folder", SCRATCH, flags, room)


def make_streams(stdin_bytes: int) -> None:
    """Give this process and its children a folder with room for an input, that goes with them."""
    flags = NO_SETUID | NO_DEVICES | NO_PROGRAMS
    room = (stdin_bytes >> 10) + 8  # whole pages
    mount_memory("a standard input", STREAMS, flags, f"size={room}k,nr_inodes=2,mode=755")


def own_mounts(what: str) -> None:
    """Have what is mounted from here on be there for this process and its children alone."""
    call(what, "unshare", CLONE_NEWNS)
    call(what, "mount", None, b"/", None, MS_PRIVATE_EVERYWHERE, None)


def mount_memory(what: str, place: str, flags: int, options: str) -> None:
    """Mount an empty folder in memory."""
    call(what, "mount", b"none", place.encode(), b"tmpfs", flags, options.encode())


def swap_root(what: str) -> None:
    """Have what is mounted on `NEW_ROOT` be all that there is."""
    os.chdir(NEW_ROOT)
    number = PIVOT_ROOT.get(os.uname().machine, COMMON_PIVOT_ROOT)
    call(what, "syscall", number, b".", b".")
    call(what, "umount2", b".", MNT_DETACH)
    os.chdir("/")


def restrict_mounts(place: str, flags: int) -> None:
    """Set flags of a mount and of all that are in it."""
    wanted = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(wanted))
    path = place.encode()
    call("mount flags", "syscall", MOUNT_SETATTR, AT_FDCWD, path, AT_RECURSIVE, wanted, size)


def drop_privileges(user: int = NOBODY) -> None:
    """Be a user with no power, and no way to get any.

    Args:
        user: Who to be, where there is such a user and this is root.
    """
    for capability in range(LAST_CAPABILITY + 1):
        with suppress(OSError):  # past the last one there is
            prctl("", PR_CAPBSET_DROP, ctypes.c_ulong(capability))
    if os.geteuid() == 0:
        try:
            become(user)
        except OSError:  # a user namespace has only the users that it was given
            become_nobody()
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    call("giving capabilities up", "capset", header, (ctypes.c_uint32 * 6)())
    prctl("no new privileges", PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1))


def become(user: int) -> None:
    """Be a user, and a group of the same number."""
    os.setresgid(user, user, user)
    os.setgroups([])
    os.setresuid(user, user, user)


def become_nobody() -> None:
    """Be a user who owns nothing; where there is no such user, root is a plain user outside."""
    try:
        os.setresgid(NOBODY, NOBODY, NOBODY)
    except OSError as error:
        if error.errno == errno.EINVAL:  # not in this user namespace
            return
        raise OSError(error.errno, f"becoming nobody: {error.strerror}") from None
    become(NOBODY)


def hide() -> None:
    """Let no process of the same user look into this one."""
    prctl("not to be looked into", PR_SET_DUMPABLE, ctypes.c_ulong(0))


def forbid_writable_code() -> None:
    """Take the right to write from memory that is executed, such as `ctypes` makes for itself."""
    with open("/proc/self/maps") as maps:
        for line in maps:
            span, rights, *_ = line.split()
            if "w" in rights and "x" in rights:
                start, end = (int(each, 16) for each in span.split("-"))
                place, size = ctypes.c_void_p(start), ctypes.c_size_t(end - start)
                call("writable code", "mprotect", place, size, mmap.PROT_READ | mmap.PROT_EXEC)


def bound(limits: dict[str, int]) -> None:
    """Set limits, by the names that `resource` has for them."""
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))


def landlock(allowed: dict[str, int] | None = None) -> list[str]:
    """Refuse all that Landlock knows of: files, network, sockets and signals beyond the jail.

    Args:
        allowed: Folders, each with the rights that there are in it even so.

    Returns:
        What this kernel's Landlock does not know of.
    """
    create = ("Landlock", "syscall", LANDLOCK_CREATE_RULESET)
    version = call(*create, None, ctypes.c_size_t(0), LANDLOCK_GET_VERSION)
    files = next(bits for since, bits in ((5, 16), (3, 15), (2, 14), (1, 13)) if version >= since)
    rights = (ctypes.c_uint64 * 3)(
        (1 << files) - 1,
        3 if version >= 4 else 0,  # bind and connect TCP
        3 if version >= 6 else 0,  # abstract sockets, signals
    )
    rules = call(*create, rights, ctypes.c_size_t(ctypes.sizeof(rights)), 0)
    for path, wanted in (allowed or {}).items():
        allow_beneath(rules, path, wanted & rights[0])
    call("Landlock", "syscall", LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return unknown_to_landlock(version)


def unknown_to_landlock(version: int) -> list[str]:
    """Return what a version of Landlock's interface has no rights for."""
    return [what for since, what in NOT_IN_LANDLOCK.items() if version < since]


def allow_beneath(rules: int, path: str, rights: int) -> None:
    """Add to a set of Landlock's rules what is allowed in a folder."""

    class Beneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))

    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = ctypes.byref(Beneath(rights, folder))
    call("Landlock", "syscall", LANDLOCK_ADD_RULE, rules, PATH_BENEATH, rule, 0)
    os.close(folder)


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


def rehearse(doors: Callable[[], None]) -> None:
    """See in a child whether doors close from which there is no way back.

    Raises:
        OSError: One does not.
    """
    hears, tells = os.pipe()
    child = os.fork()
    if not child:
        try:
            doors()
            os.write(tells, b"closed")
        except OSError as error:
            os.write(tells, str(error.strerror).encode())
        finally:
            os._exit(0)
    os.close(tells)
    with open(hears, "rb") as stream:
        words = stream.read().decode()
    os.waitpid(child, 0)
    if words != "closed":
        raise OSError(0, words or "what tried it was killed")
