"""Languages whose sources are compiled, once for each: what is made of them is kept by content."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sandbox.cache import Cache, content_key
from sandbox.limits import Limits
from sandbox.programs.compilers.compiler import LARGEST_MODULE_MB, Compiler
from sandbox.programs.program import CompileError, Program

COMPILER_LIMITS = Limits(fuel=2 * 10**11, memory_mb=1024, wall_seconds=30, output_bytes=1 << 20)
LARGEST_SOURCE_MB = 4
KEPT = "code and diagnostics"
CODE, DIAGNOSTICS = "code", "diagnostics"
"""What is kept of a source: its code where it compiles, and what the compiler had to say."""


class CompiledLanguage:
    """A language with a compiler behind a wall.

    Args:
        compiler: The compiler.
        cache: Where compiled programs are kept.
        shaped_by: What shapes code besides the compiler.
    """

    def __init__(self, compiler: Compiler, cache: Cache, *shaped_by: str) -> None:
        self._compiler, self._cache = compiler, cache
        self._shaped_by = (*compiler.identity, *shaped_by, KEPT)

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
        return self._program(source, code.read_bytes(), told)

    def close(self) -> None:
        """End the compiler."""
        self._compiler.close()

    def _program(self, source: str, code: bytes, warnings: str) -> Program:
        """Return what runs the code of a source."""
        raise NotImplementedError

    def _finished(self, made: bytes) -> bytes | str:
        """Return the code of what the compiler made, or why there is none."""
        return made

    def _build(self, source: str, folder: Path) -> None:
        """Write the code, or what the compiler has to say against the source.

        Raises:
            _UnkeptError: It is too large, or with more time or memory it might be otherwise.
        """
        data = source.encode("utf-8", "replace")
        if len(data) > LARGEST_SOURCE_MB << 20:
            raise _UnkeptError(f"a source of {len(data)} bytes is longer than any that is compiled")
        run, made = self._compiler.compile(data, COMPILER_LIMITS)
        told = run.stderr.decode(errors="replace")
        if run.status not in ("ok", "exit"):
            stopped = f"{told}the compiler was stopped: {run.detail}\n"
            raise _UnkeptError(stopped, stopped=True)
        (folder / DIAGNOSTICS).write_text(told, "utf-8")
        if run.status == "exit":
            return
        if len(made) > LARGEST_MODULE_MB << 20:
            raise _UnkeptError(
                f"a module of {len(made)} bytes is larger than any that is run\n", stopped=True
            )
        code = self._finished(made)
        if isinstance(code, str):
            raise _UnkeptError(f"{code}\n", stopped=True)
        (folder / CODE).write_bytes(code)


class _UnkeptError(Exception):
    """A source does not compile, and what there is to say about it is not kept."""

    def __init__(self, text: str, *, stopped: bool = False) -> None:
        super().__init__(text)
        self.error = CompileError(text, stopped)
