"""Programs about a number or a few."""

from __future__ import annotations

from collections.abc import Sequence

from genetic.translate.forge.ir import (
    Append,
    Call,
    Count,
    Expr,
    If,
    Op,
    Print,
    Push,
    Set,
    Stmt,
    Var,
    While,
)
from genetic.translate.forge.nodes import ch, inc, is_, let, n, op, s, test
from genetic.translate.forge.planner import Planner


class Scalars(Planner):
    """Plans about numbers."""

    def plan_scalar(self) -> list[Stmt]:
        """A number or two, and loops up to it."""
        many = self.pick(1, 1, 1, 2, 2, 3)
        low = self.pick(1, 1, 1, 0)
        wanted = [
            ("int", "int", low, self.pick(9, 12, 20)),
            ("second", "int", 1, 20),
            ("third", "int", 1, 12),
        ][:many]
        body, found = self.read_values(*wanted)  # type: ignore[arg-type]
        x = found[0]
        for _ in range(self.pick(1, 1, 2) if self.level == 1 else self.pick(2, 3)):
            body += self.count_up(x) if many == 1 else self.several(found)
        return body

    def count_up(self, x: Var) -> list[Stmt]:
        """Do something with the numbers up to one."""
        i = self.var("index", "int")
        way = self.pick(
            "print",
            "print",
            "sum",
            "list",
            "call",
            "classify",
            "while",
            "table",
            "pattern",
            "down",
            "seq",
            "text",
        )
        start, down = n(self.pick(1, 1, 1, 0, 2)), way == "down"
        match way:
            case "call":
                return self._count_called(x)
            case "print" | "down":
                return self._count_printed(x, i, start, down)
            case "sum":
                return self._count_summed(x, i, start)
            case "list":
                return self._count_listed(x, i, start)
            case "classify":
                return self._count_classified(x)
            case "while":
                return self._count_divided(x)
            case "table":
                return self._count_table(x, i)
            case "pattern":
                return self._count_drawn(x, i)
            case "seq":
                return self._count_sequence(x, i)
            case _:
                return self._count_joined(x, i, start)

    def _count_called(self, x: Var) -> list[Stmt]:
        """Call a function with it."""
        kind = self.pick("int_int", "int_int", "int_bool", "int_str")
        value = self.call(kind, x)
        return self.verdict(value) if kind == "int_bool" else [self.labelled("value", value)]

    def _count_printed(self, x: Var, i: Var, start: Expr, down: bool) -> list[Stmt]:
        """Print what each makes, perhaps from the last one down."""
        inner: Stmt = (
            Print((i,))
            if self.maybe(0.3)
            else Print(
                (
                    i,
                    s(self.pick(" ", ": ", " -> ")),
                    self.pick(self.int_of(i), self.call("int_str", i) if self.maybe(0.5) else i),
                )
            )
        )
        if self.maybe(0.5):
            inner = If(
                self.pred_of(i),
                (inner,),
                (Print((s(self.pick("-", "skip", ".", "*")),)),) if self.maybe(0.25) else (),
            )
        loop = Count(i, x, start, (inner,), down=True) if down else Count(i, start, x, (inner,))
        return [loop]

    def _count_summed(self, x: Var, i: Var, start: Expr) -> list[Stmt]:
        """Add them up."""
        total = self.var("total", "int")
        step: Stmt = inc(total, i if self.maybe(0.5) else self.int_of(i))
        if self.maybe(0.6):
            step = If(self.pred_of(i), (step,))
        return [let(total, n(0)), Count(i, start, x, (step,)), self.labelled("sum", total)]

    def _count_listed(self, x: Var, i: Var, start: Expr) -> list[Stmt]:
        """Collect them."""
        out = self.var("outs", "ints")
        step: Stmt = Push(out, i if self.maybe(0.5) else self.int_of(i))
        if self.maybe(0.7):
            step = If(self.pred_of(i, 0.4), (step,))
        return [
            let(out, Op("list", (), "ints"), True),
            Count(i, start, x, (step,)),
            *self.print_list(out),
        ]

    def _count_classified(self, x: Var) -> list[Stmt]:
        """Say of which kind it is."""
        words = self.pick(
            ("positive", "negative", "zero"), ("big", "small", "tiny"), ("even", "odd", "none")
        )
        one = If(
            self.pred_of(x),
            (Print((s(words[0]),)),),
            (If(self.pred_of(x), (Print((s(words[1]),)),), (Print((s(words[2]),)),)),),
        )
        return [one]

    def _count_divided(self, x: Var) -> list[Stmt]:
        """Divide it until nothing is left."""
        rounds, steps = self.var("steps", "int"), self.var("total", "int")
        left = Var(self.name("left", "rest", "cur", "m"), "int")
        k = self.pick(2, 3, 10)
        inner = Set(left, "=", op("idiv", left, n(k)))
        extra: Stmt = inc(steps, op("mod", left, n(k))) if self.maybe(0.6) else inc(steps, left)
        return [
            let(left, x),
            let(rounds, n(0)),
            let(steps, n(0)),
            While(test("gt", left, n(0)), (extra, inner, inc(rounds))),
            Print((rounds, s(" "), steps)),
        ]

    def _count_table(self, x: Var, i: Var) -> list[Stmt]:
        """Print its table."""
        k = self.rng.randint(5, 12)
        return [Count(i, n(1), n(k), (Print((x, s(" x "), i, s(" = "), op("mul", x, i))),))]

    def _count_drawn(self, x: Var, i: Var) -> list[Stmt]:
        """Draw a row for each."""
        mark = self.pick("*", "#", "o", "+")
        if self.maybe(0.5):
            return (
                [
                    Count(
                        i,
                        n(1),
                        x,
                        (Print((op("repeat", s(mark), i, type="str"),)),),
                        down=False,
                    )
                ]
                if self.maybe(0.6)
                else [
                    Count(i, x, n(1), (Print((op("repeat", s(mark), i, type="str"),)),), down=True)
                ]
            )
        row, j = self.var("out", "str"), self.var("inner", "int")
        part: tuple[Expr, ...] = self.pick(
            (j,), (ch(mark),), (op("mul", i, j), s(" ")), (j, s(" "))
        )
        last: Expr = self.pick(i, x)
        return [
            Count(
                i,
                n(1),
                x,
                (let(row, s("")), Count(j, n(1), last, (Append(row, part),)), Print((row,))),
            )
        ]

    def _count_sequence(self, x: Var, i: Var) -> list[Stmt]:
        """Go on from the two before."""
        a, b, c = (
            Var(self.name("a", "prev"), "int"),
            Var(self.name("b", "curr"), "int"),
            Var(self.name("c", "next"), "int"),
        )
        k = self.pick(1, 1, 2)
        return [
            let(a, n(self.pick(0, 1))),
            let(b, n(1)),
            Count(
                i,
                n(0),
                x,
                (
                    Print((a,)),
                    let(c, op("add", a, b if k == 1 else op("mul", n(k), b)), True),
                    Set(a, "=", b),
                    Set(b, "=", c),
                ),
                inclusive=False,
            ),
        ]

    def _count_joined(self, x: Var, i: Var, start: Expr) -> list[Stmt]:
        """Write them into one line."""
        out = self.var("out", "str")
        piece: Stmt = Append(out, (i, s(self.pick(" ", ",", ", ", "-"))))
        if self.maybe(0.6):
            piece = If(
                self.pred_of(i),
                (piece,),
                (Append(out, (s(self.pick("*", "x", "_")),)),) if self.maybe(0.4) else (),
            )
        return [let(out, s("")), Count(i, start, x, (piece,)), Print((out,))]

    def several(self, found: Sequence[Var]) -> list[Stmt]:
        """Do something with some numbers."""
        a, b = found[:2]
        way = self.pick("ops", "compare", "call", "range", "nested", "list")
        match way:
            case "ops":
                return self._several_calculated(a, b)
            case "compare":
                return self._several_compared(a, b)
            case "call":
                return self._several_called(found, a, b)
            case "range":
                return self._several_ranged(a, b)
            case "nested":
                return self._several_nested(a, b)
            case _:
                return self._several_summed(a, b)

    def _several_calculated(self, a: Var, b: Var) -> list[Stmt]:
        """Print what they make."""
        signs = self.rng.sample(["add", "sub", "mul", "idiv", "mod"], self.rng.randint(2, 4))
        marks = {"add": "+", "sub": "-", "mul": "*", "idiv": "/", "mod": "%"}
        if self.maybe(0.5):
            return [
                Print((a, s(f" {marks[each]} "), b, s(" = "), op(each, a, b))) for each in signs
            ]
        return [self.labelled("value", op(each, a, b)) for each in signs]

    def _several_compared(self, a: Var, b: Var) -> list[Stmt]:
        """Say which is larger."""
        words = self.pick(
            ("first", "second", "equal"),
            ("greater", "less", "same"),
            ("a", "b", "tie"),
            (">", "<", "="),
        )
        return [
            If(
                test("gt", a, b),
                (Print((s(words[0]),)),),
                (If(test("lt", a, b), (Print((s(words[1]),)),), (Print((s(words[2]),)),)),),
            )
        ]

    def _several_called(self, found: Sequence[Var], a: Var, b: Var) -> list[Stmt]:
        """Call a function with them."""
        value = self.call("int2_int", a, b)
        if len(found) > 2:
            value = Call(value.name, (value, found[2]), "int") if self.maybe(0.3) else value
        return [self.labelled("value", value)]

    def _several_ranged(self, a: Var, b: Var) -> list[Stmt]:
        """Go from one to the other."""
        i = self.var("index", "int")
        inner: Stmt = Print((i,)) if self.maybe(0.5) else Print((i, s(" "), self.int_of(i)))
        if self.maybe(0.6):
            inner = If(self.pred_of(i), (inner,))
        return [Count(i, a, b, (inner,))]

    def _several_nested(self, a: Var, b: Var) -> list[Stmt]:
        """Go through all pairs below them."""
        i = self.var("index", "int")
        j = self.var("inner", "int")
        total = self.var("total", "int")
        step: Stmt = (
            inc(total, op(self.pick("mul", "add"), i, j))
            if self.maybe(0.5)
            else If(
                self.pick(
                    test("eq", op("add", i, j), n(self.rng.randint(4, 12))),
                    is_(op("mul", i, j), self.rng.randint(2, 5), 0),
                    test("lt", i, j),
                ),
                (inc(total),),
            )
        )
        return [
            let(total, n(0)),
            Count(i, n(1), a, (Count(j, n(1), b, (step,)),)),
            self.labelled("count", total),
        ]

    def _several_summed(self, a: Var, b: Var) -> list[Stmt]:
        """Add up what is between them."""
        i = self.var("index", "int")
        total = self.var("total", "int")
        step = inc(total, i)
        return [
            let(total, n(0)),
            Count(
                i,
                op("min", a, b),
                op("max", a, b),
                (If(self.pred_of(i), (step,)) if self.maybe(0.6) else step,),
            ),
            self.labelled("sum", total),
        ]

    def plan_decimal(self) -> list[Stmt]:
        """Numbers with decimals."""
        many = self.pick(1, 2, 2, 3)
        wanted = [("num", "num", 0, 0), ("second", "num", 0, 0), ("third", "num", 0, 0)][:many]
        body, found = self.read_values(*wanted)  # type: ignore[arg-type]
        x = found[0]
        for _ in range(self.pick(1, 2, 3)):
            y = found[-1]
            value = self.pick(
                op("mul", x, y, type="num"),
                op("add", x, y, type="num"),
                op("sub", x, y, type="num"),
                self.call("num_num", x),
                op(
                    "sqrt",
                    op("add", op("mul", x, x, type="num"), op("mul", y, y, type="num"), type="num"),
                    type="num",
                ),
                op("div", op("add", x, y, type="num"), n(2), type="num"),
            )
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
