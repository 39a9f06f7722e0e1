"""C compilers as strangers' sources meet them: which there are, and which one is taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec

from sandbox.extras import pip_install
from sandbox.programs.compilers.compiler import Compiler
from sandbox.programs.compilers.jailed import JailedCompiler, clang, how_to_install, zig
from sandbox.session import SandboxError

CHOICE = "AUTOAGENT_C_COMPILER"
"""The variable of the environment that chooses a compiler; processes that judge inherit it."""
COMPILERS = ("zig", "clang", "docker")
"""In the order in which they are taken. ``docker:IMAGE`` names the image as well."""

Progress = Callable[[str], None]


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
        raise SandboxError(
            f"the C compiler {name!r} is not here; install it with: {how_to_install()}"
        )
    if name == "" and find_spec("docker") is None:
        raise SandboxError(
            f"there is no C compiler for WebAssembly; install one with: {how_to_install()}, "
            f"or run a container engine and: {pip_install('docker')}"
        )
    return _in_containers(image or None, progress)


def _in_containers(image: str | None, progress: Progress) -> Compiler:
    from sandbox.programs.compilers.wasi_sdk import WasiSdk  # needs a package that others do not

    return WasiSdk(image, progress)
