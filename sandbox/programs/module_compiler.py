"""WebAssembly modules made native code, in processes that may take so much and no more."""

from __future__ import annotations

import signal

from sandbox.programs.wasm_runner import FREE, LostError, WasmRunner, Workers
from sandbox.session import SandboxError

MEMORY_MB = 768
CPU_SECONDS = 20
"""Hundreds of times what programs take. It grows with the square of the largest function."""
PATIENCE_SECONDS = 300.0
"""No verdict: a machine on which so much CPU is not had in that time is too busy for one."""
LARGE = 1 << 18
"""Bytes of a module that leaves behind too much in its worker for the next one to be fair."""
ATTEMPTS = 2
TOO_LARGE: dict[int, str] = {
    signal.SIGXCPU: f"{CPU_SECONDS} seconds of CPU",
    signal.SIGABRT: f"{MEMORY_MB} MB",
    signal.SIGSEGV: f"{MEMORY_MB} MB",
}
"""What runs out in an engine that dies of these; all other deaths are no fault of the module.

In a jail, who aborts cannot send himself the signal, and executes what is forbidden instead.
"""


class ModuleCompiler:
    """Compiles modules in workers of its own, apart from those that run programs.

    Threads may share it: each uses a worker to itself, and leaves it for the next.

    Args:
        supply: Where workers come from; it stays open.
    """

    def __init__(self, supply: Workers) -> None:
        self._workers = WasmRunner(supply)

    def compile(self, module: bytes, *, quick: bool) -> bytes | str:
        """Return the native code of a module, or what the engine has to say against it.

        Args:
            module: It.
            quick: Whether it is compiled in half the time, to run in twice the time.

        Raises:
            SandboxError: The engine dies or dallies by no fault of the module.
        """
        for _ in range(ATTEMPTS):
            try:
                with self._workers.lent(MEMORY_MB, once=len(module) > LARGE) as worker:
                    limits = {"memory": MEMORY_MB << 20, "cpu": CPU_SECONDS}
                    worker.say({"op": "compile", "quick": quick, **limits}, module)
                    header, blobs = worker.hear(PATIENCE_SECONDS)
                    return str(header["error"]) or blobs[0]
            except LostError as lost:
                reason = str(lost)
                if spent := TOO_LARGE.get(-(worker.exit_code or 0)):
                    return f"the engine cannot compile the module with {spent}: it is too large"
        raise SandboxError(f"the engine compiles nothing here ({reason}); {FREE}")

    def close(self) -> None:
        """End all workers."""
        self._workers.close()
