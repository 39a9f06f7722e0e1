"""What programs are composed of: names, expressions, ways to read and to print."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from genetic.translate.forge.functions import Library
from genetic.translate.forge.ir import (
    ITEM,
    Call,
    Each,
    Expr,
    Function,
    If,
    Join,
    Lambda,
    Print,
    Read,
    Shown,
    Stmt,
    Type,
    Var,
)
from genetic.translate.forge.nodes import ch, is_, n, op, s, test
from genetic.translate.forge.words import NAMES, WORDS, renamed

LABELS: dict[str, tuple[str, ...]] = {
    "sum": ("Sum", "Total", "sum", "total", "The sum is"),
    "product": ("Product", "product"),
    "largest": ("Max", "Largest", "max", "Highest"),
    "smallest": ("Min", "Smallest", "min", "Lowest"),
    "count": ("Count", "count", "Found", "Number"),
    "avg": ("Average", "Mean", "avg", "average"),
    "value": ("Result", "Answer", "result", "Value", "Output", "res"),
    "len": ("Length", "Size", "n", "items"),
    "where": ("Index", "Position", "index", "at"),
    "text": ("Result", "Text", "Output", "Word"),
    "list": ("List", "Result", "Values", "Sorted", "All"),
    "flag": ("Result", "Check", "ok"),
}
Writer = Callable[[random.Random], str]
"""Writes a part of an input."""


class Planner:
    """Has what all plans need.

    Args:
        rng: All follows from it.
        level: 1 or 2.
    """

    def __init__(self, rng: random.Random, level: int) -> None:
        self.rng, self.level = rng, level
        self._used: set[str] = set()
        self._local: set[str] = set()
        self._functions: list[Function] = []
        self._library = Library(rng, self.name)
        self._segments: list[Writer] = []

    def name(self, *options: str, local: bool = False) -> str:
        """Return a name that is free: here, or, where it is of a function's own, in that."""
        used = self._local if local else self._used
        for each in (
            self.rng.choice(options),
            *options,
            *(f"{options[0]}{k}" for k in range(2, 9)),
        ):
            if renamed(each) not in used:
                used.add(renamed(each))
                return each
        raise ValueError("no name is free")

    def var(self, role: str, kind: Type) -> Var:
        """Return a new variable for what something is."""
        return Var(self.name(*NAMES[role]), kind)

    def function(self, kind: str) -> Function:
        """Return a new function of the program."""
        self._local = set()
        function = self._library.make(kind)
        self._functions.append(function)
        return function

    def call(self, kind: str, *args: Expr) -> Call:
        """Return a call of a new function."""
        function = self.function(kind)
        return Call(function.name, args, function.type)

    def maybe(self, share: float) -> bool:
        """Return true in so many cases."""
        return self.rng.random() < share

    def pick(self, *options: Any) -> Any:
        """Return one of some."""
        return self.rng.choice(options)

    def int_of(self, x: Expr, functions: float = 0.25) -> Expr:
        """Return a number that is made of another."""
        k = self.rng.randint(2, 9)
        if self.maybe(functions):
            return self.call("int_int", x)
        found: Expr = self.pick(
            op("mul", x, x),
            op("mul", x, n(k)),
            op("add", x, n(k)),
            op("sub", x, n(k)),
            op("abs", x),
            op("mod", x, n(k)),
            op("add", op("mul", x, n(k)), n(1)),
            op("add", op("mul", x, x), x),
            op("idiv", x, n(2)),
            op("max", x, n(k)),
            op("min", x, n(k * 3)),
            op("cond", test("lt", x, n(0)), op("neg", x), x),
            op("cond", is_(x, 2, 0), x, op("mul", x, n(k))),
        )
        return found

    def pred_of(self, x: Expr, functions: float = 0.25, deep: bool = True) -> Expr:
        """Return what is true of some numbers."""
        k = self.rng.randint(2, 6)
        if self.maybe(functions):
            return self.call("int_bool", x)
        if deep and self.maybe(0.15):
            return test(
                self.pick("and", "or"), self.pred_of(x, 0, False), self.pred_of(x, 0, False)
            )
        found: Expr = self.pick(
            is_(x, 2, 0),
            is_(x, 2, 0),
            test("ne", op("mod", x, n(2)), n(0)),
            is_(x, k, 0),
            is_(x, k, 1),
            test("gt", x, n(k * 2)),
            test("lt", x, n(k)),
            test("ge", x, n(k)),
            test("gt", x, n(0)),
            test("lt", x, n(0)),
            test("ne", x, n(0)),
            test("eq", x, n(k)),
            test("le", x, n(k * 3)),
        )
        return found

    def char_pred(self, c: Expr) -> Expr:
        """Return what is true of some characters."""
        found: Expr = self.pick(
            test("among", c, s("aeiou")),
            test("isdigit", c),
            test("isalpha", c),
            test("isupper", c),
            test("islower", c),
            test("eq", c, ch(self.pick(*"aeot ,."))),
            test("ne", c, ch(" ")),
        )
        return found

    def word_pred(self, w: Expr) -> Expr:
        """Return what is true of some words."""
        k = self.rng.randint(2, 6)
        if self.maybe(0.2):
            return self.call("str_bool", w)
        found: Expr = self.pick(
            test("gt", op("len", w), n(k)),
            test("le", op("len", w), n(k)),
            test("eq", op("len", w), n(k)),
            test("contains", w, s(self.pick(*"aeors"))),
            test("startswith", w, s(self.pick(*"abcst"))),
            test("eq", op("at", w, n(0), type="char"), ch(self.pick(*"abcst"))),
            is_(op("len", w), 2, 0),
            test("eq", w, s(self.pick(*WORDS))),
            test("ne", w, s(self.pick(*WORDS))),
        )
        return found

    def word_int(self, w: Expr) -> Expr:
        """Return a number that is made of a word."""
        return self.call("str_int", w) if self.maybe(0.6) else op("len", w)

    def word_str(self, w: Expr) -> Expr:
        """Return a word that is made of another."""
        if self.maybe(0.6):
            return self.call("str_str", w)
        return op(self.pick("uppercase", "lowercase", "reversed"), w, type="str")

    def labelled(self, what: str, value: Expr) -> Print:
        """Return how a value is printed, often with a word before it, sometimes behind it."""
        if self.maybe(0.3):
            return Print((value,))
        label = self.pick(*LABELS.get(what, LABELS["value"]))
        between = self.pick(": ", ": ", ": ", " = ", "=", " ")
        if self.maybe(0.12):
            return Print((value, s(f" {label.lower()}")))
        return Print((s(f"{label}{between}"), value))

    def decimals(self, value: Expr) -> Expr:
        """Return a number with decimals as it is printed."""
        return Shown(value, decimals=self.pick(1, 2, 2, 2, 3))

    def verdict(self, flag: Expr) -> list[Stmt]:
        """Return how it is said whether something is true."""
        yes, no = self.pick(
            ("YES", "NO"),
            ("Yes", "No"),
            ("yes", "no"),
            ("true", "false"),
            ("valid", "invalid"),
            ("OK", "FAIL"),
            ("good", "bad"),
        )
        way = self.rng.random()
        if way < 0.4:
            return [Print((op("cond", flag, s(yes), s(no), type="str"),))]
        if way < 0.55:
            return [self.labelled("flag", flag)]
        return [If(flag, (Print((s(yes),)),), (Print((s(no),)),))]

    def print_list(self, a: Expr) -> list[Stmt]:
        """Return how a list is printed."""
        item = ITEM[a.type]
        x = Var(self.name(*NAMES["witem" if item == "str" else "item"]), item)
        way = self.rng.random()
        if way < 0.45:
            join = Join(a, self.pick(" ", " ", ", ", ",", "-", "\n", " | "))
            return [Print((join,))] if self.maybe(0.7) else [self.labelled("list", join)]
        if way < 0.6:
            i = self.var("index", "int")
            number: Expr = op("add", i, n(1)) if self.maybe(0.7) else i
            parts = (number, s(self.pick(": ", ". ", " ", ") ")), x)
            return [Each(x, a, (Print(parts),), i)]
        if way < 0.7 and item == "int":
            return [
                Each(x, a, (Print((x, s(self.pick(" ", " -> ", ": ", " = ")), self.int_of(x))),))
            ]
        if way < 0.8 and item == "int":
            body = (
                op(
                    "concat",
                    s(self.pick("<", "[", "#", "(")),
                    x,
                    s(self.pick(">", "]", "", ")")),
                    type="str",
                )
                if self.maybe(0.5)
                else self.int_of(x, 0.15)
            )
            return [Print((Join(a, self.pick(" ", ",", ", "), Lambda(x, body)),))]
        return [Each(x, a, (Print((x,)),))]

    def numbers(self, kind: Type, low: int = -20, high: int = 60) -> Callable[[random.Random], str]:
        """Return what writes a number."""
        if kind == "num":
            return lambda rng: str(
                round(rng.uniform(0, 40), rng.choice((0, 1, 1, 2)))
            ).removesuffix(".0")
        return lambda rng: str(rng.randint(low, high))

    def read_list(self, kind: Type, low: int = -20, high: int = 60) -> tuple[list[Stmt], Var]:
        """Read a list of numbers or words, somehow."""
        a = self.var(kind, kind)
        item = ITEM[kind]
        one = (lambda rng: rng.choice(WORDS)) if item == "str" else self.numbers(item, low, high)
        way = self.pick(
            "all", "all", "list", "list", "list", "comma", "counted", "counted", "column", "lines"
        )

        def some(rng: random.Random) -> list[str]:
            return [
                one(rng)
                for _ in range(rng.randint(1, 9) if rng.random() < 0.85 else rng.randint(8, 20))
            ]

        if way in ("list", "comma"):
            by = " " if way == "list" else self.pick(",", ",", ";")
            self._segments.append(lambda rng: by.join(some(rng)))
            return [Read("list", (a,), by)], a
        if way == "all" and not self._segments:
            between = self.pick(" ", " ", "\n")
            self._segments.append(lambda rng: between.join(some(rng)))
            return [Read("all", (a,), between)], a
        count = Var(self.name("n", "count", "size", "t"), "int")
        between = " " if way == "counted" else "\n"

        def counted(rng: random.Random) -> str:
            found = some(rng)
            return f"{len(found)}\n{between.join(found)}"

        self._segments.append(counted)
        return [Read("counted" if way == "counted" else "column", (a, count))], a

    def read_values(self, *wanted: tuple[str, Type, int, int]) -> tuple[list[Stmt], list[Var]]:
        """Read values that each have a role, a type and bounds."""
        found = [self.var(role, kind) for role, kind, _, _ in wanted]
        writers = [
            (lambda rng: rng.choice(WORDS)) if kind == "str" else self.numbers(kind, low, high)
            for _, kind, low, high in wanted
        ]
        how = self.pick("line", "line", "each") if len(found) > 1 else "line"
        between = self.pick(" ", " ", " ", ",") if all(v.type != "str" for v in found) else " "
        glue = between if how == "line" else "\n"
        self._segments.append(lambda rng: glue.join(writer(rng) for writer in writers))
        return [Read(how, tuple(found), between)], found

    def read_text(self, role: str = "str") -> tuple[list[Stmt], Var]:
        """Read a line as a text."""
        text = self.var(role, "str")
        self._segments.append(sentence)
        return [Read("first", (text,))], text


def sentence(rng: random.Random) -> str:
    """Return a line of text."""
    words = [rng.choice(WORDS) for _ in range(rng.randint(1, 6))]
    if rng.random() < 0.4:
        words = [word.capitalize() if rng.random() < 0.5 else word for word in words]
    if rng.random() < 0.3:
        words.append(str(rng.randint(0, 99)))
    text = " ".join(words)
    return text + rng.choice(("", "", "", ".", "!", ", ok"))
