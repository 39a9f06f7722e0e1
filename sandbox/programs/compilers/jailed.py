"""C compilers of this machine, in the jail: what it has to show of them, and what to run in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sandbox.cache import Cache, user_cache
from sandbox.extras import pip_install
from sandbox.limits import Limits
from sandbox.programs.compilers.compiler import (
    ENVIRONMENT,
    FLAGS,
    LAYOUT,
    MODULE,
    OBJECT,
    SCRATCH_MB,
    SOURCE,
)
from sandbox.programs.interpreted import shared_objects
from sandbox.programs.jobs import Job, JobRunner
from sandbox.programs.program import Run
from sandbox.session import SandboxError

MAPPED_MB = 1024
"""Their code, and address space that their threads set aside."""
LINK_FLAGS = (*LAYOUT, "-o", MODULE)

ZIG_LIBRARY = ("crt1-command.o", "libc.a", "libzigc.a", "libcompiler_rt.a")
ZIG_FLAGS = ("-target", "wasm32-wasi", "-O1", "-g0")
WASI_INCLUDE, WASI_LIBRARY = Path("/usr/include/wasm32-wasi"), Path("/usr/lib/wasm32-wasi")
OLDEST_CLANG = 16
"""Before it, a call of a function that nobody declared was only a warning."""


Progress = Callable[[str], None]


def how_to_install() -> str:
    """Return how one gets a compiler."""
    return (
        f"{pip_install('genetic')} (or, from a distribution, clang 16 or newer with lld, "
        "wasi-libc and the wasm32 runtime of compiler-rt)"
    )


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A compiler, ready to be shown in a jail.

    Attributes:
        name: What it is, with its version.
        files: What it consists of, by path in the jail.
        commands: Compile `SOURCE` and link `result`.
        result: The file that they make.
    """

    name: str
    files: Mapping[str, Path]
    commands: Sequence[Sequence[str]]
    result: str = MODULE


class JailedCompiler:
    """A compiler of this machine, in the jail.

    Args:
        toolchain: Its files and commands.
    """

    def __init__(self, toolchain: Toolchain) -> None:
        self.identity: tuple[str, ...] = (toolchain.name, repr(toolchain.commands))
        self._jobs = JobRunner(toolchain.files, ENVIRONMENT)
        self._job = Job(
            source=SOURCE,
            commands=toolchain.commands,
            threads=16,
            memory_mb=0,
            mapped_mb=MAPPED_MB,
            stack_mb=64,
            scratch_mb=SCRATCH_MB,
            result=toolchain.result,
        )

    def compile(self, source: bytes, limits: Limits) -> tuple[Run, bytes]:
        """Compile a source (see `sandbox.programs.compilers.compiler.Compiler.compile`)."""
        return self._jobs.run(self._job, source, b"", limits)

    def close(self) -> None:
        """End the jail."""
        self._jobs.close()


def zig_folder() -> Path | None:
    """Return where zig is, if its package is installed."""
    spec = find_spec("ziglang")
    if spec is None or spec.submodule_search_locations is None:
        return None
    return Path(spec.submodule_search_locations[0])


def zig(progress: Progress) -> Toolchain | None:
    """Return the clang inside zig, if there is one, with a C library built from source once.

    Zig's own driver (``zig cc``) writes to a cache that all compilations share, which is no place
    for untrusted sources to have a hand in. So it is used once, on our own source; after that its
    clang and its linker are called directly, which is faster, too.
    """
    folder = zig_folder()
    if folder is None:
        return None
    name = f"zig-{version('ziglang')}"
    cache = Cache(user_cache("programs/toolchains"), needs_mb=100)
    library = cache.get_or_build(name, partial(_build_library, folder / "zig", progress)).files
    headers = ("include", "libc/include/wasm-wasi-musl", "libc/include/generic-musl")
    included = [word for each in headers for word in ("-isystem", f"/zig/lib/{each}")]
    return Toolchain(
        name,
        {"/zig": folder, "/wasi": library},
        [
            ["/zig/zig", "clang", "-mcpu=lime1", "-nostdinc", *included, *FLAGS],
            [
                "/zig/zig",
                "wasm-ld",
                OBJECT,
                *(f"/wasi/{each}" for each in ZIG_LIBRARY),
                *LINK_FLAGS,
            ],
        ],
    )


def _build_library(zig: Path, progress: Progress, library: Path) -> None:
    """Have zig link a program, and keep what it had to build for that."""
    progress("building the C library for WebAssembly (once, about 40 s)")
    with tempfile.TemporaryDirectory(dir=library.parent) as scratch:
        cache = Path(scratch) / "cache"
        source = Path(scratch) / SOURCE
        source.write_text("int main(void) { return 0; }\n")
        caches = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), str(cache))
        command = [str(zig), "cc", *ZIG_FLAGS, str(source), "-o", str(source.with_suffix(".wasm"))]
        done = subprocess.run(command, capture_output=True, text=True, env=caches, check=False)
        if done.returncode != 0:
            raise SandboxError(f"zig cannot build its C library: {done.stderr.strip()[-2000:]}")
        for name in ZIG_LIBRARY:
            shutil.copy(next(cache.glob(f"o/*/{name}")), library / name)
            (library / name).chmod(0o644)


def clang() -> Toolchain | None:
    """Return the newest clang of the system that has all it takes to make WebAssembly."""
    for number in range(40, OLDEST_CLANG - 1, -1):
        compiler, linker = (_program(name, number) for name in ("clang", "wasm-ld"))
        if compiler and linker and WASI_LIBRARY.is_dir():
            resources = Path(_said(compiler, "-print-resource-dir"))
            runtime = next(resources.glob("lib/wasi/libclang_rt.builtins-wasm32.a"), None)
            if runtime:
                return _clang(compiler, linker, resources, runtime)
    return None


def _clang(compiler: Path, linker: Path, resources: Path, runtime: Path) -> Toolchain:
    return Toolchain(
        _said(compiler, "--version").splitlines()[0],
        {
            "/clang/bin/clang": compiler,
            "/clang/bin/wasm-ld": linker,
            "/clang/include": resources / "include",
            "/clang/libclang_rt.a": runtime,
            "/wasi/include": WASI_INCLUDE,
            "/wasi/lib": WASI_LIBRARY,
            **shared_objects(compiler, linker),
        },
        [
            [
                *("/clang/bin/clang", "-nostdinc", "-isystem", "/clang/include"),
                *("-isystem", "/wasi/include", *FLAGS),
            ],
            [
                *("/clang/bin/wasm-ld", OBJECT, "/wasi/lib/crt1-command.o", "/wasi/lib/libc.a"),
                *("/clang/libclang_rt.a", *LINK_FLAGS),
            ],
        ],
    )


def _program(name: str, number: int) -> Path | None:
    found = shutil.which(f"{name}-{number}")
    if found is None and (plain := shutil.which(name)):
        told = re.search(r"(?:version|LLD) (\d+)", _said(Path(plain), "--version"))
        found = plain if told and int(told[1]) == number else None
    return Path(os.path.realpath(found)) if found else None


def _said(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
