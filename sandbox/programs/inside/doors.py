"""What a jailed program stands behind, besides the layers of the process wall.

Each function closes one door and raises `OSError` where the kernel does not let it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.process.inside import layers
else:
    sys.path.append(os.path.join(os.path.dirname(__file__), "../../process/inside"))
    import layers

SCRATCH = "/scratch"
"""The one folder of a run's own: its source, and whatever else it is let write."""

NEW_ROOT = "/proc"
"""A folder that every system has, to put the new root on."""

MOUNT_SETATTR, LANDLOCK_ADD_RULE = 442, 445
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS = 0x1, 0x2, 0x4, 0x8
MS_BIND = 0x1000 | 0x4000
EXECUTE_AND_READ = 1 << 0 | 1 << 2 | 1 << 3
PATH_BENEATH = 1


def furnish_root(files: dict[str, str]) -> None:
    """Swap the file system for one that has nothing but some files and folders, to be read.

    Args:
        files: Where each lies in the new root, and where it comes from.
    """
    layers.call("a new root", "unshare", layers.CLONE_NEWNS)
    layers.call("a new root", "mount", None, b"/", None, layers.MS_PRIVATE_EVERYWHERE, None)
    layers.call("a new root", "mount", b"none", NEW_ROOT.encode(), b"tmpfs", 0, b"size=1m,mode=755")
    os.mkdir(NEW_ROOT + SCRATCH)
    for name, source in files.items():
        place = NEW_ROOT + name
        os.makedirs(place if os.path.isdir(source) else os.path.dirname(place), exist_ok=True)
        if not os.path.isdir(source):
            open(place, "x").close()
        layers.call("a new root", "mount", source.encode(), place.encode(), None, MS_BIND, None)
        seal(place, READ_ONLY | NO_SETUID | NO_DEVICES)
    os.chdir(NEW_ROOT)
    number = layers.PIVOT_ROOT.get(os.uname().machine, layers.COMMON_PIVOT_ROOT)
    layers.call("a new root", "syscall", number, b".", b".")
    layers.call("a new root", "umount2", b".", layers.MNT_DETACH)
    os.chdir("/")
    seal("/", READ_ONLY | NO_SETUID | NO_DEVICES)


def seal(place: str, attributes: int) -> None:
    """Set attributes of a mount and of all that are in it."""
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(wanted))
    layers.call(
        "a read-only root", "syscall", MOUNT_SETATTR, AT_FDCWD, place.encode(), AT_RECURSIVE,
        wanted, size,
    )  # fmt: skip


def make_scratch(megabytes: int) -> None:
    """Give this process and its children a scratch folder that goes when they go."""
    layers.call("a scratch folder", "unshare", layers.CLONE_NEWNS)
    layers.call("a scratch folder", "mount", None, b"/", None, layers.MS_PRIVATE_EVERYWHERE, None)
    options = f"size={megabytes}m,nr_inodes=64,mode=777".encode()
    flags = NO_SETUID | NO_DEVICES | NO_PROGRAMS
    layers.call("a scratch folder", "mount", b"none", SCRATCH.encode(), b"tmpfs", flags, options)


def drop_privileges() -> None:
    """Be a user whom nobody else is, with no power, and no way to get any.

    What the kernel counts for each user, it then counts for each run.
    """
    for capability in range(layers.LAST_CAPABILITY + 1):
        try:
            layers.prctl("", layers.PR_CAPBSET_DROP, ctypes.c_ulong(capability))
        except OSError:
            break  # past the last one there is
    if os.geteuid() == 0:
        user = 1 << 30 | int.from_bytes(os.urandom(3), "big")
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        except OSError:  # a user namespace has only the users that it was given
            layers.become_nobody()
    header = (ctypes.c_uint32 * 2)(layers.CAPABILITIES_VERSION, 0)
    layers.call("giving capabilities up", "capset", header, (ctypes.c_uint32 * 6)())
    layers.prctl("no new privileges", layers.PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1))


def landlock(writable: bool) -> None:
    """Let it read what there is, write in its scratch folder if at all, and reach nothing else."""
    version = layers.call(
        "Landlock", "syscall", layers.LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0),
        layers.LANDLOCK_GET_VERSION,
    )  # fmt: skip
    files = next(bits for since, bits in ((5, 16), (3, 15), (2, 14), (1, 13)) if version >= since)
    everything = (1 << files) - 1
    rights = (ctypes.c_uint64 * 3)(everything, 3 * (version >= 4), 3 * (version >= 6))
    size = ctypes.c_size_t(ctypes.sizeof(rights))
    rules = layers.call("Landlock", "syscall", layers.LANDLOCK_CREATE_RULESET, rights, size, 0)
    _allow(rules, "/", EXECUTE_AND_READ)
    if writable:
        _allow(rules, SCRATCH, everything & ~1)
    layers.call("Landlock", "syscall", layers.LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    class Beneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))

    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = ctypes.byref(Beneath(rights, folder))
    layers.call("Landlock", "syscall", LANDLOCK_ADD_RULE, rules, PATH_BENEATH, rule, 0)
    os.close(folder)


def bound(limits: dict[str, Any]) -> None:
    """Set limits, by the names that `resource` has for them."""
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))


def lock_in(limits: dict[str, Any], writable: bool, code: bytes) -> None:
    """Close all doors of this process; what it executes next is a stranger's."""
    drop_privileges()
    bound(limits)
    landlock(writable)
    layers.Filter(code).install()
