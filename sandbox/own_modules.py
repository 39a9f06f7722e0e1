"""Python files of the working folder as modules, judged like any text that becomes code."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

from sandbox.memory_tree import HOME
from sandbox.mounted import modules

SUFFIX = ".py"


class OwnModules:
    """The modules of one organism, known by their names.

    Args:
        guard: Judges a text and compiles it: ``guard(text, mode, filename)``.
        builtins: Those of the modules.
    """

    def __init__(
        self, guard: Callable[[str, str, str], CodeType], builtins: dict[str, Any]
    ) -> None:
        self._guard = guard
        self._builtins = builtins
        self._loaded: dict[str, tuple[str, ModuleType]] = {}

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a file of that name."""
        return type(name) is str and name.isidentifier() and modules["os"].path.isfile(_file(name))

    def load(self, name: str) -> ModuleType:
        """Return a module, which is executed again only when its text has changed.

        Raises:
            OSError: There is no such file.
            UnicodeDecodeError: It is no text.
        """
        with modules["io"].open(_file(name), encoding="utf-8") as file:
            text = file.read()
        before = self._loaded.get(name)
        if before is not None and before[0] == text:
            return before[1]
        module = ModuleType(name)
        self._loaded[name] = text, module  # now, since modules may import each other
        try:
            vars(module)["__builtins__"] = self._builtins
            exec(self._guard(text, "exec", name + SUFFIX), vars(module))
        except BaseException:
            del self._loaded[name]
            raise
        return module


def _file(name: str) -> str:
    return f"{HOME}/{name}{SUFFIX}"
