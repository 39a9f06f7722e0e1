"""Short names for nodes of the typed language."""

from __future__ import annotations

from genetic.translate.forge.ir import (
    Expr,
    Let,
    Lit,
    Op,
    Set,
    Type,
    Var,
)


def n(value: float) -> Lit:
    """Return a number."""
    return Lit(value, "int" if isinstance(value, int) else "num")


def s(value: str) -> Lit:
    """Return a text."""
    return Lit(value, "str")


def ch(value: str) -> Lit:
    """Return a character."""
    return Lit(value, "char")


def op(name: str, *args: Expr, type: Type = "int") -> Op:
    """Return an operation; of a number unless said otherwise."""
    return Op(name, args, type)


def test(name: str, *args: Expr) -> Op:
    """Return an operation that is true or false."""
    return Op(name, args, "bool")


def inc(var: Expr, by: Expr | None = None) -> Set:
    """Return an addition to a variable."""
    return Set(var, "+=", by or n(1))


def let(var: Var, value: Expr, fixed: bool = False) -> Let:
    """Return a new variable."""
    return Let(var, value, fixed)


def is_(x: Expr, k: int, r: int) -> Op:
    """Return whether a number leaves a remainder."""
    return test("eq", op("mod", x, n(k)), n(r))


def is_op(x: Expr, d: Expr) -> Op:
    """Return whether a number is divisible by another."""
    return test("eq", op("mod", x, d), n(0))
