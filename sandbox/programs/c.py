"""C: compiled to WebAssembly behind one wall, run behind WebAssembly's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version

from sandbox.limits import Limits
from sandbox.programs.cache import Cache, cache_folder, content_key
from sandbox.programs.compilers import open_compiler
from sandbox.programs.compilers.compiler import LARGEST_MODULE_MB, Compiler
from sandbox.programs.program import CompileError, Program, Run
from sandbox.programs.wasm_runner import WasmRunner

COMPILER_LIMITS = Limits(fuel=2 * 10**11, memory_mb=1024, wall_seconds=30, output_bytes=1 << 20)
LARGEST_SOURCE_MB = 4
GOOD, BAD = b"+", b"-"


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
    suffix = ".c"

    def __init__(
        self,
        *,
        compiler: Compiler | None = None,
        cache: Cache | None = None,
        progress: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._compiler = compiler or open_compiler(progress)
        self._cache = cache or Cache(cache_folder("c"))
        self._runner = WasmRunner()
        self._shaped_by = (*self._compiler.identity, version("wasmtime"))

    def compile(self, source: str) -> Program | CompileError:
        """Compile a source (see `sandbox.programs.program.Language.compile`)."""
        key = content_key(*self._shaped_by, source)
        if found := self._cache.get(key):
            kind, content = found[:1], found[1:]
            if kind == GOOD:
                return WasmProgram(self._runner, content)
            return CompileError(content.decode())
        return self._compiled(source, key)

    def close(self) -> None:
        """End the compiler and all workers."""
        self._compiler.close()
        self._runner.close()

    def _compiled(self, source: str, key: str) -> Program | CompileError:
        data = source.encode("utf-8", "replace")
        if len(data) > LARGEST_SOURCE_MB << 20:
            return CompileError(
                f"a source of {len(data)} bytes is longer than any that is compiled"
            )
        run, module = self._compiler.compile(data, COMPILER_LIMITS)
        told = run.stderr.decode(errors="replace")
        if run.status not in ("ok", "exit"):
            # Not kept: with more time or memory it might be otherwise.
            return CompileError(f"{told}the compiler was stopped: {run.detail}\n", stopped=True)
        if run.status == "exit":
            self._cache.put(key, BAD + told.encode())
            return CompileError(told)
        if len(module) > LARGEST_MODULE_MB << 20:
            return CompileError(f"a module of {len(module)} bytes is larger than any that is run\n")
        code = self._runner.compile(module)
        if isinstance(code, str):
            return CompileError(f"{code}\n")
        self._cache.put(key, GOOD + code)
        return WasmProgram(self._runner, code)


class WasmProgram:
    """Native code of a WebAssembly module, and who runs it."""

    def __init__(self, runner: WasmRunner, code: bytes) -> None:
        self._runner, self._code = runner, code

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        """Run it once for each input (see `sandbox.programs.program.Program.run`)."""
        return self._runner.run(self._code, inputs, limits)
