"""The small typed language in which programs are composed, before they become JavaScript and C.

It has the statements that both languages have, and those operations on lists and texts that are
one expression in JavaScript and a loop in C.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

Type = Literal[
    "int", "num", "bool", "char", "str", "ints", "nums", "strs", "grid", "counts", "rows"
]
ITEM: dict[str, Type] = {"ints": "int", "nums": "num", "strs": "str", "str": "char"}
"""What a list, or a text, consists of."""
LIST: dict[str, Type] = {"int": "ints", "num": "nums", "str": "strs"}


@dataclass(frozen=True, slots=True)
class Lit:
    """A number, a text, a character, or a truth value."""

    value: Any
    type: Type


@dataclass(frozen=True, slots=True)
class Var:
    """A variable."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Op:
    """An operator or a function that both languages have in some form, by its name here."""

    name: str
    args: tuple[Expr, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the program's own functions."""

    name: str
    args: tuple[Expr, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row."""

    row: Expr
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Lambda:
    """What is done with each item of a list."""

    item: Var
    body: Expr


@dataclass(frozen=True, slots=True)
class Over:
    """An operation on a list or text: map, filter, sort, sum, count, max, ...; see `overs`."""

    name: str
    source: Expr
    each: Lambda | None
    type: Type


@dataclass(frozen=True, slots=True)
class Join:
    """The items of a list with a text between them; only printed."""

    source: Expr
    between: str
    each: Lambda | None = None
    type: Type = "str"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it is printed: with so many decimals, or so wide, filled up on a side."""

    value: Expr
    decimals: int | None = None
    width: int = 0
    left: bool = False
    fill: str = " "
    type: Type = "str"


Expr = Lit | Var | Op | Call | Field | Over | Join | Shown


@dataclass(frozen=True, slots=True)
class Let:
    """A new variable; `fixed` if nobody changes it."""

    var: Var
    value: Expr
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Set:
    """A new value for a variable or a place in a list: `=`, `+=`, `++`, ..."""

    place: Expr
    op: str
    value: Expr


@dataclass(frozen=True, slots=True)
class If:
    """A choice."""

    test: Expr
    then: tuple[Stmt, ...]
    other: tuple[Stmt, ...] = ()


@dataclass(frozen=True, slots=True)
class While:
    """A loop with a condition."""

    test: Expr
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A loop over numbers, up to a last one or, where `down`, down to it."""

    var: Var
    first: Expr
    last: Expr
    body: tuple[Stmt, ...]
    inclusive: bool = True
    down: bool = False
    step: int = 1


@dataclass(frozen=True, slots=True)
class Each:
    """A loop over the items of a list, or the characters of a text."""

    var: Var
    source: Expr
    body: tuple[Stmt, ...]
    index: Var | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """A further item of a list."""

    list: Var
    value: Expr


@dataclass(frozen=True, slots=True)
class Append:
    """More of a text."""

    text: Var
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """More for a key of counts."""

    counts: Var
    key: Expr
    by: Expr


@dataclass(frozen=True, slots=True)
class EachCount:
    """A loop over keys and their counts, in the order in which the keys came."""

    key: Var
    count: Var
    counts: Var
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class SortCounts:
    """Sort what was counted, by key or by count and then by key; it is read with `EachCount`."""

    counts: Var
    result: Var
    by: Literal["key", "count"]


@dataclass(frozen=True, slots=True)
class SortRows:
    """Sort rows by a field, and by another where that is the same."""

    rows: Var
    by: str
    down: bool
    then: str | None


@dataclass(frozen=True, slots=True)
class Print:
    """A line of output; without its end where `end` says so."""

    parts: tuple[Expr, ...]
    end: bool = True


@dataclass(frozen=True, slots=True)
class Return:
    """The result of a function."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Leave:
    """Break out of a loop, or go on with its next round."""

    how: Literal["break", "continue"]


@dataclass(frozen=True, slots=True)
class Read:
    """Read what comes next of the input.

    Attributes:
        how: ``line`` (one line's values), ``each`` (a line for each value), ``all`` (the rest as
            a list of values between white space), ``list`` (one line's list), ``counted`` (a line
            with the length of the list on the next line), ``column`` (likewise, one a line),
            ``text`` (all of it), ``first`` (a line as a text), ``grid``, ``rows``.
        vars: What is read.
        by: What stands between values.
    """

    how: str
    vars: tuple[Var, ...]
    by: str = " "


@dataclass(frozen=True, slots=True)
class Lines:
    """A loop over the lines that are left, each as it stands or as the values in it."""

    vars: tuple[Var, ...]
    body: tuple[Stmt, ...]
    by: str = ""


Stmt = (
    Let
    | Set
    | If
    | While
    | Count
    | Each
    | Push
    | Append
    | Tally
    | EachCount
    | SortCounts
    | SortRows
    | Print
    | Return
    | Leave
    | Read
    | Lines
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the program."""

    name: str
    params: tuple[Var, ...]
    type: Type
    body: tuple[Stmt, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A program: its functions, and what it does."""

    functions: tuple[Function, ...]
    body: tuple[Stmt, ...]


def shape(node: Any) -> str:
    """Return the structure of a program: without its names, numbers and texts."""
    if isinstance(node, Lit):
        return node.type[0]
    if isinstance(node, Var):
        return f"v{node.type}"
    if isinstance(node, Call):
        return f"call({','.join(map(shape, node.args))})"
    if isinstance(node, tuple):
        return f"[{';'.join(map(shape, node))}]"
    if is_dataclass(node):
        skipped = ("value",) if isinstance(node, Shown) else ()
        inner = [
            shape(getattr(node, each.name))
            for each in fields(node)
            if each.name not in (*NAMED, *skipped) or isinstance(node, (Op, Over))
        ]
        return f"{type(node).__name__}({','.join(inner)})"
    return str(node)


NAMED = ("between", "by", "name", "width", "fill", "decimals", "step")
"""What is a mere value."""
