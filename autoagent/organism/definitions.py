"""The definitions that belong to an organism: methods, and functions and classes of its namespace.

Values here are the organism's own, and are looked at without running any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from autoagent.organism.sources import function_of, source_in
from sandbox.library import Namespace


class Definitions:
    """Those of one organism.

    Args:
        namespace: Where executed code binds its names.
        texts: File name, as code objects carry it, to the text that was compiled under it.
        ruined: Returns the text that a damaged definition has; None for one that is whole.

    Attributes:
        organism: Whose they are.
        root: The class below all of the organism's own.
        hidden: Names in the namespace that are not from executed code.
    """

    def __init__(
        self, namespace: Namespace, texts: dict[str, str], ruined: Callable[[object], str | None]
    ) -> None:
        self.organism: Any = None
        self.root: type = object
        self.hidden: set[str] = set()
        self._namespace = namespace
        self._texts = texts
        self._ruined = ruined
        self._reported: dict[str, object] = {}
        self._saved: tuple[dict[str, object], dict[str, object]] | None = None

    def __contains__(self, value: object) -> bool:
        """Tell whether a value is a definition."""
        if issubclass(type(value), type):
            own = type.__dict__["__dict__"].__get__(value)
            return own.get("__module__") == "__main__" and not issubclass(value, self.root)  # type: ignore[arg-type]
        function = function_of(value)
        return function is not None and function.__code__.co_filename in self._texts

    def variables(self) -> dict[str, object]:
        """Return the names that executed code bound."""
        return {
            n: v
            for n, v in self._namespace.items()
            if type(n) is str and n[:2] != "__" and n not in self.hidden
        }

    def functions(self) -> dict[str, object]:
        """Return the functions and classes that executed code defined."""
        return {n: v for n, v in self.variables().items() if v in self}

    def methods(self) -> dict[str, object]:
        """Return the methods that are the organism's own."""
        own = type.__dict__["__dict__"].__get__(type(self.organism))
        return {n: v for n, v in own.items() if type(n) is str and v in self}

    def all(self) -> dict[str, object]:
        """Return every definition that belongs to the genome: methods come before functions."""
        found = self.functions()
        for owner in self._owners():
            found.update((n, v) for n, v in owner.items() if type(n) is str and v in self)
        return found

    def _owners(self) -> Iterator[dict[str, Any]]:
        """Yield the attributes of the organism's classes, the most general first, and its own."""
        for kind in reversed(type.__getattribute__(type(self.organism), "__mro__")):
            if kind not in (object, self.root):
                yield kind.__dict__
        yield object.__getattribute__(self.organism, "__dict__")

    def changes(self) -> dict[str, str | None]:
        """Return the sources of definitions that changed since the last call; None where gone."""
        now = self.all()
        before, self._reported = self._reported, now
        changed: dict[str, str | None] = {
            n: self.source(v) for n, v in now.items() if before.get(n) is not v
        }
        changed.update({n: None for n in before if n not in now})
        return changed

    def source(self, definition: object) -> str:
        """Return the source text of a definition; empty if unknown."""
        ruin = self._ruined(definition)
        return source_in(self._texts, definition) if ruin is None else ruin

    def checkpoint(self) -> None:
        """Keep the definitions as they are."""
        self._saved = (self.methods(), self.functions())

    def restore(self) -> None:
        """Put back the definitions that were kept.

        Raises:
            RuntimeError: There was no checkpoint.
        """
        if self._saved is None:
            raise RuntimeError("there is no checkpoint; call self.checkpoint() first")
        methods, functions = self._saved
        for name in self.methods().keys() - methods.keys():
            delattr(type(self.organism), name)
        for name, value in methods.items():
            setattr(type(self.organism), name, value)
            vars(self.organism).pop(name, None)
        for name in self.functions().keys() - functions.keys():
            del self._namespace[name]
        self._namespace.update(functions)
