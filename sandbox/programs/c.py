"""C: compiled to WebAssembly behind one wall, run behind WebAssembly's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version

from sandbox.cache import Cache, user_cache
from sandbox.limits import Limits
from sandbox.programs.compiled import CompiledLanguage
from sandbox.programs.compilers import open_compiler
from sandbox.programs.compilers.compiler import Compiler
from sandbox.programs.module_compiler import ModuleCompiler
from sandbox.programs.program import Program, Run
from sandbox.programs.wasm_runner import WasmRunner, supply_of_workers

ENGINE = "copies memory, does not optimise"
"""What is particular about the engine that native code is for."""


class C(CompiledLanguage):
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
        super().__init__(
            compiler or open_compiler(progress),
            cache or Cache(user_cache("programs/c"), needs_mb=150, keeps_mb=512),
            *(version("wasmtime"), ENGINE),
        )
        self._workers = supply_of_workers(progress)
        self._modules, self._runner = ModuleCompiler(self._workers), WasmRunner(self._workers)

    def close(self) -> None:
        """End the compiler and all workers."""
        super().close()
        self._modules.close()
        self._runner.close()
        self._workers.close()

    def _finished(self, made: bytes) -> bytes | str:
        return self._modules.compile(made)

    def _program(self, source: str, code: bytes, warnings: str) -> Program:
        return WasmProgram(self._runner, code, warnings=warnings)


class WasmProgram:
    """Native code of a WebAssembly module, and who runs it."""

    def __init__(self, runner: WasmRunner, code: bytes, *, warnings: str = "") -> None:
        self._runner, self._code, self.warnings = runner, code, warnings

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        """Run it once for each input (see `sandbox.programs.program.Program.run`)."""
        return self._runner.run(self._code, inputs, limits)
