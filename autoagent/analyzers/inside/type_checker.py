"""The type checker in a process that has it warm: one text in, mypy's findings out.

Used as a script, ``type_checker.py FOLDER``, it fills a folder with what mypy keeps of the stubs of
the standard library. That is done on the host, since nothing but mypy's own stubs is read then.
"""

from __future__ import annotations

import ast
import os
import re
import stat
import sys
from typing import Any

from mypy import build
from mypy.fscache import FileSystemCache
from mypy.modulefinder import BuildSource
from mypy.options import Options
from mypy.server.update import (
    BlockedUpdate,
    FineGrainedBuildManager,
    get_module_to_path_map,
    update_module_isolated,
)
from mypy.util import hash_digest

MODULE, PATH = "completion", "/completion.py"
"""What is checked is called so; there is no such file."""
ALWAYS = os.stat_result((stat.S_IFREG | 0o444, 0, 0, 1, 0, 0, 0, 0, 0, 0))
"""What is known of it. Were its time another one, mypy would note that in what it has kept, which
others use as well."""
KEPT = (
    "abc", "argparse", "array", "asyncio", "base64", "bisect", "collections", "contextlib", "copy",
    "csv", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "hashlib",
    "heapq", "inspect", "io", "itertools", "json", "logging", "math", "operator", "os", "pathlib",
    "random", "re", "shutil", "statistics", "string", "struct", "subprocess", "sys", "tempfile",
    "textwrap", "threading", "time", "traceback", "typing", "unittest", "urllib.parse",
    "urllib.request", "uuid", "warnings", "xml.etree.ElementTree",
)  # fmt: skip
"""Modules whose stubs are kept, with all that they import; others are parsed when they are met."""
ERROR = re.compile(
    re.escape(PATH) + r":(?P<line>\d+):(?P<column>\d+):(?P<end_line>\d+):(?P<end_column>\d+): "
    r"error: (?P<message>.*?)(?:  \[(?P<code>[a-z0-9-]+)\])?"
)
PRAGMA = re.compile(r"(#\s*)(?:mypy\s*:|type\s*:\s*ignore)")
"""What a text says of how it is to be checked; it counts for nothing."""


class TextFiles(FileSystemCache):
    """The files that there are, and one more, which is a text."""

    def __init__(self) -> None:
        super().__init__()
        self.text = b""

    def read(self, path: str) -> bytes:
        """Return what a file holds."""
        return self.text if path == PATH else super().read(path)

    def hash_digest(self, path: str) -> str:
        """Return what tells a content from others."""
        return hash_digest(self.text) if path == PATH else super().hash_digest(path)

    def stat_or_none(self, path: str) -> os.stat_result | None:
        """Return what is known of a file."""
        return ALWAYS if path == PATH else super().stat_or_none(path)

    def isfile(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return path == PATH or super().isfile(path)


class Checker:
    """mypy, with the standard library loaded.

    Args:
        folder: What is kept of the standard library.
    """

    def __init__(self, folder: str) -> None:
        self._files = TextFiles()
        self._files.text = _imports(KEPT)
        options = _options(folder)
        options.fine_grained_incremental = options.use_fine_grained_cache = True
        source = BuildSource(PATH, MODULE, None)
        self._program = FineGrainedBuildManager(build.build([source], options, fscache=self._files))
        # Much is loaded when it is first needed: once before there are copies, and not in each.
        self.check("import dataclasses\nclass A: pass\nA().b\n[a for a in range('')]\n")
        self.check("")

    def check(self, text: str) -> list[dict[str, Any]]:
        """Return the errors that mypy finds, wherever they are."""
        text = PRAGMA.sub(lambda found: found[1] + "x" * (len(found[0]) - len(found[1])), text)
        self._load_imports(text)
        return [
            {name: int(value) if value.isdigit() else value for name, value in parts.items()}
            for message in self._messages(text)
            if (found := ERROR.fullmatch(message)) and (parts := found.groupdict(default="misc"))
        ]

    def _load_imports(self, text: str) -> None:
        """Load what a text imports and nothing did before."""
        graph, finder = self._program.graph, self._program.manager.find_module_cache
        unknown = [name for name in _imported(text) if name not in graph]
        new = [name for name in unknown if isinstance(finder.find_module(name), str)]
        if new:
            self._take(_imports(new))
            self._program.update([(MODULE, PATH)], [])

    def _messages(self, text: str) -> list[str]:
        """Check a text alone: nothing depends on it, so that nothing else is to be checked anew."""
        self._take(text.encode())
        manager, graph = self._program.manager, self._program.graph
        manager.errors.reset()
        known = get_module_to_path_map(graph)
        result = update_module_isolated(MODULE, PATH, manager, known, graph, False, False)
        if isinstance(result, BlockedUpdate):
            return result.messages
        return manager.errors.new_messages()

    def _take(self, text: bytes) -> None:
        self._files.flush()
        self._files.text = text
        self._program.manager.ast_cache.clear()
        self._program.manager.find_module_cache.clear()


def _options(folder: str) -> Options:
    """Return how everything is checked: no configuration file is read, and no plugin loaded."""
    options = Options()
    options.cache_dir = folder
    options.cache_fine_grained = options.incremental = options.local_partial_types = True
    options.sqlite_cache = False  # plain files can be read where nothing can be written
    options.native_parser = False  # it reads files by itself, and a text is none
    options.num_workers = 0
    options.python_executable = None  # so that no installed package is looked at
    options.ignore_missing_imports = options.check_untyped_defs = True
    options.show_column_numbers = options.show_error_end = True
    return options


def _imports(names: Any) -> bytes:
    return "".join(f"import {name}\n" for name in names).encode()


def _imported(text: str) -> list[str]:
    """Return the names of the modules that a text imports; none if it does not parse."""
    names: dict[str, None] = {}
    try:
        tree = ast.parse(text)  # noqa: TID251  # one thread, in a process of its own
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names[node.module] = None
    return [name for name in names if all(map(str.isidentifier, name.split(".")))]


def keep(folder: str) -> None:
    """Fill a folder with what mypy keeps of the standard library."""
    files = TextFiles()
    files.text = _imports(KEPT)
    build.build([BuildSource(PATH, MODULE, None)], _options(folder), fscache=files)


if __name__ == "__main__":
    keep(sys.argv[1])
