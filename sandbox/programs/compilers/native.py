"""The C compiler inside zig for machine code of this machine, and what its programs run with."""

from __future__ import annotations

import platform
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sandbox.cache import Cache, content_key, user_cache
from sandbox.extras import pip_install
from sandbox.programs.compilers.compiler import OBJECT, PROGRAM, SOURCE
from sandbox.programs.compilers.jailed import Progress, Toolchain, zig_folder
from sandbox.programs.interpreted import shared_objects
from sandbox.session import SandboxError

HEADERS = {"x86_64": "x86", "aarch64": "aarch64"}
"""What zig calls the headers of each machine that it is tried for."""
GLIBC_MINOR = 31
"""Programs ask for no newer C library than 2.31, whatever there is."""
STARTS = "crt1.o"
CHECKS = ("undefined", "guarded")
"""Sources of ours, and what is made of them: what checked programs are linked with besides."""
LIBRARY = ("libm.so.6", "libc.so.6", "libdl.so.2", "libc_nonshared.a", "libcompiler_rt.a")
USES_ALL = """#include <dlfcn.h>
#include <math.h>
int main(int count, char **words) { return sin(count) > 2 || dlsym(0, *words); }
"""
"""A program that needs all libraries, so that it can be asked where they are."""
# Two machines must not round differently.
FLAGS = ("-O1", "-g0", "-ffp-contract=off", "-ferror-limit=0", "-c", SOURCE, "-o", OBJECT)


@dataclass(frozen=True, slots=True)
class NativeToolchain:
    """A compiler for this machine.

    Attributes:
        compiler: What is compiled with.
        checker: The same, but programs say of themselves what in them is undefined or misused.
        runtime: What a program finds beside itself in its jail: the loader and the C library.
    """

    compiler: Toolchain
    checker: Toolchain
    runtime: Mapping[str, Path]


def native_zig(progress: Progress) -> NativeToolchain:
    """Return the clang inside zig, with this machine's C library to run programs with.

    Raises:
        SandboxError: There is no zig, or this machine has no such library; the message says what
            to do.
    """
    if (system := platform.system()) != "Linux":
        raise SandboxError(
            f"native programs run on Linux, and this is {system}; those for wasm32 run anywhere"
        )
    folder, machine = zig_folder(), platform.machine()
    if folder is None:
        raise SandboxError(
            f"native programs need zig's compiler; install it with: {pip_install('genetic')}"
        )
    if machine not in HEADERS:
        raise SandboxError(
            f"native programs are for {', '.join(HEADERS)}, and this is {machine}; those for "
            "wasm32 run anywhere"
        )
    cache = Cache(user_cache("programs/toolchains"), needs_mb=100)
    ours = content_key(*(_source(name).read_text() for name in CHECKS), *LIBRARY)
    name = f"zig-{version('ziglang')}-{machine}-{ours[:12]}"
    built = cache.get_or_build(name, partial(_build_library, folder / "zig", machine, progress))
    library = built.files
    runtime = shared_objects(library / PROGRAM)
    loader = next((place for place in runtime if "/ld-" in place), "")
    if not loader:
        raise SandboxError(
            "native programs need the GNU C library (glibc), which this system has not; those for "
            "wasm32 run anywhere"
        )
    compiler, checker = (
        Toolchain(
            name,
            {"/zig": folder, "/library": library},
            [_compile(machine, checks), _link(loader, checks)],
            result=PROGRAM,
        )
        for checks in (False, True)
    )
    return NativeToolchain(compiler, checker, runtime)


def _compile(machine: str, checks: bool) -> Sequence[str]:
    kind = HEADERS[machine]
    folders = (
        "include", f"libc/include/{kind}-linux-gnu", "libc/include/generic-glibc",
        f"libc/include/{kind}-linux-any", "libc/include/any-linux-any",
    )  # fmt: skip
    included = [word for each in folders for word in ("-isystem", f"/zig/lib/{each}")]
    target = (f"--target={machine}-linux-gnu", f"-D__GLIBC_MINOR__={GLIBC_MINOR}")
    checked = ("-fsanitize=undefined",) * checks
    return ["/zig/zig", "clang", *target, "-nostdinc", *included, *checked, *FLAGS]


def _link(loader: str, checks: bool) -> Sequence[str]:
    ours = [f"{name}.o" for name in CHECKS] if checks else []
    exported = ("--export-dynamic",) * checks  # so that the C library allocates with what is ours
    return [
        *("/zig/zig", "ld.lld", "-dynamic-linker", loader, "-z", "now", "--strip-all"),
        *(*exported, "--as-needed", OBJECT),
        *(f"/library/{each}" for each in (STARTS, *ours, *LIBRARY)),
        *("-o", PROGRAM),
    ]


def _source(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.c")


def _build_library(zig: Path, machine: str, progress: Progress, library: Path) -> None:
    """Have zig link a program, and keep it with what had to be built for it."""
    progress("building what native programs are linked with (once, about 15 s)")
    with tempfile.TemporaryDirectory(dir=library.parent) as scratch:
        cache, source = Path(scratch) / "cache", Path(scratch) / SOURCE
        source.write_text(USES_ALL)
        caches = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), str(cache))
        target = f"{machine}-linux-gnu.2.{GLIBC_MINOR}"
        command = [str(zig), "cc", "-target", target, "-O1", "-g0", "-fno-sanitize=undefined"]
        wanted = [[str(source), "-lm", "-ldl", "-o", str(library / PROGRAM)]]
        for name in CHECKS:
            made = ("-o", str(library / f"{name}.o"))
            wanted.append(["-fno-builtin", "-c", str(_source(name)), *made])
        for words in wanted:
            done = subprocess.run(
                [*command, *words], capture_output=True, text=True, env=caches, check=False
            )
            if done.returncode != 0:
                raise SandboxError(f"zig cannot build its C library: {done.stderr.strip()[-2000:]}")
        for name in (STARTS, *LIBRARY):
            shutil.copy(next(cache.glob(f"o/*/{name}")), library / name)
            (library / name).chmod(0o644)
