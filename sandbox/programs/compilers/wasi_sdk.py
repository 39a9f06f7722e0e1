"""The C compiler of an image that has the wasi-sdk, in a container of its own for each source."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from sandbox.cache import Cache, content_key, user_cache
from sandbox.docker.engine import connect, sweep
from sandbox.docker.image import find_image, named_image
from sandbox.docker.oneshot import INPUT, EndedError, Oneshot
from sandbox.limits import Limits
from sandbox.programs.compilers.compiler import (
    ENVIRONMENT,
    FLAGS,
    LARGEST_MODULE_MB,
    LAYOUT,
    MODULE,
    OBJECT,
    SCRATCH_MB,
    SOURCE,
    TARGET,
)
from sandbox.programs.program import Run
from sandbox.programs.watch import ENDED, Ending
from sandbox.session import SandboxError

IMAGE = "ghcr.io/webassembly/wasi-sdk:wasi-sdk-33"
FOLDER = "/opt/wasi-sdk"
# A compiler that crashes would else run once more, to tell its makers how it came to that.
CLANG = f"{FOLDER}/bin/clang --sysroot={FOLDER}/share/wasi-sysroot -fno-crash-diagnostics"
COMPILE = f"{CLANG} {' '.join(FLAGS)}"
# With a thread for each processor, the linker of a large machine would meet the limit of processes.
LINK = f"{CLANG} {TARGET} {OBJECT} -Wl,--threads=1,{','.join(LAYOUT)} -o {MODULE}"
# All goes out by one stream, since the engine does not keep the order between two.
WORK = f"""mv {INPUT} {SOURCE}
{{ {COMPILE} && {LINK}; }} >told 2>&1
status=$?
[ $status = 0 ] || : >{MODULE}
echo $status $(wc -c <told) $(wc -c <{MODULE})
cat told {MODULE}
"""
LONGEST_LINE = 64
TRIAL = b'#include <stdio.h>\nint main(void) { return puts(""); }\n'
TRIAL_LIMITS = Limits(memory_mb=1024, wall_seconds=60)

NO_SHELL_COMMAND = (126, 127)
DIED = {128 + 24: ENDED["fuel"], 128 + 9: ("memory", "its memory ran out")}
"""What the shell makes of SIGXCPU, and of SIGKILL, which is how the kernel gets memory back."""


class WasiSdk:
    """A compiler in containers of an engine; see `sandbox.programs.compilers.compiler.Compiler`.

    Args:
        image: One with the wasi-sdk in `FOLDER`, a shell and coreutils; upstream's if None.
        progress: Told a line before the image is pulled.

    Raises:
        SandboxError: No engine answers, or there is no such image, or it cannot compile.
    """

    def __init__(
        self, image: str | None = None, progress: Callable[[str], None] = lambda line: None
    ) -> None:
        self._name = image or IMAGE
        self._engine = connect()
        sweep(self._engine)
        self._image = named_image(self._engine, self._name, progress)
        self.identity: tuple[str, ...] = ("wasi-sdk", self._image.digest, WORK)
        cache = Cache(user_cache("programs/toolchains"), needs_mb=1)
        cache.get_or_build(content_key(*self.identity), lambda folder: self._try(progress))

    def compile(self, source: bytes, limits: Limits) -> tuple[Run, bytes]:
        """Compile a source (see `sandbox.programs.compilers.compiler.Compiler.compile`)."""
        container = Oneshot(
            self._engine,
            self._image.id,
            WORK,
            source,
            memory_mb=limits.memory_mb + SCRATCH_MB,
            scratch_mb=SCRATCH_MB,
            cpu_seconds=math.ceil(limits.cpu_seconds),
            environment=ENVIRONMENT,
        )
        deadline = time.monotonic() + limits.wall_seconds
        told = module = b""
        try:
            container.begin(deadline)
            status, length, size = _numbers(container.line(LONGEST_LINE, deadline))
            told = container.read(min(length, limits.output_bytes), deadline)
            if length > limits.output_bytes:
                ending: Ending = ENDED["output"]
            else:
                ending = self._meaning(status, told)
                # One byte more than may be shows that it is too large.
                module = container.read(min(size, (LARGEST_MODULE_MB << 20) + 1), deadline)
        except TimeoutError:
            ending = ENDED["hang"]
        except (EndedError, OSError) as error:
            ending = "worker", f"the container failed: {error}"
        finally:
            container.close()
        return Run(ending[0], b"", told, None, ending[1]), module

    def close(self) -> None:
        """Let go of the engine."""
        self._engine.close()

    def _try(self, progress: Callable[[str], None]) -> None:
        """Have it compile a program of ours, once: what it refuses later is the program's fault."""
        progress(f"trying the C compiler of {self._name} (once)")
        run, _ = self.compile(TRIAL, TRIAL_LIMITS)
        if run.status != "ok":
            raise SandboxError(
                f"the wasi-sdk of the image {self._name!r} compiles nothing ({run.detail}: "
                f"{run.stderr.decode(errors='replace').strip()}): name another, such as {IMAGE}"
            )

    def _meaning(self, status: int, told: bytes) -> Ending:
        if status in NO_SHELL_COMMAND:
            raise SandboxError(
                f"the image {self._name!r} has no wasi-sdk in {FOLDER} that runs "
                f"({told.decode(errors='replace').strip()}): name another, such as {IMAGE}"
            )
        if status <= 1:
            return ("exit", "exit status 1") if status else ("ok", "")
        return DIED.get(status, ("trap", f"it died: exit status {status}"))


def require_image(image: str | None = None) -> None:
    """Check that the engine has an image already; None is upstream's.

    Raises:
        SandboxError: No engine answers, or it has not.
    """
    engine = connect()
    try:
        if find_image(engine, image or IMAGE) is None:
            raise SandboxError(f"the first use pulls it, or: docker pull {image or IMAGE}")
    finally:
        engine.close()


def _numbers(line: bytes) -> list[int]:
    numbers = [int(word) for word in line.split() if word.isdigit()]
    if len(numbers) != 3:
        raise EndedError(f"it printed {line!r}")
    return numbers
