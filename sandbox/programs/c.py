"""C: compiled to WebAssembly behind one wall, run behind WebAssembly's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sandbox.cache import Cache, content_key, user_cache
from sandbox.limits import Limits
from sandbox.programs.compilers import open_compiler
from sandbox.programs.compilers.compiler import LARGEST_MODULE_MB, Compiler
from sandbox.programs.module_compiler import ModuleCompiler
from sandbox.programs.program import CompileError, Program, Run
from sandbox.programs.wasm_runner import WasmRunner, supply_of_workers

COMPILER_LIMITS = Limits(fuel=2 * 10**11, memory_mb=1024, wall_seconds=30, output_bytes=1 << 20)
LARGEST_SOURCE_MB = 4
ENGINE = "copies memory, does not optimise"
"""What is particular about the engine that native code is for."""
KEPT = "code and diagnostics"
CODE, DIAGNOSTICS = "code", "diagnostics"
"""What is kept of a source: its code where it compiles, and what the compiler had to say."""


class C:
    """The C language.

    Args:
        compiler: The compiler; the one that is chosen or found if None (see
            `sandbox.programs.compilers.open_compiler`).
        cache: Where compiled programs are kept; in the user's cache if None.
        progress: Told a line before the first use of a compiler, which takes a while.

    Raises:
        SandboxError: There is no compiler; the message says what to install.
    """

    name = "c"
    title = "C"
    suffixes = (".c",)
    note = "It is compiled for wasm32: int, long and pointers have 32 bits, long long has 64."
    hello = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'

    def __init__(
        self,
        *,
        compiler: Compiler | None = None,
        cache: Cache | None = None,
        progress: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._compiler = compiler or open_compiler(progress)
        self._cache = cache or Cache(user_cache("programs/c"), needs_mb=150, keeps_mb=512)
        self._workers = supply_of_workers(progress)
        self._modules, self._runner = ModuleCompiler(self._workers), WasmRunner(self._workers)
        self._shaped_by = (*self._compiler.identity, version("wasmtime"), ENGINE, KEPT)

    def compile(self, source: str) -> Program | CompileError:
        """Compile a source (see `sandbox.programs.program.Language.compile`)."""
        key = content_key(*self._shaped_by, source)
        try:
            files = self._cache.get_or_build(key, partial(self._build, source)).files
        except _UnkeptError as unkept:
            return unkept.error
        told = (files / DIAGNOSTICS).read_text("utf-8")
        if not (code := files / CODE).exists():
            return CompileError(told)
        return WasmProgram(self._runner, code.read_bytes(), warnings=told)

    def close(self) -> None:
        """End the compiler and all workers."""
        self._compiler.close()
        self._modules.close()
        self._runner.close()
        self._workers.close()

    def _build(self, source: str, folder: Path) -> None:
        """Write native code, or what the compiler has to say against the source.

        Raises:
            _UnkeptError: It is too large, or with more time or memory it might be otherwise.
        """
        data = source.encode("utf-8", "replace")
        if len(data) > LARGEST_SOURCE_MB << 20:
            raise _UnkeptError(f"a source of {len(data)} bytes is longer than any that is compiled")
        run, module = self._compiler.compile(data, COMPILER_LIMITS)
        told = run.stderr.decode(errors="replace")
        if run.status not in ("ok", "exit"):
            stopped = f"{told}the compiler was stopped: {run.detail}\n"
            raise _UnkeptError(stopped, stopped=True)
        (folder / DIAGNOSTICS).write_text(told, "utf-8")
        if run.status == "exit":
            return
        if len(module) > LARGEST_MODULE_MB << 20:
            raise _UnkeptError(
                f"a module of {len(module)} bytes is larger than any that is run\n", stopped=True
            )
        code = self._modules.compile(module)
        if isinstance(code, str):
            raise _UnkeptError(f"{code}\n", stopped=True)
        (folder / CODE).write_bytes(code)


class _UnkeptError(Exception):
    """A source does not compile, and what there is to say about it is not kept."""

    def __init__(self, text: str, *, stopped: bool = False) -> None:
        super().__init__(text)
        self.error = CompileError(text, stopped)


class WasmProgram:
    """Native code of a WebAssembly module, and who runs it."""

    def __init__(self, runner: WasmRunner, code: bytes, *, warnings: str = "") -> None:
        self._runner, self._code, self.warnings = runner, code, warnings

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        """Run it once for each input (see `sandbox.programs.program.Program.run`)."""
        return self._runner.run(self._code, inputs, limits)
