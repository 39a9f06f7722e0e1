"""C for this machine: compiled in the jail, and run there as machine code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from sandbox.cache import Cache, user_cache
from sandbox.jail.system_calls import NATIVE
from sandbox.limits import Limits
from sandbox.programs.compiled import CompiledLanguage
from sandbox.programs.compilers.compiler import PROGRAM, SOURCE
from sandbox.programs.compilers.jailed import JailedCompiler
from sandbox.programs.compilers.native import native_zig
from sandbox.programs.jobs import Job, JobRunner
from sandbox.programs.program import CompileError, Program, Run

LIBRARY_MB = 64
"""Address space of the C library and the stack."""
JOB = Job(
    source=PROGRAM,
    commands=[[f"/scratch/{PROGRAM}"]],
    executable=True,
    mapped_mb=LIBRARY_MB,
)
FINDING = re.compile(rf"^{re.escape(SOURCE)}:(?:\d+:\d+:)? runtime error: .*$", re.MULTILINE)
MOST_FINDINGS = 12


class NativeC(CompiledLanguage):
    """The C language, for programs that this machine itself runs.

    What they use is measured in seconds of CPU, and they see the machine's clock: what they do is
    not exactly the same everywhere.

    Args:
        cache: Where compiled programs are kept; in the user's cache if None.
        progress: Told a line before the first use of a compiler, which takes a while.

    Raises:
        SandboxError: There is no compiler, or no jail; the message says what to do.
    """

    name = "c-native"
    title = "C"
    fence = "c"
    suffixes: tuple[str, ...] = ()
    """A file of C is taken for the target `c`, unless somebody says otherwise."""
    note = "It is compiled for 64-bit Linux: int has 32 bits, long and pointers have 64."
    counted_as = "c"
    sanitizers: tuple[str, ...] = ("UBSan", "a guarded heap")
    hello = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'

    def __init__(
        self,
        *,
        cache: Cache | None = None,
        progress: Callable[[str], None] = lambda line: None,
    ) -> None:
        toolchain = native_zig(progress)
        cache = cache or Cache(user_cache("programs/c-native"), needs_mb=150, keeps_mb=512)
        super().__init__(JailedCompiler(toolchain.compiler), cache)
        self._jobs = JobRunner(toolchain.runtime, {}, profile=NATIVE)
        self._checked = CheckedC(JailedCompiler(toolchain.checker), cache, self._jobs)

    def close(self) -> None:
        """End the compiler, and every process that runs programs."""
        super().close()
        self._checked.close()
        self._jobs.close()

    def _program(self, source: str, code: bytes, warnings: str) -> Program:
        examine = partial(self._checked.examine, source)
        return NativeProgram(self._jobs, code, warnings, examine)


class CheckedC(CompiledLanguage):
    """The same, for programs that say of themselves what in them is undefined, or misused.

    Args:
        compiler: One that makes such programs.
        cache: Where compiled programs are kept.
        jobs: What runs them.
    """

    def __init__(self, compiler: JailedCompiler, cache: Cache, jobs: JobRunner) -> None:
        super().__init__(compiler, cache)
        self._jobs = jobs

    def examine(self, source: str, inputs: Sequence[bytes], limits: Limits) -> str:
        """Return what is found in a program as it runs on some inputs, a line for each finding."""
        program = self.compile(source)
        if isinstance(program, CompileError):
            return ""
        said = b"\n".join(run.stderr for run in program.run(inputs, limits))
        found = dict.fromkeys(FINDING.findall(said.decode(errors="replace")))
        return "\n".join(list(found)[:MOST_FINDINGS])

    def _program(self, source: str, code: bytes, warnings: str) -> Program:
        return NativeProgram(self._jobs, code, warnings, lambda inputs, limits: "")


class NativeProgram:
    """Machine code, and the jail to run it in.

    Args:
        jobs: The jail.
        code: A program of this machine.
        warnings: What the compiler had to say.
        examine: Says what is found in it as it runs on some inputs.
    """

    def __init__(
        self,
        jobs: JobRunner,
        code: bytes,
        warnings: str,
        examine: Callable[[Sequence[bytes], Limits], str],
    ) -> None:
        self._jobs, self._code = jobs, code
        self.warnings, self.examine = warnings, examine

    def run(self, inputs: Sequence[bytes], limits: Limits) -> list[Run]:
        """Run it once for each input (see `sandbox.programs.program.Program.run`)."""
        return [self._jobs.run(JOB, self._code, each, limits)[0] for each in inputs]
