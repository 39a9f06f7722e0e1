"""C: compiled to WebAssembly in the jail, run behind WebAssembly's wall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version

from sandbox.limits import Limits
from sandbox.programs.cache import Cache, cache_folder, content_key
from sandbox.programs.jail import Jail, Job
from sandbox.programs.program import CompileError, Program, Run
from sandbox.programs.toolchain import MODULE, SOURCE, Toolchain, find_toolchain
from sandbox.programs.wasm import WasmRunner

COMPILER_LIMITS = Limits(fuel=2 * 10**11, memory_mb=1024, wall_seconds=30, output_bytes=1 << 20)
COMPILER_ENVIRONMENT = {"LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "1000000000"}
"""Also what time a source is told that it is compiled at."""
LARGEST_SOURCE_MB = 4
LARGEST_MODULE_MB = 16
SCRATCH_MB = 160
"""Object files hold all of a program's static data, also where that is zero."""
GOOD, BAD = b"+", b"-"


class C:
    """The C language.

    Args:
        toolchain: The compiler; the best one here if None.
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
        toolchain: Toolchain | None = None,
        cache: Cache | None = None,
        progress: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._toolchain = toolchain or find_toolchain(progress)
        self._cache = cache or Cache(cache_folder("c"))
        self._jail = Jail(self._toolchain.shown, COMPILER_ENVIRONMENT)
        self._runner = WasmRunner()
        commands = repr(self._toolchain.commands)
        self._shaped_by = (self._toolchain.name, commands, version("wasmtime"))
        self._job = Job(
            source=SOURCE,
            commands=self._toolchain.commands,
            threads=16,
            memory_mb=0,
            stack_mb=64,
            scratch_mb=SCRATCH_MB,
            result=MODULE,
        )

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
        """End the compiler's jail and all workers."""
        self._jail.close()
        self._runner.close()

    def _compiled(self, source: str, key: str) -> Program | CompileError:
        data = source.encode("utf-8", "replace")
        if len(data) > LARGEST_SOURCE_MB << 20:
            return CompileError(
                f"a source of {len(data)} bytes is longer than any that is compiled"
            )
        run, module = self._jail.run(self._job, data, b"", COMPILER_LIMITS)
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
