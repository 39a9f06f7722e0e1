"""Functions such as small programs have."""

from __future__ import annotations

from genetic.translate.forge.functions.numbers import Numbers
from genetic.translate.forge.functions.texts import Texts
from genetic.translate.forge.ir import Function

__all__ = ["Library"]


class Library(Numbers, Texts):
    """Makes functions of each kind."""

    def make(self, kind: str) -> Function:
        """Return a function of a kind, such as ``int_int``, by chance."""
        found = [each for each in dir(self) if each.startswith(f"_{kind}_")]
        function: Function = getattr(self, self._rng.choice(found))()
        return function
