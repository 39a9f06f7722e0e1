"""Images made of this machine's own files: one is laid out as upstream's of the wasi-sdk."""

import io
import os
import re
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from sandbox.programs.compilers.jailed import Toolchain
from sandbox.programs.interpreted import shared_objects

SDK = "/opt/wasi-sdk"
PASSWD = b"root:x:0:0:in the image:/:/bin/sh\n"
PROGRAMS = ("sh", "head", "mv", "wc", "cat")


def write_shell(archive: tarfile.TarFile) -> None:
    """Write the root file system of an image with a shell, coreutils and no compiler."""
    _write(archive, {})


def write_wasi_sdk(toolchain: Toolchain, archive: tarfile.TarFile) -> None:
    """Write the root file system of an image with a compiler."""
    own = toolchain.files
    compiler, linker = own["/clang/bin/clang"], own["/clang/bin/wasm-ld"]
    said = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    version = re.findall(r"version (\d+)", said.stdout)[0]
    resources, sysroot = f"{SDK}/lib/clang/{version}", f"{SDK}/share/wasi-sysroot"
    files = {
        f"{SDK}/bin/clang": compiler,
        f"{SDK}/bin/wasm-ld": linker,
        f"{SDK}/bin/wasm-ld-{version}": linker,  # the name that Debian's clang looks for
        f"{resources}/include": own["/clang/include"],
        f"{resources}/lib/wasip1/libclang_rt.builtins-wasm32.a": own["/clang/libclang_rt.a"],
        f"{sysroot}/include/wasm32-wasip1": own["/wasi/include"],
        f"{sysroot}/lib/wasm32-wasip1": own["/wasi/lib"],
        **shared_objects(compiler, linker),
    }
    _write(archive, files)


def _write(archive: tarfile.TarFile, more: Mapping[str, Path]) -> None:
    programs = {f"/bin/{name}": Path(f"/bin/{name}") for name in PROGRAMS}
    files = {**programs, **shared_objects(*programs.values()), **more}
    for name, file in files.items():
        archive.add(os.path.realpath(file), name)
    users = tarfile.TarInfo("etc/passwd")
    users.size = len(PASSWD)
    archive.addfile(users, io.BytesIO(PASSWD))
