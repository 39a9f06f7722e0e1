"""Expressions in JavaScript."""

from __future__ import annotations

import random
from collections.abc import Sequence

from genetic.translate.forge.ir import (
    ITEM,
    Call,
    Count,
    Each,
    EachCount,
    Expr,
    Field,
    If,
    Join,
    Leave,
    Lines,
    Lit,
    Op,
    Over,
    Program,
    Read,
    Return,
    Shown,
    Stmt,
    Var,
    While,
)
from genetic.translate.forge.js.style import Style
from genetic.translate.forge.shared import BINARY, Unspeakable, names_in

ATOM = 20


LEVELS = {
    "or": 3,
    "and": 4,
    "eq": 8,
    "ne": 8,
    "lt": 9,
    "le": 9,
    "gt": 9,
    "ge": 9,
    "add": 11,
    "sub": 11,
    "mul": 12,
    "div": 12,
    "mod": 12,
}


PATTERNS: dict[str, tuple[str, ...]] = {
    "abs": ("Math.abs({0})",),
    "fabs": ("Math.abs({0})",),
    "sqrt": ("Math.sqrt({0})",),
    "floor": ("Math.floor({0})",),
    "ceil": ("Math.ceil({0})",),
    "round": ("Math.round({0})",),
    "pow": ("{0} ** {1}", "Math.pow({0}, {1})"),
    "max": ("Math.max({0}, {1})",),
    "min": ("Math.min({0}, {1})",),
    "upper": ("{0}.toUpperCase()",),
    "lower": ("{0}.toLowerCase()",),
    "uppercase": ("{0}.toUpperCase()",),
    "lowercase": ("{0}.toLowerCase()",),
    "reversed": (
        '{0}.split("").reverse().join("")',
        '[...{0}].reverse().join("")',
        'Array.from({0}).reverse().join("")',
    ),
    "repeat": ("{0}.repeat({1})",),
    "substring": ("{0}.slice({1}, {2})", "{0}.substring({1}, {2})"),
    "isdigit": ('{0} >= "0" && {0} <= "9"', "/[0-9]/.test({0})", "/\\d/.test({0})"),
    "isalpha": ("/[a-zA-Z]/.test({0})", "/[a-z]/i.test({0})", "/[A-Za-z]/.test({0})"),
    "isupper": ('{0} >= "A" && {0} <= "Z"', "/[A-Z]/.test({0})"),
    "islower": ('{0} >= "a" && {0} <= "z"', "/[a-z]/.test({0})"),
    "code": ("{0}.charCodeAt(0)", "{0}.charCodeAt(0)", "{0}.codePointAt(0)"),
    "chr": ("String.fromCharCode({0})",),
    "digit": ("Number({0})", "parseInt({0})", "+{0}", "parseInt({0}, 10)"),
    "at": ("{0}[{1}]", "{0}[{1}]", "{0}.charAt({1})"),
    "item": ("{0}[{1}]",),
    "startswith": ("{0}.startsWith({1})", "{0}.indexOf({1}) === 0"),
    "contains": ("{0}.includes({1})", "{0}.indexOf({1}) !== -1", "{0}.indexOf({1}) >= 0"),
    "among": ("{1}.includes({0})", "{1}.indexOf({0}) !== -1", "{1}.indexOf({0}) >= 0"),
    "parse": ("parseInt({0})", "parseInt({0}, 10)", "Number({0})", "+{0}"),
    "parsenum": ("parseFloat({0})", "Number({0})", "+{0}"),
    "sure": ("{0}",),
    "exact": ("{0}",),
    "cell": ("{0}[{1}][{2}]",),
}


POSTFIX = 18


class Expressions:
    """Writes expressions of one program, in one style."""

    def __init__(self, program: Program, style: Style, rng: random.Random) -> None:
        self._program, self._style, self._rng = program, style, rng
        self._written: list[str] = []
        self._depth = 0
        self._at = 0
        self._whole = False
        self._counter_name = ""
        self._sorted = ""
        self._counts_style = rng.choice(("object", "map"))
        self._names = _used(program)
        self._reads = [each for each in program.body if isinstance(each, (Read, Lines))]

    def _as_list(self, text: str, var: Var) -> str:
        return text if var.type == "strs" else f"{text}.map({self._parser(ITEM[var.type])})"

    def _parser(self, kind: str) -> str:
        """Return what turns a text into a value, to be handed to `map`."""
        if kind == "num":
            return self._rng.choice(("Number", "parseFloat", "Number"))
        x = self._rng.choice("xsvn")
        return self._rng.choice(
            (
                "Number",
                "Number",
                self._arrow(x, f"parseInt({x})"),
                self._arrow(x, f"parseInt({x}, 10)"),
                self._arrow(x, f"+{x}"),
            )
        )

    @property
    def _by(self) -> str:
        return f"{self._style.quote} {self._style.quote}"

    @property
    def _end(self) -> str:
        return ";" if self._style.semi else ""

    def _line(self, text: str) -> None:
        self._written.append(self._style.indent * self._depth + text if text else "")

    def _arrow(self, params: str, body: str) -> str:
        if self._style.arrow:
            shown = params if params.isidentifier() and self._rng.random() < 0.5 else f"({params})"
            return f"{shown} => {body}"
        return f"function ({params}) {{ return {body}{self._end} }}"

    def _free(self, *names: str) -> str:
        """Return a name that the program does not use, one of these or like them."""
        for name in (self._rng.choice(names), *names, *(f"{names[0]}{n}" for n in range(2, 9))):
            if name not in self._names:
                self._names.add(name)
                return name
        raise Unspeakable

    def _comparing(self, how: str, kind: str) -> str:
        a, b = self._rng.choice((("a", "b"), ("a", "b"), ("x", "y"), ("p", "q")))
        if how == "sorted_length":
            return self._arrow(f"{a}, {b}", f"{a}.length - {b}.length")
        if kind == "strs":
            if how == "sorted":
                return ""
            return self._arrow(f"{a}, {b}", f"{a} < {b} ? 1 : {a} > {b} ? -1 : 0")
        left, right = (b, a) if how == "sorted_down" else (a, b)
        return self._arrow(f"{a}, {b}", f"{left} - {right}")

    def _counts_new(self) -> str:
        return "new Map()" if self._counts_style == "map" else "{}"

    def _spoken(self, parts: Sequence[Expr], text: bool = False) -> str:
        """Return parts as one text: a template, or with plus signs."""
        flat: list[Expr] = []
        for part in parts:
            flat += part.args if isinstance(part, Op) and part.name == "concat" else [part]
        if len(flat) == 1:
            only = flat[0]
            if text and only.type in ("int", "num", "bool"):
                return (
                    f"String({self._expr(only)})"
                    if self._rng.random() < 0.5
                    else f"{self._expr(only, 12)} + {self._style.quote * 2}"
                )
            return self._expr(only)
        if self._rng.random() < self._style.template:
            inner = "".join(
                part.value.replace("`", "\\`").replace("\n", "\\n").replace("${", "\\${")
                if isinstance(part, Lit) and part.type in ("str", "char")
                else f"${{{self._expr(part)}}}"
                for part in flat
            )
            return f"`{inner}`"
        pieces = [self._expr(part, 12) for part in flat]
        if flat[0].type not in ("str", "char") and flat[1].type not in ("str",):
            pieces = [self._style.quote * 2, *pieces]
        return " + ".join(pieces)

    def _literal(self, value: str) -> str:
        q = self._style.quote
        text = (
            value.replace("\\", "\\\\")
            .replace(q, f"\\{q}")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
        )
        return f"{q}{text}{q}"

    def _expr(self, node: Expr, binds: int = 0) -> str:
        text, own = self._bare(node)
        return f"({text})" if own < binds else text

    def _bare(self, node: Expr) -> tuple[str, int]:
        if isinstance(node, Lit):
            if node.type in ("str", "char"):
                return self._literal(node.value), ATOM
            if node.type == "bool":
                return str(node.value).lower(), ATOM
            return str(node.value), ATOM if node.value >= 0 else 15
        if isinstance(node, Var):
            return node.name, ATOM
        if isinstance(node, Field):
            return f"{self._expr(node.row, POSTFIX)}.{node.name}", POSTFIX
        if isinstance(node, Call):
            return f"{node.name}({', '.join(self._expr(each) for each in node.args)})", POSTFIX
        if isinstance(node, Join):
            return self._join(node), POSTFIX
        if isinstance(node, Shown):
            return self._shown(node), POSTFIX
        if isinstance(node, Over):
            return self._over(node)
        return self._op(node)

    def _shown(self, node: Shown) -> str:
        inner = node.value
        if node.decimals is not None:
            text = f"{self._expr(inner, POSTFIX)}.toFixed({node.decimals})"
            if not node.width:
                return text
        elif inner.type in ("int", "num"):
            text = self._rng.choice(
                (f"String({self._expr(inner)})", f"{self._expr(inner, POSTFIX)}.toString()")
            )
        else:
            text = self._expr(inner, POSTFIX)
        pad = "padEnd" if node.left else "padStart"
        fill = "" if node.fill == " " else f", {self._literal(node.fill)}"
        return f"{text}.{pad}({node.width}{fill})"

    def _join(self, node: Join) -> str:
        source = self._expr(node.source, POSTFIX)
        if node.source.type == "str":
            source = self._rng.choice(
                (f"{source}.split({self._style.quote * 2})", f"[...{source}]")
            )
        if node.each is not None:
            body = node.each.body
            text = (
                self._spoken([body])
                if isinstance(body, Op) and body.name == "concat"
                else self._expr(body)
            )
            source += f".map({self._arrow(node.each.item.name, text)})"
        return f"{source}.join({self._literal(node.between)})"

    def _over(self, node: Over) -> tuple[str, int]:
        source = self._expr(node.source, POSTFIX)
        how, q = node.name, self._style.quote
        x = node.each.item.name if node.each else "x"
        each = self._expr(node.each.body) if node.each else x
        if how == "split":
            assert node.each is not None
            assert isinstance(node.each.body, Lit)
            text = f"{source}.split({self._literal(node.each.body.value)})"
            return self._as_list(text, Var("", node.type)), POSTFIX
        if node.source.type == "str" and how not in ("split",):
            source = self._rng.choice((f"{source}.split({q * 2})", f"[...{source}]"))
        lam = self._arrow(x, each)
        if how in ("sum", "product"):
            acc = self._free_quietly("acc", "a", "sum", "total", "t")
            sign = "+" if how == "sum" else "*"
            body = self._expr(node.each.body, 12 if how == "sum" else 13) if node.each else x
            return (
                f"{source}.reduce({self._arrow(f'{acc}, {x}', f'{acc} {sign} {body}')}, "
                f"{0 if how == 'sum' else 1})",
                POSTFIX,
            )
        if how in ("largest", "smallest"):
            mapped = f"{source}.map({lam})" if node.each else source
            fn = "max" if how == "largest" else "min"
            if self._style.arrow:
                return f"Math.{fn}(...{mapped})", POSTFIX
            return f"Math.{fn}.apply(null, {mapped})", POSTFIX
        if how in ("longest", "shortest"):
            sign = ">" if how == "longest" else "<"
            return (
                f"{source}.reduce({self._arrow('a, b', f'b.length {sign} a.length ? b : a')})",
                POSTFIX,
            )
        if how == "count":
            return f"{source}.filter({lam}).length", POSTFIX
        tail = f".join({q * 2})" if node.type == "str" else ""
        simple = {
            "map": f"{source}.map({lam}){tail}",
            "filter": f"{source}.filter({lam}){tail}",
            "any": f"{source}.some({lam})",
            "all": f"{source}.every({lam})",
            "where": f"{source}.findIndex({lam})",
            "slice": f"{source}.slice(0, {each})",
        }
        if how in simple:
            return simple[how], POSTFIX
        return self._reordered(node, how, source), POSTFIX

    def _reordered(self, node: Over, how: str, source: str) -> str:
        """Return a list with the items of another in another order, or each once."""
        copy = (
            f"[...{source}]"
            if self._style.arrow and self._rng.random() < 0.7
            else f"{source}.slice()"
        )
        if how == "reversed":
            return f"{copy}.reverse()"
        if how == "unique":
            if self._style.arrow and self._rng.random() < 0.6:
                return f"[...new Set({source})]"
            return f"{source}.filter({self._arrow('x, i', f'{source}.indexOf(x) === i')})"
        if how.startswith("sorted"):
            return f"{copy}.sort({self._comparing(how, node.type)})"
        raise Unspeakable

    def _free_quietly(self, *names: str) -> str:
        return next(
            name for name in (self._rng.choice(names), *names, "acc2") if name not in self._names
        )

    def _op(self, node: Op) -> tuple[str, int]:
        match node.name, node.args:
            case "list", _:
                return "[]", ATOM
            case "new_counts", _:
                return self._counts_new(), ATOM
            case "len" | "height", (value,):
                return f"{self._expr(value, POSTFIX)}.length", POSTFIX
            case "breadth", (grid,):
                return f"{self._expr(grid, POSTFIX)}[0].length", POSTFIX
            case "cond", (test, yes, no):
                return f"{self._expr(test, 3)} ? {self._expr(yes, 3)} : {self._expr(no, 2)}", 2
            case "not", (flag,):
                return f"!{self._expr(flag, 15)}", 15
            case "neg", (value,):
                return f"-{self._expr(value, 15)}", 15
            case "concat", parts:
                text = self._spoken(parts)
                return text, ATOM if text.startswith("`") else 11
            case "idiv", (left, right):
                return self._whole_quotient(left, right)
            case "pow", (base, exponent):
                return self._power(base, exponent)
            case name, (left, right) if name in LEVELS:
                return self._binary(name, left, right)
        return self._pattern(node)

    def _whole_quotient(self, left: Expr, right: Expr) -> tuple[str, int]:
        quotient = f"{self._expr(left, 12)} / {self._expr(right, 13)}"
        chance = self._rng.random()
        if chance < 0.65:
            return f"Math.floor({quotient})", POSTFIX
        if chance < 0.85:
            return f"Math.trunc({quotient})", POSTFIX
        return f"({quotient}) | 0", 5

    def _power(self, base: Expr, exponent: Expr) -> tuple[str, int]:
        infix = f"{self._expr(base, 14)} ** {self._expr(exponent, 14)}"
        if self._style.arrow and self._rng.random() < 0.5:
            return infix, 13
        return f"Math.pow({self._expr(base)}, {self._expr(exponent)})", POSTFIX

    def _binary(self, name: str, left: Expr, right: Expr) -> tuple[str, int]:
        sign, own = BINARY[name][0], LEVELS[name]
        if name in ("eq", "ne") and not self._style.loose:
            sign += "="
        return f"{self._expr(left, own)} {sign} {self._expr(right, own + 1)}", own

    def _pattern(self, node: Op) -> tuple[str, int]:
        """Return an operation as one of the calls or comparisons that people write for it."""
        item = node.name == "at" and node.args[0].type != "str"
        way = self._rng.choice(PATTERNS["item" if item else node.name])
        plain = "({0}" in way or ("{0}, " in way and way.startswith("Math"))
        texts = [
            self._expr(
                each, 0 if (plain and f"({{{n}}}" in way) or f", {{{n}}}" in way else POSTFIX
            )
            for n, each in enumerate(node.args)
        ]
        text = way.format(*texts)
        if " && " in way:
            return text, 4
        if " === " in way or " !== " in way or " >= " in way:
            return text, 8
        return text, 15 if way.startswith("+") else POSTFIX


def leaves(body: Sequence[Stmt]) -> bool:
    """Tell whether a body leaves the loop around it, or the function."""
    for each in body:
        if isinstance(each, (Leave, Return)):
            return True
        if isinstance(each, If) and (leaves(each.then) or leaves(each.other)):
            return True
        if isinstance(each, (While, Count, Each, EachCount)) and any(
            isinstance(x, Return) for x in each.body
        ):
            return True
    return False


def _used(program: Program) -> set[str]:
    return names_in(program) | {each.name for each in program.functions}
