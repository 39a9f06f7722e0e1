"""C: compiled to WebAssembly behind one wall, run behind WebAssembly's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import version

from sandbox.cache import Cache, user_cache
from sandbox.limits import Limits
from sandbox.programs.compiled import COMPILER_LIMITS, CompiledLanguage
from sandbox.programs.compilers import open_compiler
from sandbox.programs.compilers.compiler import Compiler
from sandbox.programs.module_compiler import ModuleCompiler
from sandbox.programs.program import Program, Run
from sandbox.programs.wasm_runner import WasmRunner, supply_of_workers

ENGINE = "copies memory, does not optimise, allocates registers in one pass"
"""What is particular about the engine that native code is for."""
LITTLE = 5 * 10**7
"""Fuel in which most programs come to their end: about 20 ms."""
NO_STACK = "call stack exhausted"
"""How a recursion ends that needs more of the engine's own stack than there is."""


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
        return self._modules.compile(made, quick=True)

    def _program(self, source: str, code: bytes, warnings: str) -> Program:
        careful = partial(self._carefully, source)
        return WasmProgram(self._runner, code, careful=careful, warnings=warnings)

    def _carefully(self, source: str) -> bytes | None:
        """Return code that runs faster; None if it takes too much to make it."""
        run, made = self._compiler.compile(source.encode("utf-8", "replace"), COMPILER_LIMITS)
        code = self._modules.compile(made, quick=False) if run.status == "ok" else ""
        return code if isinstance(code, bytes) else None


class WasmProgram:
    """Native code of a WebAssembly module, and who runs it.

    It is compiled quickly, and once more with care if a run takes longer or needs more stack. What
    comes of a run, fuel and all, is the same both ways, but for the depth of a recursion.

    Args:
        runner: Who runs it.
        code: What was compiled quickly.
        careful: Compiles it with care.
        warnings: What the compiler had to say.
    """

    def __init__(
        self,
        runner: WasmRunner,
        code: bytes,
        *,
        careful: Callable[[], bytes | None],
        warnings: str = "",
    ) -> None:
        self.warnings = warnings
        self._runner, self._code = runner, code
        self._careful = cache(careful)
        self._is_long = False

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        """Run it once for each input (see `sandbox.programs.program.Program.run`)."""
        if self._is_long:
            return self._at_length(inputs, limits)
        little = replace(limits, fuel=min(limits.fuel, LITTLE))
        runs = self._runner.run(self._code, inputs, little, quick=True)
        long = [n for n, run in enumerate(runs) if _is_open(run, little.fuel < limits.fuel)]
        if long:
            self._is_long = True
            again = self._at_length([inputs[n] for n in long], limits)
            for number, run in zip(long, again, strict=True):
                runs[number] = run
        return runs

    def _at_length(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        code = self._careful()
        if code is None:
            return self._runner.run(self._code, inputs, limits, quick=True)
        return self._runner.run(code, inputs, limits, quick=False)


def _is_open(run: Run, is_short: bool) -> bool:
    """Tell whether a run might have ended otherwise with code that was made with care."""
    return (run.status == "fuel" and is_short) or run.status == "hang" or NO_STACK in run.detail
