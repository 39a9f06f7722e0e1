"""C compilers as strangers' sources meet them: which there are, and which one is taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Protocol

from sandbox.limits import Limits
from sandbox.programs.jail import Jail, Job
from sandbox.programs.program import Run
from sandbox.programs.toolchain import INSTALL, MODULE, SOURCE, Toolchain, clang, zig
from sandbox.session import SandboxError

CHOICE = "AUTOAGENT_C_COMPILER"
"""The variable of the environment that chooses a compiler; processes that judge inherit it."""
COMPILERS = ("zig", "clang", "docker")
"""In the order in which they are taken. ``docker:IMAGE`` names the image as well."""

ENVIRONMENT = {"LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "1000000000"}
"""All that a compiler finds in its own. Also what time a source is told that it is compiled at."""
LARGEST_MODULE_MB = 16
SCRATCH_MB = 160
"""Object files hold all of a program's static data, also where that is zero."""

Progress = Callable[[str], None]


class Compiler(Protocol):
    """Makes WebAssembly modules out of C. Threads may share it.

    Attributes:
        identity: All that shapes what it makes of a source.
    """

    identity: tuple[str, ...]

    def compile(self, source: bytes, limits: Limits) -> tuple[Run, bytes]:
        """Compile a source behind a wall.

        Args:
            source: Of any content.
            limits: What the compiler may spend; its diagnostics are its output.

        Returns:
            How it ended (``ok``, ``exit`` if it refused, or what stopped it) with its diagnostics
            as `Run.stderr`, and the module.

        Raises:
            SandboxError: It cannot run at all; the message says what to do.
        """
        ...

    def close(self) -> None:
        """End every process of it."""
        ...


class JailedCompiler:
    """A compiler of this machine, in the jail.

    Args:
        toolchain: Its files and commands.
    """

    def __init__(self, toolchain: Toolchain) -> None:
        self.identity: tuple[str, ...] = (toolchain.name, repr(toolchain.commands))
        self.jail = Jail(toolchain.shown, ENVIRONMENT)
        self._job = Job(
            source=SOURCE,
            commands=toolchain.commands,
            threads=16,
            memory_mb=0,
            stack_mb=64,
            scratch_mb=SCRATCH_MB,
            result=MODULE,
        )

    def compile(self, source: bytes, limits: Limits) -> tuple[Run, bytes]:
        """Compile a source (see `Compiler.compile`)."""
        return self.jail.run(self._job, source, b"", limits)

    def close(self) -> None:
        """End the jail."""
        self.jail.close()


def open_compiler(progress: Progress, choice: str | None = None) -> Compiler:
    """Return a compiler: the one that is chosen, or else the first one of `COMPILERS` that is here.

    Args:
        progress: Told a line before a first use that takes a while.
        choice: One of `COMPILERS`; by default what the environment says, where empty is no choice.

    Raises:
        SandboxError: It is not here, or there is none; the message says what to install.
    """
    name, _, image = (os.environ.get(CHOICE, "") if choice is None else choice).partition(":")
    if name not in ("", *COMPILERS) or (image and name != "docker"):
        raise SandboxError(
            f"{CHOICE}={name}{_}{image} names no C compiler; known are: "
            f"{', '.join(COMPILERS)}, docker:IMAGE"
        )
    if name in ("", "zig") and (toolchain := zig(progress)):
        return JailedCompiler(toolchain)
    if name in ("", "clang") and (toolchain := clang()):
        return JailedCompiler(toolchain)
    if name in ("zig", "clang"):
        raise SandboxError(f"the C compiler {name!r} is not here; install it with: {INSTALL}")
    if name == "" and find_spec("docker") is None:
        raise SandboxError(
            f"there is no C compiler for WebAssembly; install one with: {INSTALL}, or run a "
            "container engine and: pip install 'autoagent[docker]'"
        )
    return _in_containers(image or None, progress)


def _in_containers(image: str | None, progress: Progress) -> Compiler:
    from sandbox.programs.wasi_sdk import WasiSdk  # which needs a package that others do not

    return WasiSdk(image, progress)
