"""Expressions in C; what has no expression becomes a variable before it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from genetic.translate.forge.ir import (
    ITEM,
    Call,
    Expr,
    Field,
    Join,
    Lambda,
    Lit,
    Op,
    Over,
    Program,
    Shown,
    Var,
)
from genetic.translate.forge.shared import BINARY, Unspeakable
from genetic.translate.forge.words import renamed

INCLUDES = "".join(
    f"#include <{name}.h>\n" for name in ("stdio", "stdlib", "string", "ctype", "math")
)
"""What every program begins with."""


SPOKEN: dict[str, str] = {"int": "long long", "num": "double", "bool": "int", "char": "char"}


FORMATS = {"int": "%lld", "num": "%.15g", "char": "%c", "str": "%s", "bool": "%s"}


SCANNED = {"int": "%lld", "num": "%lf", "str": "%99s"}


ATOM = 9


PATTERNS = {
    "abs": "llabs({0})",
    "fabs": "fabs({0})",
    "sqrt": "sqrt({0})",
    "floor": "(long long)floor({0})",
    "ceil": "(long long)ceil({0})",
    "round": "(long long)floor({0} + 0.5)",
    "pow": "pow({0}, {1})",
    "max": "({0} > {1} ? {0} : {1})",
    "min": "({0} < {1} ? {0} : {1})",
    "upper": "toupper({0})",
    "lower": "tolower({0})",
    "isdigit": "isdigit({0})",
    "isalpha": "isalpha({0})",
    "isupper": "isupper({0})",
    "islower": "islower({0})",
    "chr": "(char)({0})",
    "digit": "({0} - '0')",
    "at": "{0}[{1}]",
    "startswith": "strncmp({0}, {1}, strlen({1})) == 0",
    "contains": "strstr({0}, {1}) != NULL",
    "among": "strchr({1}, {0}) != NULL",
    "parse": "atoll({0})",
    "parsenum": "atof({0})",
    "exact": "(double){0}",
    "cell": "{0}[{1}][{2}]",
}


COMPARISON = 3
BINDS = {
    **dict.fromkeys(("startswith", "contains", "among"), COMPARISON),
    **dict.fromkeys(("floor", "ceil", "round", "chr", "exact"), 8),
}
"""How closely those of the patterns bind that are no atoms."""
HOISTED = ("uppercase", "lowercase", "reversed", "repeat", "concat", "substring")
"""Operations on texts that have no expression."""


NEWLINE = "\n"


class Expressions(ABC):
    """Writes expressions of one program."""

    def __init__(self, program: Program) -> None:
        self._written: list[str] = []
        self._depth = 0
        self._fresh = 0
        self._out = ""
        self._indexes: list[str] = []
        self._taken: set[str] = set()
        self._alias: dict[str, str] = {}
        self._functions = {each.name: each for each in program.functions}
        self._program = program

    @abstractmethod
    def _declare(self, var: Var, value: Expr) -> None:
        """Declare a variable with a value, in as many lines as that takes."""

    def _line(self, text: str) -> None:
        self._written.append("    " * self._depth + text if text else "")

    def _layout(self, parts: Sequence[Expr]) -> tuple[str, list[str]]:
        """Return the format of some values one behind the other, and the values."""
        layout, values = "", []
        for part in parts:
            if isinstance(part, Lit) and part.type in ("str", "char"):
                layout += part.value.replace("%", "%%")
            elif isinstance(part, Op) and part.name == "concat":
                more, found = self._layout(part.args)
                layout += more
                values += found
            elif isinstance(part, Shown):
                more, value = self._shown(part)
                layout += more
                values.append(value)
            else:
                layout += FORMATS[part.type]
                text = self._expr(part, 2 if part.type == "bool" else 0)
                values.append(f'{text} ? "true" : "false"' if part.type == "bool" else text)
        return layout, values

    def _shown(self, part: Shown) -> tuple[str, str]:
        kind = part.value.type
        value = self._expr(part.value)
        if part.decimals is not None:
            return (
                f"%.{part.decimals}f",
                value if kind == "num" else f"(double){self._expr(part.value, 8)}",
            )
        zero = "0" if part.fill == "0" else ""
        return "%" + ("-" if part.left else zero) + str(part.width) + FORMATS[kind][1:], value

    def _place(self, value: Expr) -> str:
        """Return the name of a list or text, which gets one if it has none."""
        if isinstance(value, (Var, Field)):
            return self._expr(value)
        if value.type == "str" and isinstance(value, Op) and value.name == "at":
            return self._expr(value)
        name = self._temporary()
        self._declare(Var(name, value.type), value)
        return name

    def _temporary(self) -> str:
        self._fresh += 1
        return f"t{self._fresh}"

    def _index(self, keep: bool = False) -> str:
        """Return a name for a loop's index that is free here."""
        for name in ("i", "j", "k", "m", "o"):
            if name not in self._indexes and name not in self._taken:
                if keep:
                    self._indexes.append(name)
                return name
        raise Unspeakable

    def _arguments(self, call: Call) -> list[str]:
        values = []
        for each in call.args:
            if each.type in ITEM and each.type != "str":
                place = self._place(each)
                values += [place, f"{place}_n"]
            else:
                values.append(self._expr(each))
        return values

    def _expr(self, node: Expr, binds: int = 0) -> str:
        """Return an expression, in brackets where what is around it binds closer."""
        text, own = self._bare(node)
        return f"({text})" if own < binds else text

    def _bare(self, node: Expr) -> tuple[str, int]:
        if isinstance(node, Lit):
            return _literal(node), 8 if isinstance(
                node.value, (int, float)
            ) and node.value < 0 else ATOM
        if isinstance(node, Var):
            return renamed(node.name), ATOM
        if isinstance(node, Field):
            return f"{self._expr(node.row)}.{renamed(node.name)}", ATOM
        if isinstance(node, Call):
            if node.type == "str":
                return self._hoisted(node), ATOM
            return f"{renamed(node.name)}({', '.join(self._arguments(node))})", ATOM
        if isinstance(node, Over):
            return self._hoisted(node), ATOM
        if isinstance(node, Op):
            return self._op(node)
        raise Unspeakable

    def _hoisted(self, node: Expr) -> str:
        name = self._temporary()
        self._declare(Var(name, node.type), node)
        return name

    def _op(self, node: Op) -> tuple[str, int]:
        match node.name, node.args:
            case name, _ if name in HOISTED:
                return self._hoisted(node), ATOM
            case "len", (text,) if text.type == "str":
                return f"(long long)strlen({self._expr(text)})", 8
            case "len", (items,):
                return f"{self._place(items)}_n", ATOM
            case "height", (grid,):
                return f"{self._expr(grid)}_n", ATOM
            case "breadth", (grid,):
                return f"{self._expr(grid)}_m", ATOM
            case "cond", (test, yes, no):
                return f"{self._expr(test, 1)} ? {self._expr(yes, 1)} : {self._expr(no, 1)}", 0
            case "not", (flag,):
                return f"!{self._expr(flag, 8)}", 8
            case "neg", (value,):
                return f"-{self._expr(value, 8)}", 8
            case "code" | "sure", (value,):
                return self._bare(value)
            case name, (left, right) if name in BINARY:
                return self._binary(name, left, right)
        inside = 7 if node.name in ("max", "min", "digit", "exact") else 0
        texts = [self._expr(each, inside) for each in node.args]
        return PATTERNS[node.name].format(*texts), BINDS.get(node.name, ATOM)

    def _binary(self, name: str, left: Expr, right: Expr) -> tuple[str, int]:
        sign, own = BINARY[name]
        if name in ("eq", "ne") and left.type == "str":
            return f"strcmp({self._expr(left)}, {self._expr(right)}) {sign} 0", COMPARISON
        first, second = self._expr(left, own), self._expr(right, own + 1)
        if name == "div" and left.type != "num":
            first = f"(double){self._expr(left, 8)}"
        if name == "or":
            first, second = (
                f"({text})" if isinstance(arg, Op) and arg.name == "and" else text
                for text, arg in ((first, left), (second, right))
            )
        return f"{first} {sign} {second}", own


def put(each: Lambda, item: Var) -> Expr:
    """Return the body of a lambda with something else in place of its variable."""
    return _replaced(each.body, each.item.name, item)


def _replaced(node: Expr, name: str, item: Var) -> Expr:
    if isinstance(node, Var):
        return item if node.name == name else node
    if isinstance(node, (Op, Call)):
        return type(node)(
            node.name, tuple(_replaced(each, name, item) for each in node.args), node.type
        )
    if isinstance(node, Field):
        return Field(_replaced(node.row, name, item), node.name, node.type)
    if isinstance(node, Shown):
        return Shown(
            _replaced(node.value, name, item), node.decimals, node.width, node.left, node.fill
        )
    return node


def hoists(node: Expr) -> bool:
    """Tell whether an expression takes statements before it."""
    if isinstance(node, (Over, Join)) or (isinstance(node, Call) and node.type == "str"):
        return True
    if isinstance(node, Op):
        return node.name in HOISTED or any(map(hoists, node.args))
    if isinstance(node, Call):
        return any(map(hoists, node.args))
    if isinstance(node, Shown):
        return hoists(node.value)
    return False


def tokens_of(line: str, by: str) -> str:
    """Return the head of a loop over the parts of a text."""
    marks = quoted(by)
    return f"for (char *p = strtok({line}, {marks}); p; p = strtok(NULL, {marks}))"


def _literal(node: Lit) -> str:
    if node.type == "str":
        return quoted(node.value)
    if node.type == "char":
        return {"\n": "'\\n'", "'": "'\\''", "\\": "'\\\\'"}.get(node.value, f"'{node.value}'")
    if node.type == "bool":
        return str(int(node.value))
    return str(node.value)


def quoted(text: str) -> str:
    """Return a text as it is written in C."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    )
    return f'"{escaped}"'
