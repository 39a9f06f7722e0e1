"""Python's own file modules, loaded a second time, over the file system in memory.

`os`, `io.open`, `pathlib`, `shutil`, `tempfile` and `glob` are written in Python, down to `posix`.
So they are imported once more, over a `posix` of ours, and do there what they do anywhere: no file
function is written anew here. The interpreter's own copies stay with those who have them.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import io
import os
import posix
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sandbox.memory_files import MemoryFiles
from sandbox.memory_listing import DirEntry
from sandbox.memory_tree import HOME
from sandbox.rules import names_of

_AGAIN = ("os", "posixpath", "genericpath", "_pyio", "glob", "shutil", "tempfile", "pathlib")
"""What is imported again, each before those that import it."""

_ACT_ON_FILES = names_of(
    """
    O_TMPFILE chflags chown chroot close_range copy_file_range ctermid eventfd eventfd_read
    eventfd_write fchdir fchmod fchown fdopendir fpathconf fstatvfs get_blocking get_terminal_size
    getxattr lchflags lchmod lchown link listxattr lockf login_tty memfd_create mkfifo mknod openpty
    pathconf pidfd_open pipe pipe2 posix_fadvise posix_fallocate posix_openpt preadv ptsname pwritev
    readv removexattr sendfile set_blocking setns setxattr splice statvfs symlink sync tcgetpgrp
    tcsetpgrp timerfd_create ttyname unlockpt writev
    """
)
"""What else of `posix` takes a path or a descriptor: the file system in memory has none of it."""

files = MemoryFiles()
"""The one of this interpreter, which keeps one organism."""


def _posix() -> ModuleType:
    """Make a `posix` whose files are in memory, and whose other functions are the real ones."""
    module = ModuleType("posix")
    kept = {name: value for name, value in vars(posix).items() if name not in _ACT_ON_FILES}
    # None of its functions is said to take folders as descriptors: then none is asked to.
    own = {"_have_functions": [], "DirEntry": DirEntry, "environ": {b"HOME": os.fsencode(HOME)}}
    same = {"getpid": lambda: 1, "cpu_count": lambda: 1}  # wherever a life is lived
    vars(module).update(kept, __name__="posix", **own, **same, **files.calls())
    return module


def _loaded() -> dict[str, ModuleType]:
    """Import the modules again, over that."""
    beneath = {"posix": _posix(), "io": ModuleType("io")}

    def again(name: str) -> bool:
        return name.partition(".")[0] in (*beneath, *_AGAIN)

    before = {name: sys.modules.pop(name) for name in [*filter(again, sys.modules)]}
    vars(beneath["io"]).update(vars(io))
    sys.modules.update(beneath)
    try:
        for name in _AGAIN:
            module = importlib.import_module(name)
            if name == "_pyio":
                vars(beneath["io"]).update(_files_of(module))
    finally:
        own = {name: sys.modules.pop(name) for name in [*filter(again, sys.modules)]}
        sys.modules.update(before)
    del own["posix"], own["_pyio"]
    for module in own.values():  # a module's own name comes before a builtin
        vars(module).setdefault("open", own["io"].open)
    _hide_modules(own["pathlib"], own["os.path"])
    return own


def _files_of(pyio: ModuleType) -> dict[str, Any]:
    """Return the file functions of the `io` that is written in Python, with its buffers in C."""
    in_c = ("BufferedReader", "BufferedWriter", "BufferedRandom", "TextIOWrapper")
    vars(pyio).update({name: getattr(io, name) for name in in_c}, text_encoding=_encoding)
    own = {name: getattr(pyio, name) for name in ("open", "FileIO", "text_encoding")}
    for each in own.values():
        each.__module__ = "io"
    return own | {"open_code": lambda path: pyio.open(path, "rb")}


def _encoding(encoding: str | None, stacklevel: int = 2) -> str:
    """Return the encoding of a text file: what is called the locale's is the same everywhere."""
    return "utf-8" if encoding is None or encoding == "locale" else encoding


def _hide_modules(pathlib: ModuleType, path: ModuleType) -> None:
    """Have paths know what `os.path` can do, and not that module, through which `sys` is found."""
    public = {n: value for n, value in vars(path).items() if not isinstance(value, ModuleType)}
    plain = ModuleType("<os.path>")
    vars(plain).update({n: value for n, value in public.items() if n[:2] != "__"})
    for kind in (pathlib.PurePath, pathlib.PurePosixPath, pathlib.PureWindowsPath):
        for name in ("parser", "_flavour"):
            if isinstance(flavour := vars(kind).get(name), ModuleType):
                setattr(kind, name, plain)
            elif flavour is not None:  # in Python 3.11, an object that knows it
                type(flavour).pathmod = plain


# Now, since later there may be no files to import from.
modules = _loaded()
"""The modules by their names."""


def mount() -> Callable[[], None]:
    """Put them in the place of the interpreter's own, for whoever imports from now on.

    Returns:
        What takes them away again.
    """
    before = {name: sys.modules[name] for name in modules if name in sys.modules}
    held = [(builtins, "open", modules["io"].open), (contextlib, "os", modules["os"])]
    real = [(owner, name, getattr(owner, name)) for owner, name, _ in held]

    def hold(these: dict[str, ModuleType], values: list[tuple[Any, str, Any]]) -> None:
        sys.modules.update(these)
        for owner, name, value in values:
            setattr(owner, name, value)

    def unmount() -> None:
        for name in modules:
            del sys.modules[name]
        hold(before, real)

    hold(modules, held)
    return unmount
