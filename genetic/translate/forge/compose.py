"""Compose programs: how they read, what they make of it, what they print."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass

from genetic.translate.forge.functions import Library, ch, inc, is_, let, n, op, s, test
from genetic.translate.forge.ir import (
    ITEM, LIST, Append, Call, Count, Each, EachCount, Expr, Field, Function, If, Join, Lambda,
    Leave, Let, Lines, Lit, Op, Over, Print, Program, Push, Read, Return, Set, Shown, SortCounts,
    SortRows, Stmt, Tally, Type, Var, While,
)  # fmt: skip
from genetic.translate.forge.words import NAMES, renamed

WORDS = (
    "apple banana cherry fig grape kiwi lemon mango pear plum level radar noon civic stats code "
    "tree house river stone cloud light green blue red cat dog bird fish horse tiger lion wolf "
    "one two three four five six seven hello world foo bar baz qux alpha beta gamma delta book "
    "letter coffee bubble committee aaa abba zoo eel x it to of and the"
).split()
PEOPLE = "ann bob carl dora eve finn gus hana ivan judy kim leo mia ned olga pat quin rosa sam tess".split()
LABELS: dict[str, tuple[str, ...]] = {
    "sum": ("Sum", "Total", "sum", "total", "The sum is"), "product": ("Product", "product"),
    "largest": ("Max", "Largest", "max", "Highest"), "smallest": ("Min", "Smallest", "min", "Lowest"),
    "count": ("Count", "count", "Found", "Number"), "avg": ("Average", "Mean", "avg", "average"),
    "value": ("Result", "Answer", "result", "Value", "Output", "res"), "len": ("Length", "Size", "n", "items"),
    "where": ("Index", "Position", "index", "at"), "text": ("Result", "Text", "Output", "Word"),
    "list": ("List", "Result", "Values", "Sorted", "All"), "flag": ("Result", "Check", "ok"),
}  # fmt: skip
Lines_ = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Composed:
    """A program, and inputs for it."""

    program: Program
    inputs: tuple[bytes, ...]
    level: int


class Composer:
    """Composes one program.

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
        self._segments: list[Lines_] = []

    def composed(self, inputs: int) -> Composed:
        """Return a program by chance, with so many inputs."""
        plans = PLANS[self.level]
        plan = self.rng.choices([each for each, _ in plans], [weight for _, weight in plans])[0]
        body = tuple(getattr(self, f"plan_{plan}")())
        made: list[bytes] = []
        for _ in range(inputs * 4):
            text = "\n".join(part(self.rng) for part in self._segments)
            data = (text + ("\n" if self.rng.random() < 0.8 else "")).encode()
            if data not in made:
                made.append(data)
            if len(made) == inputs:
                break
        called = calls((tuple(self._functions), body))
        functions = tuple(each for each in self._functions if each.name in called)
        return Composed(Program(functions, body), tuple(made), self.level)

    # names and functions

    def name(self, *options: str, local: bool = False) -> str:
        """Return a name that is free: here, or, where it is of a function's own, in that."""
        used = self._local if local else self._used
        for each in (self.rng.choice(options), *options, *(f"{options[0]}{k}" for k in range(2, 9))):
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

    def pick(self, *options: object):  # type: ignore[no-untyped-def]
        """Return one of some."""
        return self.rng.choice(options)

    # expressions by chance

    def int_of(self, x: Expr, functions: float = 0.25) -> Expr:
        """Return a number that is made of another."""
        k = self.rng.randint(2, 9)
        if self.maybe(functions):
            return self.call("int_int", x)
        return self.pick(
            op("mul", x, x), op("mul", x, n(k)), op("add", x, n(k)), op("sub", x, n(k)), op("abs", x),
            op("mod", x, n(k)), op("add", op("mul", x, n(k)), n(1)), op("add", op("mul", x, x), x),
            op("idiv", x, n(2)), op("max", x, n(k)), op("min", x, n(k * 3)),
            op("cond", test("lt", x, n(0)), op("neg", x), x), op("cond", is_(x, 2, 0), x, op("mul", x, n(k))),
        )  # fmt: skip

    def pred_of(self, x: Expr, functions: float = 0.25, deep: bool = True) -> Expr:
        """Return what is true of some numbers."""
        k = self.rng.randint(2, 6)
        if self.maybe(functions):
            return self.call("int_bool", x)
        if deep and self.maybe(0.15):
            return test(self.pick("and", "or"), self.pred_of(x, 0, False), self.pred_of(x, 0, False))
        return self.pick(
            is_(x, 2, 0), is_(x, 2, 0), test("ne", op("mod", x, n(2)), n(0)), is_(x, k, 0), is_(x, k, 1),
            test("gt", x, n(k * 2)), test("lt", x, n(k)), test("ge", x, n(k)), test("gt", x, n(0)),
            test("lt", x, n(0)), test("ne", x, n(0)), test("eq", x, n(k)), test("le", x, n(k * 3)),
        )  # fmt: skip

    def char_pred(self, c: Expr) -> Expr:
        """Return what is true of some characters."""
        return self.pick(
            test("among", c, s("aeiou")), test("isdigit", c), test("isalpha", c), test("isupper", c),
            test("islower", c), test("eq", c, ch(self.pick(*"aeot ,."))), test("ne", c, ch(" ")),
        )  # fmt: skip

    def word_pred(self, w: Expr, functions: float = 0.2) -> Expr:
        """Return what is true of some words."""
        k = self.rng.randint(2, 6)
        if self.maybe(functions):
            return self.call("str_bool", w)
        return self.pick(
            test("gt", op("len", w), n(k)), test("le", op("len", w), n(k)), test("eq", op("len", w), n(k)),
            test("contains", w, s(self.pick(*"aeors"))), test("startswith", w, s(self.pick(*"abcst"))),
            test("eq", op("at", w, n(0), type="char"), ch(self.pick(*"abcst"))), is_(op("len", w), 2, 0),
            test("eq", w, s(self.pick(*WORDS))), test("ne", w, s(self.pick(*WORDS))),
        )  # fmt: skip

    def word_int(self, w: Expr) -> Expr:
        """Return a number that is made of a word."""
        return self.call("str_int", w) if self.maybe(0.6) else op("len", w)

    def word_str(self, w: Expr) -> Expr:
        """Return a word that is made of another."""
        if self.maybe(0.6):
            return self.call("str_str", w)
        return op(self.pick("uppercase", "lowercase", "reversed"), w, type="str")

    # output

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
        yes, no = self.pick(("YES", "NO"), ("Yes", "No"), ("yes", "no"), ("true", "false"), ("valid", "invalid"), ("OK", "FAIL"), ("good", "bad"))
        way = self.rng.random()
        if way < 0.4:
            return [Print((op("cond", flag, s(yes), s(no), type="str"),))]
        if way < 0.55:
            return [self.labelled("flag", flag)]
        return [If(flag, (Print((s(yes),)),), (Print((s(no),)),))]

    def print_list(self, a: Expr, what: str = "list") -> list[Stmt]:
        """Return how a list is printed."""
        item = ITEM[a.type]
        x = Var(self.name(*NAMES["witem" if item == "str" else "item"]), item)
        way = self.rng.random()
        if way < 0.45:
            join = Join(a, self.pick(" ", " ", ", ", ",", "-", "\n", " | "))
            return [Print((join,))] if self.maybe(0.7) else [self.labelled(what, join)]
        if way < 0.6:
            i = self.var("index", "int")
            number: Expr = op("add", i, n(1)) if self.maybe(0.7) else i
            parts = (number, s(self.pick(": ", ". ", " ", ") ")), x)
            return [Each(x, a, (Print(parts),), i)]
        if way < 0.7 and item == "int":
            return [Each(x, a, (Print((x, s(self.pick(" ", " -> ", ": ", " = ")), self.int_of(x))),))]
        if way < 0.8 and item == "int":
            body = op("concat", s(self.pick("<", "[", "#", "(")), x, s(self.pick(">", "]", "", ")")), type="str") if self.maybe(0.5) else self.int_of(x, 0.15)
            return [Print((Join(a, self.pick(" ", ",", ", "), Lambda(x, body)),))]
        return [Each(x, a, (Print((x,)),))]

    # inputs

    def numbers(self, kind: Type, low: int = -20, high: int = 60) -> Callable[[random.Random], str]:
        """Return what writes a number."""
        if kind == "num":
            return lambda rng: str(round(rng.uniform(0, 40), rng.choice((0, 1, 1, 2)))).removesuffix(".0")
        return lambda rng: str(rng.randint(low, high))

    def read_list(self, kind: Type, low: int = -20, high: int = 60) -> tuple[list[Stmt], Var]:
        """Read a list of numbers or words, somehow."""
        a = self.var(kind, kind)
        item = ITEM[kind]
        one = (lambda rng: rng.choice(WORDS)) if item == "str" else self.numbers(item, low, high)
        way = self.pick("all", "all", "list", "list", "list", "comma", "counted", "counted", "column", "lines")

        def some(rng: random.Random) -> list[str]:
            return [one(rng) for _ in range(rng.randint(1, 9) if rng.random() < 0.85 else rng.randint(8, 20))]

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

    # plans: numbers

    def plan_list(self) -> list[Stmt]:
        """A list of numbers, stages, and what comes of them."""
        kind: Type = "nums" if self.maybe(0.2) else "ints"
        body, a = self.read_list(kind, *self.pick((-20, 60), (1, 50), (0, 9), (1, 200)))
        for _ in range(self.pick(0, 1, 1, 2) if self.level == 1 else self.pick(1, 2, 3)):
            stage, a = self.stage(a)
            body += stage
        if self.maybe(0.25):
            body += self.print_list(a)
        for _ in range(self.pick(1, 1, 2, 2, 3) if self.level == 1 else self.pick(2, 3, 4)):
            body += self.aggregate(a)
        return body

    def stage(self, a: Var) -> tuple[list[Stmt], Var]:
        """Make another list of one."""
        item = ITEM[a.type]
        x = Var(self.name(*NAMES["item"]), item)
        b = self.var("outs", a.type)
        if self.maybe(0.25):
            down = self.pick("sorted", "sorted", "sorted_down")
            return [Set(a, "=", Over(down, a, None, a.type))], a
        if self.maybe(0.2):
            how = self.pick("reversed", "unique", "sorted", "sorted_down") if self.level == 2 else self.pick("reversed", "sorted")
            return [let(b, Over(how, a, None, a.type), True)], b
        if item == "num":
            if self.maybe(0.5):
                pred = test(self.pick("gt", "lt", "ge"), x, n(self.pick(5, 10, 12.5, 20)))
                return [let(b, Over("filter", a, Lambda(x, pred), a.type), True)], b
            inner = self.call("num_num", x) if self.maybe(0.4) else op(self.pick("mul", "add"), x, n(self.pick(2, 0.5, 1.5, 10)), type="num")
            return [let(b, Over("map", a, Lambda(x, inner), a.type), True)], b
        way = self.rng.random()
        if way < 0.4:
            return [let(b, Over("filter", a, Lambda(x, self.pred_of(x)), a.type), True)], b
        if way < 0.75:
            return [let(b, Over("map", a, Lambda(x, self.int_of(x)), a.type), True)], b
        if way < 0.85:
            return [let(b, Over("slice", a, Lambda(x, n(self.rng.randint(2, 5))), a.type), True)], b
        i = self.var("index", "int")
        at, before = op("at", a, i), op("at", a, op("sub", i, n(1)))
        if self.maybe(0.5):
            total = self.var("total", "int")
            return [
                let(b, Op("list", (), a.type), True), let(total, n(0)),
                Each(x, a, (inc(total, x), Push(b, total))),
            ], b  # fmt: skip
        return [
            let(b, Op("list", (), a.type), True),
            Count(i, n(1), op("len", a), (Push(b, op("sub", at, before)),), inclusive=False),
        ], b  # fmt: skip

    def aggregate(self, a: Var) -> list[Stmt]:
        """Make a value of a list, and print it."""
        item = ITEM[a.type]
        x = Var(self.name(*NAMES["item"]), item)
        way = self.pick("sum", "sum", "largest", "smallest", "count", "avg", "any", "all", "where", "len", "range", "loop", "call", "ifempty", "pairs")
        if item == "num" and way in ("where", "loop", "call", "pairs", "any", "all"):
            way = self.pick("sum", "largest", "avg", "count")
        guard = op("gt", op("len", a), n(0), type="bool")
        if way in ("sum", "len"):
            if way == "len":
                return [self.labelled("len", op("len", a))]
            each = Lambda(x, self.int_of(x, 0.1)) if self.maybe(0.25) and item == "int" else None
            total = self.var("total", item)
            return [let(total, Over("sum", a, each, item)), self.labelled("sum", total)]
        if way in ("largest", "smallest"):
            best = self.var("best" if way == "largest" else "least", item)
            inner = (let(best, Over(way, a, None, item)), self.labelled(way, best))
            return [If(guard, inner, (Print((s(self.pick("empty", "none", "no data", "-")),)),) if self.maybe(0.5) else ())]
        if way == "count":
            count = self.var("count", "int")
            pred = self.pred_of(x) if item == "int" else test(self.pick("gt", "lt"), x, n(self.pick(5, 10, 15.5)))
            return [let(count, Over("count", a, Lambda(x, pred), "int")), self.labelled("count", count)]
        if way == "avg":
            total, avg = self.var("total", item), self.var("avg", "num")
            size = op("len", a)
            body = (
                let(total, Over("sum", a, None, item)),
                let(avg, op("div", total, size, type="num"), True),
                self.labelled("avg", self.decimals(avg)),
            )
            return [If(guard, body)] if self.maybe(0.7) else [If(test("eq", size, n(0)), (Print((s(self.pick("no data", "empty", "0")),)),), body)]
        if way in ("any", "all"):
            flag = self.var("flag", "bool")
            return [let(flag, Over(way, a, Lambda(x, self.pred_of(x)), "bool")), *self.verdict(flag)]
        if way == "where":
            at = Var(self.name("at", "index", "pos", "idx"), "int")
            found: Stmt = let(at, Over("where", a, Lambda(x, self.pred_of(x)), "int"), True)
            if self.maybe(0.5):
                return [found, self.labelled("where", at)]
            return [found, If(test("ge", at, n(0)), (self.labelled("where", at),), (Print((s(self.pick("not found", "none")),)),))]
        if way == "range":
            low, high = self.var("least", item), self.var("best", item)
            value = op("sub", high, low, type=item)
            return [If(guard, (
                let(low, Over("smallest", a, None, item)), let(high, Over("largest", a, None, item)),
                Print((low, s(" "), high, s(" "), value)) if self.maybe(0.5) else self.labelled("value", value),
            ))]  # fmt: skip
        if way == "call":
            return [self.labelled("value", self.call("ints_int", a))] if self.maybe(0.7) else self.verdict(self.call("ints_bool", a))
        if way == "ifempty":
            return [If(test("eq", op("len", a), n(0)), (Print((s(self.pick("empty", "nothing")),)),), tuple(self.print_list(a)))]
        total = self.var("total", "int")
        if way == "pairs":
            i, j = self.var("index", "int"), self.var("inner", "int")
            pair = self.pick(
                test("eq", op("add", op("at", a, i), op("at", a, j)), n(self.rng.randint(4, 20))),
                test("gt", op("at", a, i), op("at", a, j)), test("eq", op("at", a, i), op("at", a, j)),
            )  # fmt: skip
            inner = Count(j, op("add", i, n(1)), op("len", a), (If(pair, (inc(total),)),), inclusive=False)
            return [let(total, n(0)), Count(i, n(0), op("len", a), (inner,), inclusive=False), self.labelled("count", total)]
        i = self.var("index", "int")
        at = op("at", a, i)
        step = self.pick(1, 1, 2)
        body: Stmt = inc(total, at)
        if self.maybe(0.4):
            body = If(is_(i, 2, 0), (body,), (Set(total, "-=", at),))
        elif self.maybe(0.5):
            body = If(self.pred_of(at), (body,))
        return [let(total, n(0)), Count(i, n(0), op("len", a), (body,), inclusive=False, step=step), self.labelled("value", total)]

    def plan_scalar(self) -> list[Stmt]:
        """A number or two, and loops up to it."""
        many = self.pick(1, 1, 1, 2, 2, 3)
        low = self.pick(1, 1, 1, 0)
        wanted = [("int", "int", low, self.pick(9, 12, 20)), ("second", "int", 1, 20), ("third", "int", 1, 12)][:many]
        body, found = self.read_values(*wanted)  # type: ignore[arg-type]
        x = found[0]
        for _ in range(self.pick(1, 1, 2) if self.level == 1 else self.pick(2, 3)):
            body += self.count_up(x) if many == 1 else self.several(found)
        return body

    def count_up(self, x: Var) -> list[Stmt]:
        """Do something with the numbers up to one."""
        i = self.var("index", "int")
        way = self.pick("print", "print", "sum", "list", "call", "classify", "while", "table", "pattern", "down", "seq", "text")
        start, down = n(self.pick(1, 1, 1, 0, 2)), way == "down"
        if way == "call":
            kind = self.pick("int_int", "int_int", "int_bool", "int_str")
            value = self.call(kind, x)
            return self.verdict(value) if kind == "int_bool" else [self.labelled("value", value)]
        if way in ("print", "down"):
            inner: Stmt = Print((i,)) if self.maybe(0.3) else Print((i, s(self.pick(" ", ": ", " -> ")), self.pick(self.int_of(i), self.call("int_str", i) if self.maybe(0.5) else i)))
            if self.maybe(0.5):
                inner = If(self.pred_of(i), (inner,), (Print((s(self.pick("-", "skip", ".", "*")),)),) if self.maybe(0.25) else ())
            loop = Count(i, x, start, (inner,), down=True) if down else Count(i, start, x, (inner,))
            return [loop]
        if way == "sum":
            total = self.var("total", "int")
            step: Stmt = inc(total, i if self.maybe(0.5) else self.int_of(i))
            if self.maybe(0.6):
                step = If(self.pred_of(i), (step,))
            return [let(total, n(0)), Count(i, start, x, (step,)), self.labelled("sum", total)]
        if way == "list":
            out = self.var("outs", "ints")
            step = Push(out, i if self.maybe(0.5) else self.int_of(i))
            if self.maybe(0.7):
                step = If(self.pred_of(i, 0.4), (step,))
            return [let(out, Op("list", (), "ints"), True), Count(i, start, x, (step,)), *self.print_list(out)]
        if way == "classify":
            words = self.pick(("positive", "negative", "zero"), ("big", "small", "tiny"), ("even", "odd", "none"))
            one = If(self.pred_of(x), (Print((s(words[0]),)),), (If(self.pred_of(x), (Print((s(words[1]),)),), (Print((s(words[2]),)),)),))
            return [one]
        if way == "while":
            value, steps = self.var("steps", "int"), self.var("total", "int")
            left = Var(self.name("left", "rest", "cur", "m"), "int")
            k = self.pick(2, 3, 10)
            inner = Set(left, "=", op("idiv", left, n(k)))
            extra: Stmt = inc(steps, op("mod", left, n(k))) if self.maybe(0.6) else inc(steps, left)
            return [let(left, x), let(value, n(0)), let(steps, n(0)), While(test("gt", left, n(0)), (extra, inner, inc(value))), Print((value, s(" "), steps))]
        if way == "table":
            k = self.rng.randint(5, 12)
            return [Count(i, n(1), n(k), (Print((x, s(" x "), i, s(" = "), op("mul", x, i))),))]
        if way == "pattern":
            mark = self.pick("*", "#", "o", "+")
            if self.maybe(0.5):
                return [Count(i, n(1), x, (Print((op("repeat", s(mark), i, type="str"),)),), down=False)] if self.maybe(0.6) else [Count(i, x, n(1), (Print((op("repeat", s(mark), i, type="str"),)),), down=True)]
            row, j = self.var("out", "str"), self.var("inner", "int")
            part: tuple[Expr, ...] = self.pick((j,), (ch(mark),), (op("mul", i, j), s(" ")), (j, s(" ")))
            last: Expr = self.pick(i, x)
            return [Count(i, n(1), x, (let(row, s("")), Count(j, n(1), last, (Append(row, part),)), Print((row,))))]
        if way == "seq":
            a, b, c = Var(self.name("a", "prev"), "int"), Var(self.name("b", "curr"), "int"), Var(self.name("c", "next"), "int")
            k = self.pick(1, 1, 2)
            return [let(a, n(self.pick(0, 1))), let(b, n(1)), Count(i, n(0), x, (
                Print((a,)), let(c, op("add", a, b if k == 1 else op("mul", n(k), b)), True), Set(a, "=", b), Set(b, "=", c),
            ), inclusive=False)]  # fmt: skip
        out = self.var("out", "str")
        piece: Stmt = Append(out, (i, s(self.pick(" ", ",", ", ", "-"))))
        if self.maybe(0.6):
            piece = If(self.pred_of(i), (piece,), (Append(out, (s(self.pick("*", "x", "_")),)),) if self.maybe(0.4) else ())
        return [let(out, s("")), Count(i, start, x, (piece,)), Print((out,))]

    def several(self, found: Sequence[Var]) -> list[Stmt]:
        """Do something with some numbers."""
        a, b = found[:2]
        way = self.pick("ops", "compare", "call", "range", "nested", "list")
        if way == "ops":
            signs = self.rng.sample(["add", "sub", "mul", "idiv", "mod"], self.rng.randint(2, 4))
            marks = {"add": "+", "sub": "-", "mul": "*", "idiv": "/", "mod": "%"}
            if self.maybe(0.5):
                return [Print((a, s(f" {marks[each]} "), b, s(" = "), op(each, a, b))) for each in signs]
            return [self.labelled("value", op(each, a, b)) for each in signs]
        if way == "compare":
            words = self.pick(("first", "second", "equal"), ("greater", "less", "same"), ("a", "b", "tie"), (">", "<", "="))
            return [If(test("gt", a, b), (Print((s(words[0]),)),), (If(test("lt", a, b), (Print((s(words[1]),)),), (Print((s(words[2]),)),)),))]
        if way == "call":
            value = self.call("int2_int", a, b)
            if len(found) > 2:
                value = Call(value.name, (value, found[2]), "int") if self.maybe(0.3) else value
            return [self.labelled("value", value)]
        i = self.var("index", "int")
        if way == "range":
            inner: Stmt = Print((i,)) if self.maybe(0.5) else Print((i, s(" "), self.int_of(i)))
            if self.maybe(0.6):
                inner = If(self.pred_of(i), (inner,))
            return [Count(i, a, b, (inner,))]
        if way == "nested":
            j = self.var("inner", "int")
            total = self.var("total", "int")
            step: Stmt = inc(total, op(self.pick("mul", "add"), i, j)) if self.maybe(0.5) else If(self.pick(test("eq", op("add", i, j), n(self.rng.randint(4, 12))), is_(op("mul", i, j), self.rng.randint(2, 5), 0), test("lt", i, j)), (inc(total),))
            return [let(total, n(0)), Count(i, n(1), a, (Count(j, n(1), b, (step,)),)), self.labelled("count", total)]
        total = self.var("total", "int")
        step = inc(total, i)
        return [let(total, n(0)), Count(i, op("min", a, b), op("max", a, b), (If(self.pred_of(i), (step,)) if self.maybe(0.6) else step,)), self.labelled("sum", total)]

    def plan_decimal(self) -> list[Stmt]:
        """Numbers with decimals."""
        many = self.pick(1, 2, 2, 3)
        wanted = [("num", "num", 0, 0), ("second", "num", 0, 0), ("third", "num", 0, 0)][:many]
        body, found = self.read_values(*wanted)  # type: ignore[arg-type]
        x = found[0]
        for _ in range(self.pick(1, 2, 3)):
            y = found[-1]
            value = self.pick(
                op("mul", x, y, type="num"), op("add", x, y, type="num"), op("sub", x, y, type="num"),
                self.call("num_num", x), op("sqrt", op("add", op("mul", x, x, type="num"), op("mul", y, y, type="num"), type="num"), type="num"),
                op("div", op("add", x, y, type="num"), n(2), type="num"),
            )  # fmt: skip
            if self.maybe(0.5):
                result = self.var("out", "num")
                body += [let(result, value, True), self.labelled("value", self.decimals(result))]
            elif self.maybe(0.5):
                body += [self.labelled("value", op(self.pick("floor", "round", "ceil"), value))]
            else:
                body += [self.labelled("value", self.decimals(value))]
        if self.maybe(0.4):
            body += self.verdict(test(self.pick("gt", "lt", "ge"), x, n(self.pick(10, 18.5, 25))))
        return body

    # plans: texts

    def plan_text(self) -> list[Stmt]:
        """A line as a text."""
        body, text = self.read_text()
        for _ in range(self.pick(1, 1, 2, 2) if self.level == 1 else self.pick(2, 3, 4)):
            body += self.of_text(text)
        return body

    def of_text(self, text: Var) -> list[Stmt]:
        """Make something of a text, and print it."""
        c = Var(self.name(*NAMES["char"]), "char")
        way = self.pick("count", "count", "call_int", "call_str", "call_bool", "op", "filter", "build", "words", "each", "len", "edges", "first", "kinds", "digits")
        if way == "count":
            count = self.var("count", "int")
            if self.maybe(0.5):
                return [let(count, Over("count", text, Lambda(c, self.char_pred(c)), "int")), self.labelled("count", count)]
            return [let(count, n(0)), Each(c, text, (If(self.char_pred(c), (inc(count),)),)), self.labelled("count", count)]
        if way == "call_int":
            return [self.labelled("count", self.call("str_int", text))]
        if way == "call_str":
            return [self.labelled("text", self.call("str_str", text))]
        if way == "call_bool":
            return self.verdict(self.call("str_bool", text))
        if way == "op":
            return [self.labelled("text", op(self.pick("uppercase", "lowercase", "reversed"), text, type="str"))]
        if way == "filter":
            out = self.var("out", "str")
            how = self.pick("filter", "map")
            each = self.char_pred(c) if how == "filter" else self.pick(op("upper", c, type="char"), op("cond", self.char_pred(c), ch(self.pick(*"*_#-")), c, type="char"))
            return [let(out, Over(how, text, Lambda(c, each), "str")), self.labelled("text", out)]
        if way == "build":
            out = self.var("out", "str")
            inner = If(self.char_pred(c), (Append(out, self.pick((c,), (c, c), (op("upper", c, type="char"),), (s("["), c, s("]")))),), self.pick((), (), (Append(out, (ch(self.pick(*"-_.*")),)),)))
            return [let(out, s("")), Each(c, text, (inner,)), Print((out,))]
        if way == "words":
            words = self.var("strs", "strs")
            body: list[Stmt] = [let(words, Over("split", text, Lambda(c, s(" ")), "strs"), True)]
            return body + self.of_words(words)
        if way == "each":
            i = self.var("index", "int")
            parts: tuple[Expr, ...] = self.pick((i, s(self.pick(": ", " ")), c), (c,), (c, s(" "), op("code", c)))
            inner = Print(parts)
            return [Each(c, text, (If(self.char_pred(c), (inner,)) if self.maybe(0.5) else inner,), i if i in parts else None)]
        if way == "len":
            return [self.labelled("len", op("len", text))]
        if way == "edges":
            last = op("at", text, op("sub", op("len", text), n(1)), type="char")
            first = op("at", text, n(0), type="char")
            return [Print((first, last))] if self.maybe(0.5) else self.verdict(test("eq", first, last))
        if way == "first":
            k = self.rng.randint(1, 4)
            if self.maybe(0.5):
                return [If(test("gt", op("len", text), n(k)), (Print((op("substring", text, n(0), n(k), type="str"),)),), (Print((text,)),))]
            return [Print((op("repeat", text, n(k), type="str"),))]
        if way == "digits":
            total = self.var("total", "int")
            return [let(total, n(0)), Each(c, text, (If(test("isdigit", c), (inc(total, op("digit", c)),)),)), self.labelled("sum", total)]
        one, two, three = self.var("count", "int"), self.var("total", "int"), self.var("steps", "int")
        preds = self.rng.sample([test("isdigit", c), test("isalpha", c), test("eq", c, ch(" ")), test("isupper", c)], 2)
        return [
            let(one, n(0)), let(two, n(0)), *((let(three, n(0)),)),
            Each(c, text, (If(preds[0], (inc(one),), (If(preds[1], (inc(two),), (inc(three),)),)),)),
            Print((one, s(" "), two, s(" "), three)) if self.maybe(0.5) else Print((s("a="), one, s(" b="), two, s(" c="), three)),
        ]  # fmt: skip

    def plan_words(self) -> list[Stmt]:
        """A list of words."""
        body, words = self.read_list("strs")
        for _ in range(self.pick(1, 1, 2) if self.level == 1 else self.pick(2, 3)):
            body += self.of_words(words)
        return body

    def of_words(self, words: Var) -> list[Stmt]:
        """Make something of a list of words, and print it."""
        w = Var(self.name(*NAMES["witem"]), "str")
        ways = ["each", "each", "filter", "count", "sum", "longest", "join", "reversed", "initials", "any", "print", "len"]
        if self.level == 2:
            ways += ["sort", "tally", "tally", "unique", "sort_len"]
        way = self.pick(*ways)
        if way == "each":
            value = self.pick(self.word_int(w), self.word_str(w))
            if self.maybe(0.6):
                inner: Stmt = Print((w, s(self.pick(" ", ": ", " -> ", "=")), value))
            else:
                inner = Print((value,))
            return [Each(w, words, (If(self.word_pred(w), (inner,)) if self.maybe(0.3) else inner,))]
        if way == "filter":
            out = self.var("outs", "strs")
            return [let(out, Over("filter", words, Lambda(w, self.word_pred(w)), "strs"), True), *self.print_list(out)]
        if way == "count":
            count = self.var("count", "int")
            return [let(count, Over("count", words, Lambda(w, self.word_pred(w)), "int")), self.labelled("count", count)]
        if way == "sum":
            total = self.var("total", "int")
            return [let(total, Over("sum", words, Lambda(w, op("len", w)), "int")), self.labelled("sum", total)]
        if way in ("longest",):
            best = self.var("best", "str")
            how = self.pick("longest", "longest", "shortest")
            return [let(best, Over(how, words, None, "str")), self.labelled("text", best)]
        if way == "join":
            return [Print((Join(words, self.pick("", "-", "_", ", ", "+")),))]
        if way == "reversed":
            out = self.var("outs", "strs")
            return [let(out, Over("reversed", words, None, "strs"), True), *self.print_list(out)]
        if way == "initials":
            out = self.var("out", "str")
            first = op("at", w, n(0), type="char")
            return [let(out, s("")), Each(w, words, (Append(out, (op("upper", first, type="char") if self.maybe(0.6) else first,)),)), Print((out,))]
        if way == "any":
            flag = self.var("flag", "bool")
            return [let(flag, Over(self.pick("any", "all"), words, Lambda(w, self.word_pred(w)), "bool")), *self.verdict(flag)]
        if way in ("sort", "sort_len"):
            how = "sorted_length" if way == "sort_len" else self.pick("sorted", "sorted", "sorted_down")
            return [Set(words, "=", Over(how, words, None, "strs")), *self.print_list(words)]
        if way == "unique":
            out = self.var("outs", "strs")
            return [let(out, Over("unique", words, None, "strs"), True), *self.print_list(out), self.labelled("len", op("len", out))]
        if way == "tally":
            return self.tally(w, words)
        if way == "len":
            return [self.labelled("len", op("len", words))]
        return self.print_list(words)

    def tally(self, item: Var, source: Var) -> list[Stmt]:
        """Count what there is how often."""
        counts = self.var("counts", "counts")
        step: Stmt = Tally(counts, item, n(1))
        if item.type == "char":
            step = If(test("isalpha", item), (step,))
        body: list[Stmt] = [let(counts, Op("new_counts", (), "counts"), True), Each(item, source, (step,))]
        return body + self.print_counts(counts)

    def print_counts(self, counts: Var) -> list[Stmt]:
        """Print what was counted."""
        key, much = Var(self.name("key", "k", "name"), "str"), Var(self.name("v", "val", "times", "qty"), "int")
        parts = self.pick((key, s(self.pick(": ", " ", "=", " -> ")), much), (much, s(" "), key), (key, s(" x"), much))
        inner: Stmt = Print(parts)
        if self.maybe(0.2):
            inner = If(test("gt", much, n(1)), (inner,))
        if self.maybe(0.2):
            inner = Print((key, s(" "), op("repeat", s(self.pick("*", "#")), much, type="str")))
        way = self.rng.random()
        if way < 0.4:
            return [EachCount(key, much, counts, (inner,))]
        if way < 0.8:
            result = Var(self.name("sorted", "entries", "pairs", "list"), "counts")
            return [SortCounts(counts, result, self.pick("key", "count")), EachCount(key, much, result, (inner,))]
        best, most = Var(self.name("best", "top", "winner"), "str"), Var(self.name("most", "max", "maxCount"), "int")
        return [let(best, s("")), let(most, n(0)), EachCount(key, much, counts, (If(test("gt", much, most), (Set(most, "=", much), Set(best, "=", key))),)), Print((best, s(" "), most))]

    # plans: lines

    def plan_lines(self) -> list[Stmt]:
        """Something for each line, and totals behind."""
        kind: Type = self.pick("str", "str", "str", "int", "int", "num")
        line = self.var("line" if kind == "str" else "item", kind)
        before: list[Stmt] = []
        header = False
        if header:
            before, _ = self.read_values(("count", "int", 1, 9))
        total, count = self.var("total", "int" if kind != "num" else "num"), self.var("count", "int")
        inner: list[Stmt] = []
        if kind == "str":
            writer: Lines_ = self.pick(sentence, lambda rng: rng.choice(WORDS))
            for _ in range(self.pick(1, 1, 2)):
                inner += self.of_line(line)
        elif kind == "int":
            writer = self.numbers("int", *self.pick((-9, 60), (1, 30), (0, 200)))
            inner += self.pick(
                [Print((self.int_of(line),))], [Print((line, s(" "), self.call("int_str", line)))], self.verdict(self.pred_of(line, 0.6)),
                [If(self.pred_of(line), (Print((line,)),))], [Print((line, s(": "), self.int_of(line, 0.6)))],
            )  # fmt: skip
        else:
            writer = self.numbers("num")
            inner.append(Print((self.decimals(self.call("num_num", line)),)))
        after: list[Stmt] = []
        if header:
            after = []
        elif self.maybe(0.65):
            if kind == "str":
                step: Stmt = inc(total, op("len", line)) if self.maybe(0.5) else If(self.word_pred(line), (inc(total),))
            else:
                step = inc(total, line)
                if self.maybe(0.4) and kind == "int":
                    step = If(self.pred_of(line), (step,))
            before, after = [*before, let(total, n(0))], [self.labelled("sum", total)]
            if self.maybe(0.5):
                inner = [step]
                before.append(let(count, n(0)))
                inner.append(inc(count))
                after.append(self.labelled("count", count))
            else:
                inner.append(step)
        rows = self.rng.randint(2, 7)
        self._segments.append(lambda rng: "\n".join(writer(rng) for _ in range(rng.randint(1, rows))))
        if header:
            self._segments[-2:] = [_counted_lines(writer)]
        return [*before, Lines((line,), tuple(inner)), *after]

    def of_line(self, line: Var) -> list[Stmt]:
        """Make something of a line, without new variables but its own."""
        way = self.pick("int", "str", "bool", "show", "words", "op", "if")
        if way == "int":
            return [Print((self.word_int(line),))] if self.maybe(0.4) else [Print((line, s(self.pick(": ", " ", " -> ")), self.word_int(line)))]
        if way == "str":
            return [Print((self.call("str_str", line),))]
        if way == "bool":
            return self.verdict(self.call("str_bool", line))
        if way == "op":
            return [Print((op(self.pick("uppercase", "lowercase", "reversed"), line, type="str"),))]
        if way == "words":
            words = self.var("strs", "strs")
            c = Var("x", "char")
            out: list[Stmt] = [let(words, Over("split", line, Lambda(c, s(" ")), "strs"), True)]
            out += self.pick([Print((op("len", words),))], [Print((Join(words, "-"),))], [Print((op("at", words, n(0), type="str"),))])
            return out
        if way == "if":
            return [If(self.word_pred(line), (Print((line,)),))]
        return [Print((s(self.pick("> ", "- ", "Hello, ", "Line: ", "[")), line, s(self.pick("!", "", "]"))))]

    def plan_pairs(self) -> list[Stmt]:
        """Two or three values on each line."""
        by = self.pick(" ", " ", ",", ":")
        kinds: tuple[Type, ...] = self.pick(("int", "int"), ("int", "int"), ("str", "int"), ("str", "int"), ("int", "int", "int"), ("str", "int", "int"))
        if by == " " or kinds[0] != "str":
            by = " " if kinds[0] == "str" else by
        roles = {"str": ("name", "key", "item", "label"), "int": ("a", "b", "c", "x", "y", "n", "k", "qty", "price", "score")}
        found = tuple(Var(self.name(*roles[kind]), kind) for kind in kinds)
        ints = [v for v in found if v.type == "int"]
        total = self.var("total", "int")
        a, b = ints[0], ints[-1]
        value: Expr = self.pick(op("add", a, b), op("mul", a, b), self.call("int2_int", a, b)) if a != b else self.int_of(a)
        inner: list[Stmt] = []
        if found[0].type == "str":
            inner.append(Print((found[0], s(self.pick(": ", " ", " = ")), value)))
        else:
            inner.append(Print((value,)) if self.maybe(0.6) else Print((a, s(" "), b, s(" "), value)))
        if self.maybe(0.25):
            inner = [If(self.pick(test("gt", a, n(self.rng.randint(3, 12))), self.pred_of(a)), tuple(inner), (Print((s(self.pick("skip", "no", "-")),)),) if self.maybe(0.4) else ())]
        before: list[Stmt] = []
        after: list[Stmt] = []
        if self.maybe(0.6):
            before, after = [let(total, n(0))], [self.labelled("sum", total)]
            inner.append(inc(total, self.pick(a, b, op("mul", a, b))))
        if self.level == 2 and found[0].type == "str" and self.maybe(0.6):
            counts = self.var("counts", "counts")
            before.append(let(counts, Op("new_counts", (), "counts"), True))
            inner = [*([] if self.maybe(0.6) else inner), Tally(counts, found[0], a)]
            after = [*(after if any(isinstance(x, Set) for x in inner) else []), *self.print_counts(counts)]
            before = [x for x in before if not (isinstance(x, Let) and x.var == total and not after)]
        writers = [(lambda rng: rng.choice(PEOPLE)) if kind == "str" else self.numbers("int", 1, 30) for kind in kinds]
        self._segments.append(lambda rng: "\n".join(by.join(w(rng) for w in writers) for _ in range(rng.randint(1, 6))))
        return [*before, Lines(found, tuple(inner), by), *after]

    # plans: nested data

    def plan_grid(self) -> list[Stmt]:
        """Rows of numbers."""
        g = self.var("grid", "grid")
        i, j = Var(self.name("i", "r", "y"), "int"), Var(self.name("j", "c", "x"), "int")
        rows, columns = op("height", g), op("breadth", g)
        body: list[Stmt] = [Read("grid", (g,))]
        cell = Op("cell", (g, i, j), "int")
        for _ in range(self.pick(1, 2) if self.level == 1 else self.pick(2, 3)):
            total = self.var("total", "int")
            way = self.pick("rows", "columns", "all", "best", "diagonal", "turned", "count", "map")
            inner = Count(j, n(0), columns, (inc(total, cell),), inclusive=False)
            if way == "rows":
                body.append(Count(i, n(0), rows, (let(total, n(0)), inner, Print((total,)) if self.maybe(0.5) else Print((s("Row "), op("add", i, n(1)), s(": "), total))), inclusive=False))
            elif way == "columns":
                down = Count(i, n(0), rows, (inc(total, cell),), inclusive=False)
                body.append(Count(j, n(0), columns, (let(total, n(0)), down, Print((total,))), inclusive=False))
            elif way in ("all", "count"):
                step: Stmt = inc(total, cell) if way == "all" else If(self.pred_of(cell, 0.15), (inc(total),))
                body += [let(total, n(0)), Count(i, n(0), rows, (Count(j, n(0), columns, (step,), inclusive=False),), inclusive=False), self.labelled("sum" if way == "all" else "count", total)]
            elif way == "best":
                best = self.var("best", "int")
                sign = self.pick("gt", "lt")
                step = If(test(sign, cell, best), (Set(best, "=", cell),))
                body += [let(best, Op("cell", (g, n(0), n(0)), "int")), Count(i, n(0), rows, (Count(j, n(0), columns, (step,), inclusive=False),), inclusive=False), self.labelled("largest" if sign == "gt" else "smallest", best)]
            elif way == "diagonal":
                body += [let(total, n(0)), Count(i, n(0), op("min", rows, columns), (inc(total, Op("cell", (g, i, i), "int")),), inclusive=False), self.labelled("sum", total)]
            elif way == "turned":
                row = self.var("out", "str")
                body.append(Count(j, n(0), columns, (let(row, s("")), Count(i, n(0), rows, (If(test("gt", i, n(0)), (Append(row, (s(" "),)),)), Append(row, (cell,))), inclusive=False), Print((row,))), inclusive=False))
            else:
                row = self.var("out", "str")
                body.append(Count(i, n(0), rows, (let(row, s("")), Count(j, n(0), columns, (Append(row, (self.int_of(cell, 0.1), s(self.pick(" ", ",")))),), inclusive=False), Print((row,))), inclusive=False))

        def grid(rng: random.Random) -> str:
            width = rng.randint(1, 5)
            return "\n".join(" ".join(str(rng.randint(-5, 20)) for _ in range(width)) for _ in range(rng.randint(1, 5)))

        self._segments.append(grid)
        return body

    def plan_rows(self) -> list[Stmt]:
        """Records with fields: sorted, chosen, counted."""
        rows = self.var("rows", "rows")
        by = self.pick(",", " ", ",", ";")
        kinds: list[tuple[tuple[str, ...], Type]] = [(("name", "id", "title"), "str"), (("score", "age", "price", "points"), "int")]
        if self.maybe(0.6):
            kinds.append(self.pick((("qty", "level", "year", "hours"), "int"), (("city", "team", "group", "dept"), "str")))
        fields_ = [Var(self.rng.choice(names), kind) for names, kind in kinds]
        r = Var(self.name("p", "r", "item", "row", "e"), "rows")
        name, score = Field(r, fields_[0].name, "str"), Field(r, fields_[1].name, "int")
        body: list[Stmt] = [Read("rows", (rows, *fields_), by)]
        i = self.var("index", "int")
        for _ in range(self.pick(1, 2, 2) if self.level == 1 else self.pick(2, 3)):
            way = self.pick("sort", "filter", "sum", "best", "group", "print", "avg")
            if way == "sort":
                body.append(SortRows(rows, fields_[1].name, self.maybe(0.6), fields_[0].name if self.maybe(0.6) else None))
                body.append(Each(r, rows, (Print((op("add", i, n(1)), s(". "), name, s(" "), score)),), i) if self.maybe(0.5) else Each(r, rows, (Print((name, s(self.pick(" ", ": ", ",")), score)),)))
            elif way == "filter":
                body.append(Each(r, rows, (If(test(self.pick("gt", "ge", "lt"), score, n(self.rng.randint(10, 60))), (Print((name,)) if self.maybe(0.5) else Print((name, s(" "), score)),)),)))
            elif way in ("sum", "avg"):
                total = self.var("total", "int")
                value = op("mul", score, Field(r, fields_[2].name, "int")) if len(fields_) > 2 and fields_[2].type == "int" and self.maybe(0.6) else score
                body += [let(total, n(0)), Each(r, rows, (inc(total, value),))]
                body.append(self.labelled("sum", total) if way == "sum" else self.labelled("avg", self.decimals(op("div", total, op("len", rows), type="num"))))
            elif way == "best":
                best = self.var("best", "int")
                who = Var(self.name("who", "winner", "champion"), "str")
                body += [let(best, n(-1)), let(who, s("")), Each(r, rows, (If(test("gt", score, best), (Set(best, "=", score), Set(who, "=", name))),)), Print((who, s(" "), best))]
            elif way == "group" and self.level == 2:
                counts = self.var("counts", "counts")
                key = Field(r, fields_[-1].name, "str") if fields_[-1].type == "str" else name
                body += [let(counts, Op("new_counts", (), "counts"), True), Each(r, rows, (Tally(counts, key, score if self.maybe(0.6) else n(1)),)), *self.print_counts(counts)]
            else:
                wide = self.rng.randint(6, 10)
                body.append(Each(r, rows, (Print((Shown(name, width=wide, left=True), Shown(score, width=5))) if self.maybe(0.4) else Print((name, s(" ("), score, s(")"))),)))
        groups = ("red", "blue", "green", "oslo", "rome")

        def table(rng: random.Random) -> str:
            people = rng.sample(PEOPLE, rng.randint(1, 6))
            lines = []
            for person in people:
                cells = [person] + [rng.choice(groups) if kind == "str" else str(rng.randint(1, 99)) for _, kind in kinds[1:]]
                lines.append(by.join(cells))
            return "\n".join(lines)

        self._segments.append(table)
        return body

    def plan_commands(self) -> list[Stmt]:
        """A line for each command, which changes something."""
        verb, value = Var(self.name("cmd", "op", "action", "verb"), "str"), Var(self.name("v", "arg", "value", "x"), "int")
        state = self.var("total", "int")
        verbs = self.rng.sample(["add", "sub", "mul", "set", "inc", "max", "min", "deposit", "withdraw", "up", "down"], self.rng.randint(2, 4))
        changes: dict[str, Stmt] = {
            "add": inc(state, value), "deposit": inc(state, value), "up": inc(state, value), "inc": inc(state, value),
            "sub": Set(state, "-=", value), "withdraw": If(test("ge", state, value), (Set(state, "-=", value),), (Print((s("insufficient"),)),)), "down": Set(state, "-=", value),
            "mul": Set(state, "=", op("mod", op("mul", state, value), n(1000))), "set": Set(state, "=", value),
            "max": If(test("gt", value, state), (Set(state, "=", value),)), "min": If(test("lt", value, state), (Set(state, "=", value),)),
        }  # fmt: skip
        other: tuple[Stmt, ...] = (Print((s("unknown "), verb)),) if self.maybe(0.5) else ()
        for each in reversed(verbs):
            other = (If(test("eq", verb, s(each)), (changes[each],), other),)
        inner = [*other, *((Print((state,)),) if self.maybe(0.5) else ())]
        start = self.pick(0, 0, 10, 100)
        known = [*verbs, *(("jump",) if self.maybe(0.4) else ())]
        self._segments.append(lambda rng: "\n".join(f"{rng.choice(known)} {rng.randint(0, 30)}" for _ in range(rng.randint(2, 7))))
        return [let(state, n(start)), Lines((verb, value), tuple(inner), " "), self.labelled("value", state)]

    def plan_chars(self) -> list[Stmt]:
        """How often each character of a text comes."""
        body, text = self.read_text()
        c = Var(self.name(*NAMES["char"]), "char")
        if self.level == 2 or self.maybe(0.5):
            return [*body, *self.tally(c, text), *(self.of_text(text) if self.maybe(0.4) else [])]
        k = Var(self.name("k", "target", "letter"), "char")
        total = self.var("total", "int")
        some = Var(self.name("vowels", "letters", "chars"), "str")
        return [*body, let(some, s(self.pick("aeiou", "abc", "etaoin")), True), Each(k, some, (let(total, n(0)), Each(c, text, (If(test("eq", c, k), (inc(total),)),)), Print((k, s(" "), total))))]

    def plan_two_lists(self) -> list[Stmt]:
        """A value and a list, or two lists."""
        kind: Type = "ints"
        if self.maybe(0.5):
            body, found = self.read_values(("int", "int", 1, 20))
            more, a = self.read_list(kind, 0, 30)
            k = found[0]
            x = Var(self.name(*NAMES["item"]), "int")
            body += more
            way = self.pick("count", "where", "filter", "map", "any", "sum")
            sign = self.pick("gt", "lt", "eq", "ge")
            if way == "count":
                c = self.var("count", "int")
                return [*body, let(c, Over("count", a, Lambda(x, test(sign, x, k)), "int")), self.labelled("count", c)]
            if way == "where":
                at = Var(self.name("at", "index", "pos"), "int")
                return [*body, let(at, Over("where", a, Lambda(x, test("eq", x, k)), "int"), True), If(test("eq", at, n(-1)), (Print((s("not found"),)),), (self.labelled("where", at),))]
            if way == "any":
                return [*body, let(f := self.var("flag", "bool"), Over("any", a, Lambda(x, test("eq", x, k)), "bool")), *self.verdict(f)]
            out = self.var("outs", "ints")
            if way == "filter":
                return [*body, let(out, Over("filter", a, Lambda(x, self.pick(test(sign, x, k), test("eq", op("mod", x, k), n(0)))), kind), True), *self.print_list(out), *(self.aggregate(out) if self.level == 2 else [])]
            if way == "map":
                return [*body, let(out, Over("map", a, Lambda(x, op(self.pick("mul", "add", "sub"), x, k)), kind), True), *self.print_list(out), *(self.aggregate(out) if self.level == 2 else [])]
            total = self.var("total", "int")
            return [*body, let(total, n(0)), Each(x, a, (If(test(sign, x, k), (inc(total, x),)),)), self.labelled("sum", total)]
        a, b = self.var("ints", kind), self.var("ints", kind)
        by = self.pick(" ", ",")

        def two(rng: random.Random) -> str:
            size = rng.randint(1, 7)
            return "\n".join(by.join(str(rng.randint(0, 12)) for _ in range(size)) for _ in range(2))

        self._segments.append(two)
        i, total = self.var("index", "int"), self.var("total", "int")
        body = [Read("list", (a,), by), Read("list", (b,), by)]
        left, right = op("at", a, i), op("at", b, i)
        way = self.pick("dot", "same", "print", "merge")
        size = op("len", a)
        if way == "dot":
            return [*body, let(total, n(0)), Count(i, n(0), size, (inc(total, op("mul", left, right)),), inclusive=False), self.labelled("sum", total)]
        if way == "same":
            return [*body, let(total, n(0)), Count(i, n(0), size, (If(test(self.pick("eq", "gt", "lt"), left, right), (inc(total),)),), inclusive=False), self.labelled("count", total)]
        out = self.var("outs", "ints")
        value = op(self.pick("add", "mul", "sub", "max"), left, right)
        return [*body, let(out, Op("list", (), kind), True), Count(i, n(0), size, (Push(out, value),), inclusive=False), *self.print_list(out), *(self.aggregate(out) if self.level == 2 else [])]

    def plan_stack(self) -> list[Stmt]:
        """Words that are looked at one after the other: numbers, signs, brackets."""
        body, text = self.read_text()
        c = Var(self.name(*NAMES["char"]), "char")
        depth, most = Var(self.name("depth", "level", "d"), "int"), self.var("best", "int")
        up, down = self.pick(("(", ")"), ("[", "]"), ("U", "D"), ("+", "-"), ("<", ">"))
        inner: list[Stmt] = [
            If(test("eq", c, ch(up)), (inc(depth),), (If(test("eq", c, ch(down)), (Set(depth, "-=", n(1)),)),)),
            If(test("gt", depth, most), (Set(most, "=", depth),)),
        ]  # fmt: skip
        tail = self.pick([Print((most, s(" "), depth))], [self.labelled("value", depth), self.labelled("largest", most)], [self.labelled("largest", most), *self.verdict(test("eq", depth, n(0)))])
        self._segments[-1] = lambda rng: "".join(rng.choice((up, down, up, down, "x")) for _ in range(rng.randint(2, 14)))
        return [*body, let(depth, n(0)), let(most, n(0)), Each(c, text, tuple(inner)), *tail]

    def plan_mixed(self) -> list[Stmt]:
        """One plan's output behind another's, where both read lists or values."""
        body, a = self.read_list("ints", 1, 40)
        stage, b = self.stage(a)
        body += stage
        if self.maybe(0.6):
            body += self.print_list(b)
        body += self.aggregate(b)
        body += self.aggregate(a)
        if self.maybe(0.5):
            counts = self.var("counts", "counts")
            x = Var(self.name(*NAMES["item"]), "int")
            key = Var(self.name("key", "kind", "label"), "str")
            body += [let(counts, Op("new_counts", (), "counts"), True), Each(x, a, (let(key, self.call("int_str", x), True), Tally(counts, key, n(1)))), *self.print_counts(counts)]
        return body


PLANS = {
    1: (("list", 6), ("scalar", 5), ("text", 5), ("words", 3), ("lines", 4), ("pairs", 2.5), ("decimal", 1.5), ("two_lists", 2), ("grid", 1), ("stack", 0.7), ("commands", 0.6)),
    2: (("list", 4), ("words", 4), ("rows", 4), ("grid", 2), ("pairs", 3), ("text", 3), ("commands", 2), ("chars", 2), ("mixed", 4), ("scalar", 2), ("lines", 1.5), ("two_lists", 2)),
}  # fmt: skip
"""Kinds of programs by level, and how often each is made."""


def sentence(rng: random.Random) -> str:
    """Return a line of text."""
    words = [rng.choice(WORDS) for _ in range(rng.randint(1, 6))]
    if rng.random() < 0.4:
        words = [word.capitalize() if rng.random() < 0.5 else word for word in words]
    if rng.random() < 0.3:
        words.append(str(rng.randint(0, 99)))
    text = " ".join(words)
    return text + rng.choice(("", "", "", ".", "!", ", ok"))


def _counted_lines(writer: Lines_) -> Lines_:
    def lines(rng: random.Random) -> str:
        count = rng.randint(1, 6)
        return "\n".join([str(count), *(writer(rng) for _ in range(count))])

    return lines


def calls(node: object) -> set[str]:
    """Return the names of the functions that are called in a part of a program."""
    if isinstance(node, tuple):
        return set().union(*map(calls, node))
    if not is_dataclass(node):
        return set()
    found = calls(tuple(getattr(node, each.name) for each in fields(node)))
    return found | {node.name} if isinstance(node, Call) else found
