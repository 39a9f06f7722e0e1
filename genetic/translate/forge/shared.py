"""What both writers know: operators, names, and that some things cannot be said."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from genetic.translate.forge.ir import (
    Let,
    Lines,
    Read,
    Var,
)
from genetic.translate.forge.words import renamed

BINARY = {
    "or": ("||", 1),
    "and": ("&&", 2),
    "eq": ("==", 3),
    "ne": ("!=", 3),
    "lt": ("<", 4),
    "le": ("<=", 4),
    "gt": (">", 4),
    "ge": (">=", 4),
    "add": ("+", 5),
    "sub": ("-", 5),
    "mul": ("*", 6),
    "div": ("/", 6),
    "idiv": ("/", 6),
    "mod": ("%", 6),
}
"""Operators and how closely they bind; alike in both languages, but for equality and division."""


class Unspeakable(Exception):
    """Something stands where C has no place for it; another program is made instead."""


def declared(node: object) -> set[str]:
    """Return the names that a part of a program declares, but for those in heads of loops."""
    if isinstance(node, tuple):
        return set().union(*map(declared, node))
    if not is_dataclass(node):
        return set()
    own = {renamed(node.var.name)} if isinstance(node, Let) else set()
    if isinstance(node, (Read, Lines)):
        own = {renamed(each.name) for each in node.vars}
    return own.union(*(declared(getattr(node, each.name)) for each in fields(node)))


def names_in(node: object) -> set[str]:
    """Return the names of all variables in a program, or a part of it."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, Var):
            found.add(node.name)
        elif isinstance(node, tuple):
            for each in node:
                walk(each)
        elif hasattr(node, "__dataclass_fields__"):
            for name in node.__dataclass_fields__:
                walk(getattr(node, name))

    walk(node)
    return found
