"""The running interpreter as a root filesystem: its program, its library, what they link to.

Every file lies in the image where it lies here, since interpreters and linkers have paths baked
in. What has no use behind a wall (tests, windows, installers, packages) stays behind.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from pathlib import Path

from sandbox.session import SandboxError

LEFT_OUT = re.compile(
    r"(site|dist)-packages|config-.*|tests?|idlelib|tkinter|turtledemo|ensurepip|lib2to3"
    r"|(_tkinter|_test|_ctypes_test|xx).*\.so|.*\.opt-[12]\.pyc"
)
LINKED = re.compile(r"(/\S+) \(0x")
LOADER_CACHE = Path("/etc/ld.so.cache")
ON_PATH = Path("/usr/bin/python3")
"""Where the image's search path finds the interpreter, as in any other image."""


class Interpreter:
    """The files of the interpreter that runs this.

    Attributes:
        files: What it consists of, as absolute paths.
        digest: Content hash of all that shapes its behaviour.

    Raises:
        SandboxError: This system's interpreter cannot run in a container.
    """

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise SandboxError(
                f"containers run Linux, and this interpreter is for {sys.platform}: name a base "
                "image that has Python 3.11 or newer, such as python:3.12-slim"
            )
        self.program = Path(os.path.realpath(sys._base_executable))  # type: ignore[attr-defined]
        library = sorted(_library())
        extensions = [file for file in library if file.suffix == ".so"]
        self.files = [self.program, *library, *_linked([self.program, *extensions])]
        self.digest = _digest(self.files)

    def write(self, archive: tarfile.TarFile, folder: str) -> None:
        """Write the files into an archive, under `folder`."""
        for file in self.files:
            info = archive.gettarinfo(os.path.realpath(file), f"{folder}{file}")
            with file.open("rb") as stream:
                archive.addfile(owned_by_root(info), stream)
        if self.program != ON_PATH:
            link = tarfile.TarInfo(f"{folder}{ON_PATH}")
            link.type, link.linkname = tarfile.SYMTYPE, str(self.program)
            archive.addfile(link)


def owned_by_root(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Have a file in an archive belong to root, and be there for everyone to read."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o755 if info.isdir() or info.mode & 0o100 else 0o644
    return info


def _library() -> Iterator[Path]:
    """Walk the standard library, compiled modules included."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    for root in {sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")}:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if not LEFT_OUT.fullmatch(name)]
            yield from (Path(folder, name) for name in names if not LEFT_OUT.fullmatch(name))


def _linked(programs: list[Path]) -> list[Path]:
    """Return the shared objects that the loader gives to `programs`, and its own cache."""
    try:
        done = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False)
    except OSError as error:
        raise SandboxError(
            f"the interpreter's shared objects cannot be listed ({error}): install ldd, or name a "
            "base image that has Python 3.11 or newer"
        ) from error
    found = {Path(name) for name in LINKED.findall(done.stdout)}
    return [file for file in (*sorted(found), LOADER_CACHE) if file.is_file()]


def _digest(files: list[Path]) -> str:
    """Hash paths and contents, but not of what is only made of others."""
    total = hashlib.sha256()
    for file in files:
        if file.suffix != ".pyc" and file != LOADER_CACHE:
            total.update(f"{file}\0{file.stat().st_size}\0".encode())
            total.update(file.read_bytes())
    return total.hexdigest()
