"""What all functions are made with."""

from __future__ import annotations

import random
from collections.abc import Callable

from genetic.translate.forge.ir import (
    Function,
    Stmt,
    Type,
    Var,
)


class Maker:
    """Makes functions; their names are unlike all others.

    Args:
        rng: What their forms follow from.
        name: Returns a free name, one of some.
    """

    def __init__(self, rng: random.Random, name: Callable[..., str]) -> None:
        self._rng, self._name = rng, name

    def _int(self, *names: str) -> Var:
        return Var(self._name(*names, local=True), "int")

    def _function(
        self, names: tuple[str, ...], params: tuple[Var, ...], kind: Type, *body: Stmt
    ) -> Function:
        return Function(self._name(*names), params, kind, body)
